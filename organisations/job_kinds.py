"""Work that organisations promises to a worker. From 0.8.0 on stored values never change: rows hold them."""

from enum import StrEnum


class OrganisationJob(StrEnum):
    NAME_ASKED = "organisations.name_asked"  # `cases` does it: mails are promised there
    DUTY_ASKED = "organisations.contact_asked"  # as NAME_ASKED
    DROP_KEPT = "organisations.drop_kept"
    COMPARE = "organisations.compare"  # `cases` does it: organisations knows of no case
