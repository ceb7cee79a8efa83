"""Where people, roles, assignments, guardian's rows, keys and recusals disagree: in both directions, over everything.

Each sentence names rows by their identifiers or a case by its number, never a person. The database compares: what is asked
does not grow with the number of cases. Only tokens of recusal are compared here, cases by the thousand, since the
database cannot compute them.
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cases.models import Case, CaseLink, CaseUserObjectPermission, IdentityRequest
from organisations.access.bars import token_of
from organisations.models import HANDLING, Assignment, Recusal, Suspension
from reporting.models import Alarm, Complaint, Report
from vault.compartments import Compartment
from vault.models import KeyGrant, KeyPair

BATCH = 2_000  # tokens that are compared at once
READERS = HANDLING | {"adviser"}
# Who may hold a key of a compartment, by what they do in the case; IDENTITY depends on the report too. Nobody holds others.
HOLD = {Compartment.CONTENT: READERS, Compartment.FILE: HANDLING, Compartment.PERPETRATOR: HANDLING}
SAID_NAME = Q(known_as="named") | Q(identity_shared="named")
NAME_FOR_ADVISER = Q(known_as="confidential") | Q(identity_shared="confidential")
OPEN = Suspension.State.OPEN


def disagreements() -> list[str]:
    """In words, without names; empty when all is well."""
    return list(
        chain(
            _assignments(),
            _rows(),
            _keys(),
            _barred(),
            _linked(),
            _nobody_opens(),
            _apart(),
            _contradictions(),
        )
    )


def _assignments() -> Iterator[str]:
    """Assignments that run without what they need, or of somebody who may not have them."""
    running, opened = Assignment.objects.running(), Case.objects.filter(id=OuterRef("case"))
    not_held = running.exclude(id__in=Assignment.objects.holding(timezone.localdate()).values("id"))
    yield from _named("assignment", not_held, "runs, but its person is not active or holds nothing that entitles to it")
    without_row = running.filter(Exists(opened), ~Exists(_rows_for("follow_process")))
    yield from _named("assignment", without_row, "runs without a permission row")
    for compartment, wanted in _NEEDED.items():
        made = KeyGrant.objects.filter(case=OuterRef("case"), compartment=compartment)
        missing = running.filter(wanted, Exists(made), ~Exists(_keys_for(compartment)))
        yield from _named("assignment", missing, f"runs without a key of {compartment}")


def _rows() -> Iterator[str]:
    """Guardian's rows without assignment or key, and keys without row."""
    rows = CaseUserObjectPermission.objects.annotate(case=F("content_object"), person=F("user"))
    yield from _named("permission row", rows.exclude(Exists(_running())), "stands without an assignment that runs")
    reads = rows.filter(permission__codename="read_content")
    yield from _named("permission row", reads.exclude(Exists(_keys_of_person())), "says to read, without a key")
    keys = _person_keys().filter(compartment=Compartment.CONTENT, case__in=Case.objects.values("id"))
    without = keys.exclude(Exists(_rows_for("read_content", case="case", person="reader__holder")))
    yield from _named("key", without, "of a case stands without the permission row that says to read")


def _keys() -> Iterator[str]:
    """Keys of people that no assignment of theirs lets them hold."""
    reports = Report.objects.filter(case=OuterRef("case"))
    for compartment in Compartment:
        may_hold = Q(Exists(_running_for_key(HOLD.get(compartment, frozenset()))))
        if compartment == Compartment.IDENTITY:
            copies = IdentityRequest.objects.filter(
                case=OuterRef("case"), asked_by=OuterRef("reader__holder"), holds_copy=True
            )
            may_hold = Q(Exists(_running_for_key({"adviser"})))
            may_hold |= Q(Exists(reports.filter(SAID_NAME))) & Q(Exists(_running_for_key(HANDLING)))
            may_hold |= Q(Exists(copies)) & Q(Exists(_running_for_key(READERS)))
        if compartment == Compartment.CALL:
            calling = Alarm.objects.filter(
                report__case=OuterRef("case"), answered_by=OuterRef("reader__holder"), holds_key=True
            )
            may_hold = Q(Exists(calling))
        wrong = _person_keys().filter(compartment=compartment).exclude(may_hold)
        yield from _named("key", wrong, f"of {compartment} is held by somebody without an assignment that reads it")


def _barred() -> Iterator[str]:
    """What somebody still has in a case of which they may never know, or out of which they are suspended."""
    recused = Recusal.objects.order_by("case").values_list("case", "token")
    suspended = Suspension.objects.filter(state=OPEN).order_by("case").values_list("case", "token")
    for why, tokens in (("may never know of the case", recused), ("is suspended from the case", suspended)):
        for known in _by_the_thousand(tokens):
            for what, rows in _of_people({case for case, _token in known}):
                for row, case, person in rows:
                    if (case, token_of(case, person)) in known:
                        yield f"{what} {row} is of somebody who {why}"


def _linked() -> Iterator[str]:
    """Who works a case and is kept out of one that people linked with it, but for whom people let back here."""
    links = list(CaseLink.objects.order_by("id").values_list("first", "second"))
    linked = {case for ends in links for case in ends}
    suspended = Suspension.objects.filter(case__in=linked).values_list("case", "token", "state")
    bars = {
        (case, bytes(token)) for case, token in Recusal.objects.filter(case__in=linked).values_list("case", "token")
    }
    bars |= {(case, bytes(token)) for case, token, state in suspended if state == OPEN}
    back = {(case, bytes(token)) for case, token, state in suspended if state == Suspension.State.LIFTED}
    parts: dict[UUID, list[tuple[UUID, UUID]]] = {}
    for row, case, person in Assignment.objects.running().filter(case__in=linked).values_list("id", "case", "person"):
        parts.setdefault(case, []).append((row, person))
    for here, there in [*links, *((second, first) for first, second in links)]:
        for row, person in parts.get(here, ()):
            if (there, token_of(there, person)) in bars and (here, token_of(here, person)) not in back:
                yield f"assignment {row} is of somebody who is kept out of a case that is linked with it"


def _by_the_thousand(tokens: QuerySet[Any, Any]) -> Iterator[set[tuple[UUID, bytes]]]:
    rows = tokens.iterator(chunk_size=BATCH)
    while batch := {(case, bytes(token)) for case, token in islice(rows, BATCH)}:
        yield batch


def _of_people(cases: set[UUID]) -> Iterator[tuple[str, QuerySet]]:
    """What people have in these cases: (what it is, its rows as (id, case, person))."""
    assignments = Assignment.objects.running().filter(case__in=cases)
    rows = CaseUserObjectPermission.objects.filter(content_object__in=cases)
    yield "assignment", assignments.values_list("id", "case", "person")
    about = Complaint.objects.filter(id=OuterRef("case")).values("report__case")
    apart = Assignment.objects.running().annotate(about=Subquery(about)).filter(about__in=cases)
    yield "assignment of what was told apart about it", apart.values_list("id", "about", "person")
    yield "permission row", rows.values_list("id", "content_object", "user")
    yield "key", _person_keys().filter(case__in=cases).values_list("id", "case", "reader__holder")


def _nobody_opens() -> Iterator[str]:
    """Reports and cases that nobody who is there today can open. Reports that wait for somebody are told apart."""
    opens = Assignment.objects.holding(timezone.localdate()).filter(
        Exists(_keys_for(Compartment.CONTENT)), case=OuterRef("case"), relation__in=HANDLING
    )
    reports = Report.objects.exclude(handled_by=None).exclude(Exists(opens))
    opened = dict(Case.objects.filter(id__in=reports.values("case")).values_list("id", "number"))
    for report, case in reports.values_list("id", "case").iterator():
        what = f"case {opened[case]}" if case in opened else f"report {report}"
        yield f"{what} can be opened by nobody who is active and entitled to it"
    reads = Assignment.objects.holding(timezone.localdate()).filter(
        Exists(_keys_for(Compartment.CONTENT)), case=OuterRef("id")
    )
    unread = Complaint.objects.filter(closed_on=None).exclude(Exists(reads.exclude(id__in=_reading_of_own_case())))
    yield from _named("complaint", unread, "can be opened by nobody who is active and entitled to it")


def _apart() -> Iterator[str]:
    """Who reads what was told apart of a case in which they have or had a part, or which they wrote down."""
    trouble = "reads what was told apart of a case in which its person has a part"
    yield from _named("assignment", _reading_of_own_case(), trouble)


def _reading_of_own_case() -> QuerySet[Assignment]:
    reads = Report.objects.filter(complaints=OuterRef("case"))
    parts = Assignment.objects.filter(case=OuterRef("case"), person=OuterRef(OuterRef("person")))
    wrote = Q(entered_by=OuterRef("person"))
    return Assignment.objects.running().filter(Exists(reads.filter(wrote | Q(Exists(parts)))))


def _contradictions() -> Iterator[str]:
    """Rows about one case that say different things."""
    tokens = Recusal.objects.filter(case=OuterRef("case"), token=OuterRef("token"))
    final = Suspension.objects.filter(state=Suspension.State.FINAL).exclude(Exists(tokens))
    yield from _named("suspension", final, "is final without a recusal")
    elsewhere = Case.objects.exclude(organisation=F("report__handled_by")).values_list("number", flat=True)
    for number in elsewhere.iterator():
        yield f"case {number} is handled by another organisation than its report"


def _named(what: str, rows: QuerySet[Any], trouble: str) -> Iterator[str]:
    for row in rows.order_by().values_list("pk", flat=True).iterator():
        yield f"{what} {row} {trouble}"


def _running(case: str = "case", person: str = "person") -> QuerySet[Assignment]:
    """The assignments of a row's person in its case that run. The names are those of the row's columns."""
    return Assignment.objects.running().filter(case=OuterRef(case), person=OuterRef(person))


def _running_for_key(relations: frozenset[str] | set[str]) -> QuerySet[Assignment]:
    """Those by which the holder of a key does one of these things, for the organisation of the key pair."""
    return _running(person="reader__holder").filter(
        organisation=OuterRef("reader__organisation"), relation__in=sorted(relations)
    )


def _rows_for(codename: str, case: str = "case", person: str = "person") -> QuerySet[Model]:
    return CaseUserObjectPermission.objects.filter(
        permission__codename=codename, content_object=OuterRef(case), user=OuterRef(person)
    )


def _person_keys() -> QuerySet[KeyGrant]:
    return KeyGrant.objects.filter(reader__purpose=KeyPair.Purpose.PERSON)


def _keys_of_person() -> QuerySet[KeyGrant]:
    """The keys of the content that the person of a row holds of its case."""
    return _person_keys().filter(
        compartment=Compartment.CONTENT, case=OuterRef("case"), reader__holder=OuterRef("person")
    )


def _keys_for(compartment: Compartment) -> QuerySet[KeyGrant]:
    """The keys that an assignment gives, for the organisation in which it is done."""
    return _person_keys().filter(
        compartment=compartment,
        case=OuterRef("case"),
        reader__holder=OuterRef("person"),
        reader__organisation=OuterRef("organisation"),
    )


def _of_report(which: Q) -> Exists:
    return Exists(Report.objects.filter(which, case=OuterRef("case")))


_HANDLES, _ADVISES = Q(relation__in=sorted(HANDLING)), Q(relation="adviser")
_NEEDED = {  # which assignments need a key of a compartment that the case has
    Compartment.CONTENT: _HANDLES | (_ADVISES & Q(_of_report(NAME_FOR_ADVISER))),
    Compartment.FILE: _HANDLES,
    Compartment.PERPETRATOR: _HANDLES,
    Compartment.IDENTITY: (_HANDLES & Q(_of_report(SAID_NAME))) | (_ADVISES & Q(_of_report(NAME_FOR_ADVISER))),
}
