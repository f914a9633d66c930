from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "xiaoer.aftersales"
    label = "aftersales"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
