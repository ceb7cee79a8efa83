"""What is kept of a case, a file for each subject."""

from cases.models.case import (
    Case,
    CaseDecision,
    CaseQuerySet,
    CaseTrack,
    CaseUserObjectPermission,
)
from cases.models.deadline import Clock, ClockChange, ClockQuerySet
from cases.models.document import CaseDocument, DocumentTemplate
from cases.models.feed import CalendarFeed
from cases.models.filter import SavedFilter
from cases.models.handover import HandOver, Transfer
from cases.models.identity import IdentityDisclosure, IdentityRequest
from cases.models.link import CaseLink
from cases.models.note import CaseTask, Note
from cases.models.protocol import OwnProtocol, own_protocol
from cases.models.redaction import Export, Masks, Redaction

__all__ = [
    "CalendarFeed",
    "Case",
    "CaseDecision",
    "CaseDocument",
    "CaseLink",
    "CaseQuerySet",
    "CaseTask",
    "CaseTrack",
    "CaseUserObjectPermission",
    "Clock",
    "ClockChange",
    "ClockQuerySet",
    "DocumentTemplate",
    "Export",
    "HandOver",
    "IdentityDisclosure",
    "IdentityRequest",
    "Masks",
    "Note",
    "OwnProtocol",
    "Redaction",
    "SavedFilter",
    "Transfer",
    "own_protocol",
]
