from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        from reporting import checks  # noqa: F401  registers itself
        from reporting.counting.facts import numbers

        numbers()  # a fact that could not be read back is refused at the start, not when a report is counted
