from importlib import import_module

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "xiaoer.reception"
    label = "reception"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
        import_module("xiaoer.reception.offered")
