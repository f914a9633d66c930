from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "xiaoer.demo"
    label = "demo"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
