"""Work that jobs promises to a worker. From 0.8.0 on stored values never change: rows hold them."""

from enum import StrEnum


class OperatorJob(StrEnum):
    TELL = "jobs.tell_operator"
    POST = "jobs.post_operator"
