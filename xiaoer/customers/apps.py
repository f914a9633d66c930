from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "xiaoer.customers"
    label = "customers"

    def ready(self) -> None:
        from xiaoer.customers import queries
        from xiaoer.kernel import names
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
        names.named_by("buyer", queries.names_of)
