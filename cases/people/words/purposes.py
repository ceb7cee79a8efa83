"""Where words of a case are kept: the stored purposes of its sealed texts that recusal hears, and who wrote each text."""

from uuid import UUID

from django.db.models import Model

from cases.models import (
    Case,
    CaseDecision,
    CaseDocument,
    CaseRecord,
    DeadlineChange,
    Export,
    HandOver,
    IdentityRelease,
    IdentityRequest,
    KindChange,
    Masks,
    Note,
    Party,
    Proposal,
    RecordChange,
    Redaction,
    Todo,
    Transfer,
)
from reporting.dialogue import dialogue
from reporting.models import Message
from vault.compartments import Compartment

# Stored purposes of sealed texts of the file.
KNOWN_AS, NOTE, TODO, REASON, DETAILS = "known_as", "note", "task", "reason", "details"
PARTY, PARTY_ENDED = "party", "party_ended"
BUNDLE, BUNDLE_PURPOSE = "bundle", "bundle_purpose"
RECORD, CHANGE, PROPOSAL, ANSWER = "record", "record_change", "proposal", "proposal_answer"
KIND_WORDS, FILE, FILE_STRUCK, FILE_WORDS = "kind_change", "added_file", "added_file_struck", "added_file_words"
TRANSFER, DEADLINE, LIFT_WORDS, HAND_OVER = "transfer", "deadline", "concerned", "hand_over"
DOCUMENT, DOCUMENT_WITHDRAWN = "document", "document_withdrawn"
EXPORT, MASKS, REDACTION_TITLE, REDACTION_REMARK = "export", "masks", "redaction_title", "redaction_remark"
SIGNAL = "signal"
MOTIVE, IDENTITY_GROUND, ORIGINAL_REASON = "identity_motive", "identity_ground", "original_reason"
ANSWERED = (Compartment.CONTENT, Compartment.PERPETRATOR, Compartment.IDENTITY, Compartment.OWN)
ANSWERED_AND_FILE = (*ANSWERED, Compartment.FILE)
OF_DECISIONS = (REASON, DETAILS, RECORD, CHANGE, PROPOSAL, ANSWER)
CHOSEN = "chosen"  # what a letter keeps beside its values: the fields whose people were chosen from a list
SIGNATURE = {"signed_by", "signed_as"}  # fields of a letter: who signs it is named by that only as who signs it

# Which column of which row names a sealed text, and which one who wrote it: (purpose, model, how the row names its case or
# report, text, writer).
WRITTEN: tuple[tuple[str, type[Model], str, str, str], ...] = (
    (dialogue.PURPOSE, Message, "report", "text", "author"),
    (NOTE, Note, "case", "text", "author"),
    (TODO, Todo, "case", "text", "made_by"),
    (REASON, CaseDecision, "case", "reason", "actor"),
    (DETAILS, CaseDecision, "case", "details", "actor"),
    (KIND_WORDS, KindChange, "case", "words", "asked_by"),
    (PARTY, Party, "case", "words", "added_by"),
    (PARTY_ENDED, Party, "case", "ended_because", "ended_by"),
    (RECORD, CaseRecord, "case", "words", "decision__actor"),
    (CHANGE, RecordChange, "record__case", "words", "made_by"),
    (PROPOSAL, Proposal, "case", "words", "asked_by"),
    (ANSWER, Proposal, "case", "answer", "answered_by"),
    (DEADLINE, DeadlineChange, "deadline__case", "reason", "made_by"),
    (TRANSFER, Transfer, "case", "reason", "asked_by"),
    (HAND_OVER, HandOver, "case", "reason", "made_by"),
    (DOCUMENT, CaseDocument, "case", "words", "made_by"),
    (DOCUMENT_WITHDRAWN, CaseDocument, "case", "withdrawn_because", "withdrawn_by"),
    (EXPORT, Export, "case", "words", "asked_by"),
    (MASKS, Masks, "redaction__case", "masks", "made_by"),
    (REDACTION_TITLE, Redaction, "case", "title", "made_by"),
    (REDACTION_REMARK, Redaction, "case", "remark", "checked_by"),
    (MOTIVE, IdentityRequest, "case", "words", "asked_by"),
    (IDENTITY_GROUND, IdentityRelease, "request__case", "words", "made_by"),
)
_WITH_ROWS = {
    dialogue.PURPOSE,
    NOTE,
    TODO,
    REASON,
    DETAILS,
    KIND_WORDS,
    PARTY,
    PARTY_ENDED,
}  # read only where a row names it
# Read also where no row tells any more who wrote it.
OF_ANYBODY = (*(row[0] for row in WRITTEN if row[0] not in _WITH_ROWS), LIFT_WORDS, ORIGINAL_REASON)


def writers_of(case: Case) -> dict[UUID, UUID | None]:
    """Who wrote each sealed text that a row of :data:`WRITTEN` names, {its id: person}; None for the reporter, and where nobody
    kept it. One query."""
    first, *others = (
        model._default_manager.filter(**{of: case.report if of == "report" else case})
        .order_by()
        .values_list(text, writer)
        for _purpose, model, of, text, writer in WRITTEN
    )
    return {text: writer for text, writer in first.union(*others, all=True) if text}
