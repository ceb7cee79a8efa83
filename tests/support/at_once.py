"""People who press at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection
from django.test import Client

Done = TypeVar("Done")


def at_once(*works: Callable[[], Done]) -> list[Done]:
    """Do all of this at the same moment, each in a connection of its own; what each gave, in their order."""
    start = threading.Barrier(len(works))

    def alone(work: Callable[[], Done]) -> Done:
        try:
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(alone, works))


def answers(*posts: Callable[[Client], int]) -> list[int]:
    """The status codes of what several browsers send at the same moment; an error is 500, as in production."""

    def alone(post: Callable[[Client], int]) -> Callable[[], int]:
        return lambda: post(Client(raise_request_exception=False))

    return sorted(at_once(*map(alone, posts)))
