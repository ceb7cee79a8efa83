from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases.deciding import promised  # noqa: F401  they register themselves
        from cases.deciding.asking import arranging  # noqa: F401
        from cases.related import links  # noqa: F401
