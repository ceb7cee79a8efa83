import pytest
from django.core.cache import caches
from django.test import Client

from tests.support.figures.editions import the_editions


@pytest.fixture
def editions(db):
    """The published edition of 2025 and those that it rests on."""
    caches["published"].clear()
    yield the_editions()
    caches["published"].clear()


@pytest.fixture
def get():
    """Ask the API, with headers."""

    def ask(path: str, **headers: str):
        return Client().get(
            "/api/v1" + path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    return ask
