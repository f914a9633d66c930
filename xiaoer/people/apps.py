from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "xiaoer.people"
    label = "people"

    def ready(self) -> None:
        from xiaoer.kernel import names
        from xiaoer.kernel.wiring import load_area
        from xiaoer.people import queries

        load_area(self.name)
        names.named_by("staff", queries.names_of)
        names.named_by("token", queries.token_names)
