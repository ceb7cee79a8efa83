"""Work that monitor promises to a worker. Stored values never change: rows of before hold them."""

from enum import StrEnum


class MonitorJob(StrEnum):
    BUILD_EDITION = "monitor.build_edition"
    MISS_BUILD = "monitor.miss_build"
