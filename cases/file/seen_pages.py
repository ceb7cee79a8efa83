"""Which page of a case somebody looked at, in words for its log."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PAGES = {
    "add_file": gettext_lazy("adding a file"),
    "bundle": gettext_lazy("a papers page"),
    "concerned": gettext_lazy("whom the case concerns"),
    "connections": gettext_lazy("what belongs together"),
    "counted": gettext_lazy("what was counted"),
    "deadlines": gettext_lazy("deadlines"),
    "decisions": gettext_lazy("decisions"),
    "document": gettext_lazy("a document"),
    "documents": gettext_lazy("documents"),
    "evidence": gettext_lazy("evidence"),
    "exports": gettext_lazy("exports"),
    "files": gettext_lazy("files"),
    "identity": gettext_lazy("who may see the reporter"),
    "kind": gettext_lazy("another kind"),
    "log": gettext_lazy("the log"),
    "measure_letter": gettext_lazy("the letter about a measure"),
    "measures": gettext_lazy("measures"),
    "messages": gettext_lazy("messages"),
    "notes": gettext_lazy("notes"),
    "overview": gettext_lazy("the overview"),
    "parties": gettext_lazy("people of the case"),
    "party": gettext_lazy("a person of the case"),
    "people": gettext_lazy("who has access"),
    "proposal": gettext_lazy("a proposal"),
    "protocol": gettext_lazy("the protocol"),
    "record": gettext_lazy("something that was recorded"),
    "records": gettext_lazy("what was recorded"),
    "redaction": gettext_lazy("a redaction"),
    "report": gettext_lazy("the report"),
    "sender_code": gettext_lazy("the code for the sender"),
    "split": gettext_lazy("splitting the report"),
    "timeline": gettext_lazy("the timeline"),
    "together": gettext_lazy("handling together"),
}


def seen_in_words(part: str, words: str) -> str:
    """What was looked at, by the part that the ledger keeps of a view; `words` where it keeps none that is known."""
    return _("Looked at: %(page)s") % {"page": PAGES[part]} if part in PAGES else words
