from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "xiaoer.voice"
    label = "voice"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
