from weerbaar.celery import app as celery_app  # so that shared tasks use it in every process

__all__ = ["celery_app"]
