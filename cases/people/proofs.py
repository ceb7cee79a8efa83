"""What a decision was shown by stays what it was: who strikes out or withdraws a paper cannot take the ground from under a deed."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from cases.models import Case, CaseDecision
from cases.people.purposes import DETAILS
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id

PAPERS = {"file": "number", "sent": "document"}  # {what of a deed: where the number of the paper stands in it}


def deeds_shown_by(case: Case, key: ContentKey, what: str, number: str) -> Iterator[CaseDecision]:
    """The decisions that one paper of the case shows: a "file", or a document that was "sent". `key`: of the file of the case."""
    sealed = sealed_by_id(case.id, Compartment.FILE, DETAILS)
    for decision in case.decisions.exclude(details=None).select_related("case"):
        kept: dict[str, Any] = json.loads(read_text(key, sealed[decision.details])).get("deed", {})
        if str(kept.get(what, {}).get(PAPERS[what], "")) == number:
            yield decision


def refuse_proof(case: Case, key: ContentKey, what: str, number: int) -> None:
    """Raises Refused where a decision of the case was shown by this paper."""
    if shown := next(deeds_shown_by(case, key, what, str(number)), None):
        raise Refused(
            _("This shows that “%(what)s” was done. It stays. Is it wrong? Do that again with the right one.")
            % {"what": shown.label}
        )
