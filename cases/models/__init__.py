"""What is kept of a case, a file for each subject."""

from cases.models.case import (
    Case,
    CaseDecision,
    CaseQuerySet,
    CaseUserObjectPermission,
    Clock,
    ClockQuerySet,
)
from cases.models.filter import SavedFilter
from cases.models.handover import HandOver, Transfer
from cases.models.link import CaseLink
from cases.models.note import CaseTask, Note
from cases.models.protocol import CaseTrack, OwnProtocol

__all__ = [
    "Case",
    "CaseDecision",
    "CaseLink",
    "CaseQuerySet",
    "CaseTask",
    "CaseTrack",
    "CaseUserObjectPermission",
    "Clock",
    "ClockQuerySet",
    "HandOver",
    "Note",
    "OwnProtocol",
    "SavedFilter",
    "Transfer",
]
