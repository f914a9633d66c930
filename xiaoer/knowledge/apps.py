from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "xiaoer.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
