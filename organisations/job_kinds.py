"""Work that organisations promises to a worker. Stored values never change: rows of before hold them."""

from enum import StrEnum


class OrganisationJob(StrEnum):
    DROP_KEPT = "organisations.drop_kept"
