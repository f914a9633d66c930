from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "xiaoer.aftersales"
    label = "aftersales"

    def ready(self) -> None:
        from importlib import import_module

        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
        import_module(f"{self.name}.wanted_topics")
