"""The events of the ledger that cases records. From 0.8.0 on stored values never change: chains hold them."""

from django.utils.translation import gettext_lazy as _

from vault.ledger import Event


class CaseEvent(Event):
    """What is recorded of a case and of who works on it."""

    # Reading
    SEEN = "case.seen", _("Case page viewed"), "part", "number", "kind", "parts"
    FOUND = "case.found", _("Found by a search and shown")
    EVIDENCE_OPENED = "evidence.opened", _("Evidence opened"), "number"
    EVIDENCE_ORIGINAL = "evidence.original", _("Original of evidence opened"), "number", "reason"
    REMOVAL_LISTED = "evidence.removal_listed", _("List for removal by the platform saved"), "count"
    CASES_SEARCHED = "cases.searched", _("Own cases searched"), "hits"
    DIVISION_SEEN = "division.seen", _("Division of work seen"), "count"
    WORKLIST_SEEN = "worklist.seen", _("Worklist viewed"), "count", "cases"

    # The case
    OPENED = "case.opened", _("Case opened")
    DECIDED = "case.decided", _("Decision taken"), "decision", "following"
    REOPENED = "case.reopened", _("Case opened again after it was closed")
    PROPOSED = "case.proposed", _("Decision proposed; a second person looks"), "decision"
    AGREED = "case.agreed", _("Second person agreed to a decision"), "decision"
    PROPOSAL_REFUSED = "case.proposal_refused", _("Second person did not agree to a decision"), "decision"
    PROPOSAL_WITHDRAWN = "case.proposal_withdrawn", _("Proposed decision taken back"), "decision"
    RECORD_ENDED = "record.ended", _("What was recorded came to an end"), "form"
    RECORD_EXTENDED = "record.extended", _("What was recorded lasts longer"), "form"
    QUARANTINE_JUDGED = "quarantine.judged", _("Judged in the lane to check"), "lane"
    SIGNAL_SEEN = "signal.seen", _("Signal read")
    SIGNAL_PARKED = "signal.parked", _("Signal parked again")
    SIGNAL_DROP_ASKED = "signal.drop_asked", _("Dropping a signal asked; a second person looks")
    SIGNAL_KEPT = "signal.kept", _("Second person did not agree to drop a signal")
    SIGNAL_DROPPED = "signal.dropped", _("Signal dropped")
    SIGNAL_DESTROYED = "signal.destroyed", _("Everything of a dropped signal destroyed")
    DESTRUCTION_ASKED = "case.destruction_asked", _("Destroying the case asked; a second person looks"), "ground"
    DESTRUCTION_REFUSED = "case.destruction_refused", _("Destroying the case refused or taken back")
    DESTROYED = "case.destroyed", _("Everything of the case destroyed"), "ground", "asked_by"
    DESTROYED_AGAIN = "case.destroyed_again", _("Everything of the case destroyed again after a restore")
    SIGNAL_LEFT = "signal.left", _("Said not to be free to read a signal")
    SIGNAL_BEGAN = "signal.began", _("Signal became a case")
    PROTOCOL_RENEWED = "case.protocol", _("Newer version of the protocol"), "version"
    HANDING_ON_ASKED = "handing_on.asked", _("Asked that somebody looks after what goes on"), "form"
    HANDING_ON_REFUSED = "handing_on.refused", _("That somebody looks after what goes on refused or taken back"), "form"
    HANDED_ON = "record.handed_on", _("What goes on after closing handed on"), "form"
    KIND_ASKED = "kind.asked", _("Another kind asked"), "kind"
    KIND_CHANGED = "kind.changed", _("The case is of another kind"), "kind"
    KIND_REFUSED = "kind.refused", _("Another kind refused")
    KIND_WITHDRAWN = "kind.withdrawn", _("Asking for another kind taken back")
    COUNT_CORRECTED = "case.count_corrected", _("The count put right")
    LINKED = "case.linked", _("Linked to another case"), "why"
    UNLINKED = "case.unlinked", _("Link to another case undone")
    JOINED = "case.joined", _("Handled together with another case"), "other"
    SEPARATED = "case.separated", _("Handled by itself again"), "other"
    PERPETRATOR_NAMED = "perpetrator.named", _("Name of the perpetrator written down")

    # File
    NOTE_WRITTEN = "note.written", _("Note written"), "kind"
    NOTE_STRUCK = "note.struck", _("Note struck out")
    TODO_WRITTEN = "task.written", _("To-do written")
    TODO_DONE = "task.done", _("To-do done")
    TODO_AGAIN = "task.again", _("To-do opened again")

    PARTY_ADDED = "party.added", _("Person of the case written down"), "part", "number"
    BUNDLE_OPENED = "bundle.opened", _("Papers page for a person of the case made"), "number"
    BUNDLE_CODE = "bundle.code", _("Another code made for a person of the case"), "number"
    BUNDLE_ADDED = "bundle.added", _("Something put on the papers page of a person of the case"), "number", "kind"
    BUNDLE_TAKEN = "bundle.taken", _("Person of the case opened their papers page"), "number"
    BUNDLE_WRITTEN = "bundle.written", _("Person of the case wrote on their papers page"), "number", "kind"
    BUNDLE_READ = "bundle.read", _("Papers page of a person of the case viewed"), "number"
    BUNDLE_ENDED = "bundle.ended", _("Papers page of a person of the case ended"), "number"
    PARTY_ENDED = "party.ended", _("Person of the case no longer counts"), "part", "number"

    RECEPTION_SEEN = "reception.seen", _("List of bans for the reception seen"), "count"
    MEASURES_SEEN = "measures.seen", _("Register of measures seen"), "count"

    POLICE_KEPT = "police.kept", _("Contact at the police kept")

    # Deadlines
    DEADLINE_STARTED = "deadline.started", _("Deadline started"), "deadline"
    DEADLINE_EXTENDED = "deadline.extended", _("Deadline extended"), "deadline"
    DEADLINE_DATED = "deadline.dated", _("Day of the meeting given"), "deadline"
    DEADLINE_DONE = "deadline.done", _("What a deadline asks was done"), "deadline"
    DEADLINE_MISSED = "deadline.missed", _("Deadline missed"), "deadline"
    CALENDAR_MADE = "calendar.made", _("Address of a calendar made")
    CALENDAR_DROPPED = "calendar.dropped", _("Address of a calendar ended")
    CALENDAR_CHOSEN = "calendar.chosen", _("What a calendar shows was chosen")
    CALENDAR_READ = "calendar.read", _("Calendar fetched")

    # People
    ACCESS_GIVEN = "access.given", _("Access given"), "person", "relation"
    ACCESS_ENDED = "access.ended", _("Access ended"), "person"
    HAND_OVER_CONFLICT = "hand_over.conflict", _("Somebody was not free"), "relation"
    HAND_OVER_NAMED = "hand_over.named", _("Somebody may be concerned"), "relation"
    HAND_OVER_HANDED_OVER = "hand_over.handed_over", _("Assignment handed over"), "relation"
    HAND_OVER_TRANSFERRED = "hand_over.transferred", _("Case handed to another organisation"), "relation"
    STOPPED = "access.stopped", _("Access stopped until somebody looks"), "person", "why"
    NOT_FREE_ASKED = "not_free.asked", _("Somebody was said not to be free; a second person decides"), "person"
    READER_NAMED = "reader.named", _("Said whether words are about somebody who reads them"), "person", "about"
    CONCERNED = "access.concerned", _("Said that the case concerns somebody"), "person"
    LIFT_ASKED = "access.lift_asked", _("Said that the case concerns somebody else; a second person decides"), "person"
    LIFTED = "access.lifted", _("Two people said that the case concerns somebody else"), "person"
    HAND_OVER_ROLE_ENDED = "hand_over.role_ended", _("Role or function ended"), "relation"
    TRANSFER_ASKED = "transfer.asked", _("Transfer asked"), "organisation"
    TRANSFER_REFUSED = "transfer.refused", _("Transfer refused")
    TRANSFER_WITHDRAWN = "transfer.withdrawn", _("Transfer taken back")
    MOVED = "case.moved", _("Case moved to another organisation"), "organisation"

    # Who reported
    IDENTITY_ASKED = "identity.asked", _("Asked to see the reporter's name"), "motive", "way"
    IDENTITY_AGREED = "identity.agreed", _("Agreed that somebody sees the reporter's name"), "person"
    IDENTITY_REFUSED = "identity.refused", _("Refused that somebody sees the reporter's name"), "person"
    IDENTITY_LOOKED = "identity.looked", _("Looked afterwards at who could see the name, and agreed"), "person"
    IDENTITY_OBJECTED = "identity.objected", _("Objected afterwards; the name is closed again"), "person"
    IDENTITY_WITHDRAWN = "identity.withdrawn", _("Request for the reporter's name taken back")
    IDENTITY_OPENED = "identity.opened", _("Reporter's name opened"), "request"
    IDENTITY_SHOWN = "identity.shown", _("Case page viewed, with the reporter's name"), "request", "parts"
    IDENTITY_KNOWN = "identity.known", _("Confidential adviser opened the reporter's name")
    IDENTITY_NO_CONSENT = "identity.no_consent", _("The reporter's name stays closed: no consent"), "person"
    IDENTITY_RELEASED = (
        "identity.disclosed",
        _("Confidential adviser gave a key of the reporter's name"),
        "person",
        "ground",
    )
    IDENTITY_TOLD = "identity.told", _("Reporter told that the name was opened")
    IDENTITY_TAKEN_BACK = "identity.taken_back", _("Key of the reporter's name taken back"), "person"

    # Documents
    DOCUMENT_MADE = "document.made", _("Document made"), "kind", "number"
    DOCUMENT_WITHDRAWN = "document.withdrawn", _("Document withdrawn"), "number"
    DOCUMENT_SENT = "document.sent", _("Document sent to the reporter"), "number"
    DOCUMENT_SAVED = "document.saved", _("Document saved"), "number", "form"
    TEMPLATE_KEPT = "template.kept", _("Document template taken into use"), "kind", "version"
    TEMPLATE_STOPPED = "template.stopped", _("Standard text taken into use again"), "kind"

    # Files
    FILE_ADDED = "file.added", _("File added"), "number", "kind", "source"
    FILE_SAVED = "file.saved", _("File saved"), "number"
    FILE_SENT = "file.sent", _("File sent to the reporter"), "number"
    FILE_STRUCK = "file.struck", _("File struck out"), "number"

    # Redaction
    REDACTION_BEGUN = "redaction.begun", _("Redaction begun"), "number"
    REDACTION_MASKED = "redaction.masked", _("Text masked"), "number", "version"
    REDACTION_OFFERED = "redaction.offered", _("Redaction offered for a check"), "number"
    REDACTION_APPROVED = "redaction.approved", _("Redaction approved"), "number"
    REDACTION_SENT_BACK = "redaction.sent_back", _("Redaction sent back"), "number"
    EXPORT_ASKED = "export.asked", _("Export asked"), "number"
    EXPORT_MADE = "export.made", _("Export made"), "number", "scope", "second"
    EXPORT_REFUSED = "export.refused", _("Export refused"), "number"
    EXPORT_WITHDRAWN = "export.withdrawn", _("Export taken back"), "number"
    EXPORT_SAVED = "export.saved", _("Export saved"), "number", "form"

    # Protocol of an organisation
    PROTOCOL_WRITTEN = "protocol.written", _("Protocol changed in a draft"), "base", "number"
    PROTOCOL_PUBLISHED = "protocol.published", _("Protocol put into force"), "base", "number", "read"
    PROTOCOL_DROPPED = "protocol.dropped", _("Draft of a protocol thrown away"), "base"
