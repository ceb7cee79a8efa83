from django.apps import AppConfig


class WeerbaarConfig(AppConfig):
    name = "weerbaar"

    def ready(self) -> None:
        from weerbaar.backup import unfinished  # noqa: F401  its check needs the models
