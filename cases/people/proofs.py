"""What a decision was shown by stays what it was: who strikes out or withdraws a paper cannot take the ground from under a deed."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases.desk.offering import can_be_decided
from cases.desk.refusals import Refused
from cases.models import Case, CaseDecision
from cases.people.words.purposes import DETAILS
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id

PAPERS = {"file": "number", "sent": "document"}  # {what of a deed: where the number of the paper stands in it}


def deeds_shown_by(case: Case, key: ContentKey, what: str, number: str) -> Iterator[CaseDecision]:
    """The decisions that one paper of the case shows: a "file", or a document that was "sent". `key`: of the file of the case."""
    sealed = sealed_by_id(case.id, Compartment.FILE, DETAILS)
    for decision in case.decisions.select_related("case"):
        kept: dict[str, Any] = {}
        if decision.details:
            kept = json.loads(read_text(key, sealed[decision.details])).get("deed", {})
        if str(kept.get(what, {}).get(PAPERS[what], "")) == number:
            yield decision


def refuse_proof(case: Case, key: ContentKey, what: str, number: int) -> None:
    """Raises Refused where a decision of the case was shown by this paper."""
    if shown := next(deeds_shown_by(case, key, what, str(number)), None):
        words = (
            _("This shows that “%(what)s” was done. It stays. Is it wrong? Do that again with the right one.")
            if can_be_decided(case, shown.code)
            else _(
                "This shows that “%(what)s” was done. It stays, and that cannot be done again now. Is it wrong? Add the right one "
                "under “Files”, and say in its title what it replaces."
            )
        )
        raise Refused(words % {"what": shown.label})


def refuse_shared(case: Case, key: ContentKey, number: str, whom: set[str]) -> None:
    """Raises Refused where one letter would show that more than one person was told; `whom`: the ids of those of this deed."""
    if not whom:
        return
    them = {str(one) for party in case.parties.filter(id__in=_ids(whom)) for one in party.all_of_them()} | whom
    before = set()
    for deed in deeds_shown_by(case, key, "sent", number):
        before |= {str(one) for one in {deed.party_id, *deed.records.values_list("party", flat=True)} if one}
    if len(whom) > 1 or before - them:
        raise Refused(_("One letter is for one person. Choose the letter that was made for this person."), "document")


def _ids(texts: set[str]) -> set[UUID]:
    return {UUID(text) for text in texts if text != "new"}
