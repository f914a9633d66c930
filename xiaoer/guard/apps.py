from django.apps import AppConfig


class GuardConfig(AppConfig):
    name = "xiaoer.guard"
    label = "guard"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
