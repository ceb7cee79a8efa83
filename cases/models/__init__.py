"""What is kept of a case, a file for each subject."""

from cases.models.case import (
    Case,
    CaseDecision,
    CaseQuerySet,
    CaseUserObjectPermission,
    Clock,
    ClockQuerySet,
)
from cases.models.handover import HandOver, Transfer
from cases.models.identity import IdentityDisclosure, IdentityRequest
from cases.models.note import CaseTask, Note
from cases.models.protocol import CaseTrack, OwnProtocol
from cases.models.redaction import Export, Masks, Redaction

__all__ = [
    "Case",
    "CaseDecision",
    "CaseQuerySet",
    "CaseTask",
    "CaseTrack",
    "CaseUserObjectPermission",
    "Clock",
    "ClockQuerySet",
    "Export",
    "HandOver",
    "IdentityDisclosure",
    "IdentityRequest",
    "Masks",
    "Note",
    "OwnProtocol",
    "Redaction",
    "Transfer",
]
