from django.apps import AppConfig


class GoodsConfig(AppConfig):
    name = "xiaoer.goods"
    label = "goods"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
