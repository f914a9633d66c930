from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "xiaoer.routing"
    label = "routing"

    def ready(self) -> None:
        from importlib import import_module

        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
        import_module(f"{self.name}.wanted_topics")
