"""Work that monitor promises to a worker. From 0.8.0 on stored values never change: rows hold them."""

from enum import StrEnum


class MonitorJob(StrEnum):
    BUILD_EDITION = "monitor.build_edition"
    MISS_BUILD = "monitor.miss_build"
