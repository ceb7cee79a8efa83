"""What belongs together: cases that people linked, cases that concern the same person, and who that person is.

Nobody learns here of a case that they may not see: a link to it is not shown, and of a match only the number of such
cases.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.desk.access import countable_cases, visible_cases
from cases.desk.codes import case_codes
from cases.desk.keys import file_key, locked, locked_by_id
from cases.desk.refusals import NotAllowed, Refused
from cases.events import CaseEvent
from cases.models import Case, CaseLink
from cases.people.barring import end_parts, somebody_is_barred
from cases.people.words.purposes import KNOWN_AS
from organisations.access.policy import Actor, may
from organisations.access.recusal import Circle
from reporting.form.persons.marks import cases_with_same_mark, names_in, put_name
from reporting.form.persons.weighing import bar_alike, weigh
from vault import ledger
from vault.compartments import Compartment, read_text, texts, write_text
from vault.keyring.keys import Codes

PURPOSE = KNOWN_AS
MOST_NAMES = 20
UNFOUNDED = {"not_founded", "cleared"}  # codes of `outcome`: nothing was established against anybody
WHY_WORDS = {
    CaseLink.Why.SAME_MATTER: gettext_lazy("The same matter"),
    CaseLink.Why.SAME_PERPETRATOR: gettext_lazy("The same perpetrator"),
    CaseLink.Why.FOLLOWS: gettext_lazy("One came out of the other"),
}


@dataclass(frozen=True)
class Linked:
    """A linked case, and why it is linked, in words."""

    case: Case
    why: str
    link: UUID | None  # None: the reporter joined the reports, and nobody can undo that


@dataclass(frozen=True)
class Matches:
    """Cases that concern the same person: those that the actor sees, and how many others the organisation has."""

    cases: list[Case]
    elsewhere: int


def linked_cases(case: Case, actor: Actor) -> list[Linked]:
    """The linked cases that the actor may see, by number."""
    links = CaseLink.objects.filter(Q(first=case) | Q(second=case))
    why = {link.second_id if link.first_id == case.id else link.first_id: link for link in links}
    by_reporter = Q(report__follows=case.report_id) | Q(report__followed_by=case.report_id)
    said = {other for other, link in why.items() if link.why == CaseLink.Why.SAME_PERPETRATOR}
    # Of a case that was not founded nobody says that the same person did it, on either side.
    shown = without_unfounded(said) if said and without_unfounded({case.id}) else set()
    cases = visible_cases(actor).filter(Q(id__in=why) | by_reporter).distinct().order_by("number")
    return [_linked(linked, why.get(linked.id)) for linked in cases if linked.id not in said - shown]


def without_unfounded(cases: Collection[UUID]) -> set[UUID]:
    """These cases, less those that closed and did not establish anything against anybody: such a case never shows later as an
    earlier report about the same person (docs/cases.md)."""
    closed = list(Case.objects.filter(id__in=cases).exclude(closed_on=None)) if cases else []
    sealing = Codes({row.organisation_id for row in closed})
    unfounded = {row.id for row in closed if case_codes(row, sealing).get("outcome") in UNFOUNDED}
    return set(cases) - unfounded


def _linked(case: Case, link: CaseLink | None) -> Linked:
    if link is None:
        return Linked(case, _("The reporter added to an earlier report, or it was split off"), None)
    return Linked(case, str(WHY_WORDS[CaseLink.Why(link.why)]), link.id)


@transaction.atomic
def link(case: Case, other: UUID, why: str, *, actor: Actor) -> CaseLink:
    """Link two cases that the actor works. Linking them again changes nothing. `why` is a value of `CaseLink.Why`. Whoever is kept
    out of one of them is kept out of the other from then on, also after the link is gone. Raises Refused."""
    if other == case.id:
        raise Refused(_("This is the number of this case itself. Write the number of the other one."))
    case = locked_by_id(case.id, other)[case.id]
    second = visible_cases(actor).filter(id=other).first()
    if second is None or not may(actor, "case.connect", case) or not may(actor, "case.file", second):
        raise Refused(_("Choose one of your own cases."))
    if why not in CaseLink.Why.values:
        raise Refused(_("Choose why they belong together."))
    if why == CaseLink.Why.SAME_PERPETRATOR and len(without_unfounded({case.id, second.id})) < 2:
        raise Refused(_("One of these cases closed unfounded. Nobody is called the perpetrator with it later."))
    existing = CaseLink.objects.filter(Q(first=case, second=second) | Q(first=second, second=case)).first()
    if existing:
        return existing
    link = CaseLink.objects.create(first=case, second=second, why=why, made_by=actor.person)
    keep_out_of_both(link)
    for linked in (case, second):
        ledger.record(linked.id, CaseEvent.LINKED, actor=actor.person.id, why=why)
    return link


def keep_out_of_both(link: CaseLink) -> None:
    """Whoever is kept out of one of two linked cases is kept out of the other, and what they have there ends. Who linked them is not
    the second person about anybody. Can be repeated. Raises :class:`~organisations.access.failing_closed.CannotWeigh`."""
    bar_alike(link.first.report, said_by=str(link.made_by_id))
    for linked in (link.first, link.second):
        end_parts(linked)


@transaction.atomic
def unlink(case: Case, which: UUID, *, actor: Actor) -> bool:
    """Undo a link. False when there is nothing to undo, or when the actor may not see the other case. Raises
    Refused."""
    ends = CaseLink.objects.filter(Q(first=case) | Q(second=case), id=which).values_list("first", "second").first()
    case = locked_by_id(case.id, *(ends or ()))[case.id]
    if not may(actor, "case.connect", case):
        raise Refused(_("You can no longer do this here."))
    link = CaseLink.objects.filter(Q(first=case) | Q(second=case), id=which).first()
    if link is None:
        return False
    other = link.second_id if link.first_id == case.id else link.first_id
    if not visible_cases(actor).filter(id=other).exists():
        return False
    link.delete()
    for side, other_side in ((case.id, other), (other, case.id)):
        if not somebody_is_barred(side, other_side):
            ledger.record(side, CaseEvent.UNLINKED, actor=actor.person.id)
    return True


def matches(case: Case, actor: Actor) -> Matches:
    """Other cases of the organisation about the same perpetrator or the same person concerned, but for those that closed
    unfounded."""
    others = without_unfounded(cases_with_same_mark(case.id))
    seen = list(visible_cases(actor).filter(id__in=others).order_by("-started_on", "number"))
    return Matches(seen, countable_cases(actor, among=others - {other.id for other in seen}).count())


def known_names(case: Case, actor: Actor) -> list[str]:
    """Names and accounts that people who work the case wrote down, sorted. The caller has asked `case.file`."""
    key = file_key(case, actor)
    return sorted(read_text(key, row) for row in texts(case.id, Compartment.FILE, PURPOSE))


@transaction.atomic
def add_name(case: Case, name: str, *, actor: Actor) -> None:
    """Write down who the perpetrator turned out to be, so that other cases about the same person are found.

    The name is sealed with the file; outside the file only a keyed mark is kept. Raises Refused.
    """
    case = locked(case)
    if not may(actor, "case.connect", case):
        raise Refused(_("You can no longer do this here."))
    try:
        key = file_key(case, actor)
    except NotAllowed:
        raise Refused(_("You can no longer do this here.")) from None
    if not names_in(name):
        raise Refused(_("Write a whole name, an account or a number: at least four letters or eight figures."))
    names = known_names(case, actor)
    if name in names:
        return
    if len(names) >= MOST_NAMES:
        raise Refused(_("There are twenty names already."))
    weigh(case.report, Circle(names=(name,)), writer=actor.person.id, together=case.ids_together())
    write_text(key, PURPOSE, name)
    put_name(case.id, case.report.organisation, name)
    ledger.record(case.id, CaseEvent.PERPETRATOR_NAMED, actor=actor.person.id)
    end_parts(case)
