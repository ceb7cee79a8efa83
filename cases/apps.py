from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases.deciding import arranging, promised  # noqa: F401  they register themselves
