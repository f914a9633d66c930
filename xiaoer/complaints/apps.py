from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "xiaoer.complaints"
    label = "complaints"

    def ready(self) -> None:
        from xiaoer.kernel.wiring import load_area

        load_area(self.name)
        import xiaoer.complaints.complaint_register  # registers itself
        import xiaoer.complaints.morning_rows  # noqa: F401  # registers itself
