from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "xiaoer.orders"
    label = "orders"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
