"""What is kept of a case, a file for each subject."""

from cases.models.added_file import AddedFile
from cases.models.bundle import Bundle, BundleEntry, BundlePing
from cases.models.case import (
    Case,
    CaseDecision,
    CaseQuerySet,
    CaseTrack,
    CaseUserObjectPermission,
)
from cases.models.deadline import Deadline, DeadlineChange, DeadlineQuerySet
from cases.models.deed import CaseRecord, HandingOn, Proposal, RecordChange
from cases.models.document import CaseDocument, DocumentTemplate
from cases.models.link import CaseLink
from cases.models.note import Note, Todo
from cases.models.own.feed import CalendarFeed
from cases.models.own.filter import SavedFilter
from cases.models.own.police import PoliceContact
from cases.models.own.protocol import OwnProtocol, own_protocol
from cases.models.party import Party
from cases.models.reception import BarredVisitor
from cases.models.requests.destruction import Destruction, Ground
from cases.models.requests.handover import HandOver, Transfer
from cases.models.requests.identity import IdentityRelease, IdentityRequest, Way
from cases.models.requests.kind import KindChange
from cases.models.requests.redaction import Export, Masks, Redaction
from cases.models.requests.request import TwoPersonRequest

__all__ = [
    "AddedFile",
    "BarredVisitor",
    "Bundle",
    "BundleEntry",
    "BundlePing",
    "CalendarFeed",
    "Case",
    "CaseDecision",
    "CaseDocument",
    "CaseLink",
    "CaseQuerySet",
    "CaseRecord",
    "CaseTrack",
    "CaseUserObjectPermission",
    "Deadline",
    "DeadlineChange",
    "DeadlineQuerySet",
    "Destruction",
    "DocumentTemplate",
    "Export",
    "Ground",
    "HandOver",
    "HandingOn",
    "IdentityRelease",
    "IdentityRequest",
    "KindChange",
    "Masks",
    "Note",
    "OwnProtocol",
    "Party",
    "PoliceContact",
    "Proposal",
    "RecordChange",
    "Redaction",
    "SavedFilter",
    "Todo",
    "Transfer",
    "TwoPersonRequest",
    "Way",
    "own_protocol",
]
