"""What can be known of the reply of a person of the case without opening a word: who was asked, by which draft, and what they did."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from cases.models import Bundle, BundleEntry, Case, Party
from cases.protocol.kinds.forms import TERM_PASSED

DRAFT, NO_REPLY = BundleEntry.Kind.DRAFT, BundleEntry.Kind.NO_REPLY
CUT_OFF = "cut_off"  # a term that the person could not use whole


def is_of_case(case: Case, party: str, wanted: Collection[str]) -> bool:
    """Whether somebody with this id counts as a person of the case, in one of these parts of parts.yaml."""
    return _as_id(party) in set(case.parties.filter(part__in=wanted, ended_at=None).values_list("id", flat=True))


def has_draft(case: Case, party: str) -> bool:
    """Whether a draft stands on the papers page of this person, which they can read today."""
    pages = Bundle.objects.readable().filter(case=case, party=_as_id(party))
    return BundleEntry.objects.filter(kind=DRAFT, bundle__in=pages).exists()


def drafts_for(party: Party, since: date) -> list[BundleEntry]:
    """The drafts that were put since that day on the page of this person, or of somebody who acts for them now."""
    them = party.all_of_them()
    ids = [*them, *Party.objects.filter(corrects__in=them, is_same=True).values_list("id", flat=True)]
    rows = BundleEntry.objects.filter(Q(bundle__party__in=ids) | Q(bundle__party__speaks_for__in=ids), kind=DRAFT)
    return list(rows.filter(on__gte=since).select_related("answered_by", "bundle__party").order_by("on", "sequence"))


def came_to(draft: BundleEntry, today: date) -> str:
    """What a person did with a draft: a kind of entry (:class:`BundleEntry.Kind`), TERM_PASSED where they saw it and let the
    term pass, CUT_OFF where they did not see it or could not use the whole term, or nothing as long as they still can."""
    if hasattr(draft, "answered_by"):
        return draft.answered_by.kind
    if draft.reply_until is None or draft.reply_until >= today:
        return ""
    ended = draft.bundle.ended_on
    had_it_all = draft.seen and (ended is None or ended > draft.reply_until)
    return TERM_PASSED if had_it_all else CUT_OFF


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
