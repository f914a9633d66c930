from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "xiaoer.care"
    label = "care"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
        import xiaoer.care.call_register  # noqa: F401  # registers itself
