"""Each way in which people, roles, assignments, rows, keys and recusals can disagree is named, and never by a person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.desk.agreement import disagreements
from cases.models import Case, CaseUserObjectPermission
from organisations.access.bars import recuse
from organisations.models import Assignment, Function, Person, Recusal, Role, Suspension
from reporting.models import Report
from tests.support.build import Place, a_case, a_report
from tests.support.full_case import a_complaint
from vault.keyring.keys import Codes, ensure_key_pair, stored_digest
from vault.models import KeyGrant, KeyPair

pytestmark = pytest.mark.django_db


class Broken:
    """One healthy case, and what can be broken in it by whoever can write in the database."""

    def __init__(self, place: Place, case: Case) -> None:
        self.place, self.case = place, case
        self.task = Assignment.objects.get(case=case.id, relation="case_officer", ended=False)
        self.person = self.task.person
        self.outsider = place["archivist"]
        self.told_apart = a_complaint(place)[0]

    def keys(self, *compartments: str, person: Person | None = None):
        held = KeyGrant.objects.filter(case=self.case.id, reader__holder=(person or self.person).id)
        return held.filter(compartment__in=compartments) if compartments else held

    def rows(self):
        return CaseUserObjectPermission.objects.filter(content_object=self.case, user=self.person)

    def give_key(self, compartment: str, person: Person) -> None:
        pair = ensure_key_pair(self.place.organisation.id, person.id)
        KeyGrant.objects.create(case=self.case.id, compartment=compartment, reader=pair, wrapped=b"\x06")

    def give_row(self, codename: str, person: Person) -> None:
        permission = Permission.objects.get(codename=codename)
        CaseUserObjectPermission.objects.create(content_object=self.case, user=person, permission=permission)

    def suspend(self, state: str) -> None:
        token = stored_digest("recusal", self.case.id, self.person.id)
        organisation = self.place.organisation
        sealed = Codes().seal(organisation.id, {}, "x")
        Suspension.objects.create(case=self.case.id, token=token, state=state, organisation=organisation, sealed=sealed)

    def readers_come(self) -> None:
        """Whoever reads what was told apart of a case gets a part in it."""
        for row in Assignment.objects.running().filter(case=self.told_apart.id):
            Assignment.objects.create(
                case=self.told_apart.report.case,
                person=row.person,
                organisation=row.organisation,
                relation="support",
                capacity=row.capacity,
            )

    def leave(self) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        for held in (Role, Function):
            held.objects.filter(person=self.person).update(held_from=yesterday, held_to=yesterday)

    def everybody_leaves(self) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        for held in (Role, Function):
            held.objects.update(held_from=yesterday, held_to=yesterday)


NOT_HELD = "assignment {task} runs, but its person is not active or holds nothing that entitles to it"
WAYS: list[tuple[Callable[[Broken], object], list[str]]] = [
    (lambda broken: broken.rows().delete(), ["assignment {task} runs without a permission row",
                                             "of a case stands without the permission row that says to read"]),
    (lambda broken: broken.keys("content").delete(), ["assignment {task} runs without a key of content",
                                                      "says to read, without a key"]),
    (lambda broken: broken.keys("file").delete(), ["assignment {task} runs without a key of file"]),
    (lambda broken: broken.keys("identity").delete(), ["assignment {task} runs without a key of identity"]),
    (lambda broken: Assignment.objects.filter(id=broken.task.id).update(ended=True),
     ["permission row", "of content is held by somebody without", "of file is held by somebody without"]),
    (lambda broken: Assignment.objects.filter(id=broken.task.id).update(relation="support"),
     ["of content is held by somebody without an assignment that reads it"]),
    (lambda broken: Assignment.objects.filter(id=broken.task.id).update(relation="adviser"),
     ["of file is held by somebody without an assignment that reads it"]),
    (lambda broken: broken.give_row("follow_process", broken.outsider), ["stands without an assignment that runs"]),
    (lambda broken: broken.give_row("read_content", broken.outsider), ["stands without an assignment that runs",
                                                                       "says to read, without a key"]),
    (lambda broken: broken.give_key("content", broken.outsider),
     ["of content is held by somebody without", "stands without the permission row that says to read"]),
    (lambda broken: broken.give_key("perpetrator", broken.outsider), ["of perpetrator is held by somebody without"]),
    (lambda broken: broken.give_key("identity", broken.outsider), ["of identity is held by somebody without"]),
    (lambda broken: broken.give_key("own", broken.person), ["of own is held by somebody without"]),
    (lambda broken: Person.objects.filter(id=broken.person.id).update(is_active=False), [NOT_HELD]),
    (lambda broken: broken.leave(), [NOT_HELD]),
    (lambda broken: broken.everybody_leaves(), [NOT_HELD, "case {number} can be opened by nobody who is active"]),
    (lambda broken: recuse(broken.case.id, [broken.person.id]),
     ["assignment {task} is of somebody who may never know of the case",
      "permission row {row} is of somebody who may never know of the case",
      "key {key} is of somebody who may never know of the case"]),
    (lambda broken: broken.suspend("open"), ["assignment {task} is of somebody who is suspended from the case",
                                             "key {key} is of somebody who is suspended from the case"]),
    (lambda broken: broken.suspend("final"), ["is final without a recusal"]),
    (lambda broken: broken.readers_come(),
     ["reads what was told apart of a case in which its person has a part",
      "complaint {complaint} can be opened by nobody who is active"]),
    (lambda broken: Report.objects.filter(complaints=broken.told_apart).update(
        entered_by=Assignment.objects.running().filter(case=broken.told_apart.id)[0].person),
     ["reads what was told apart of a case in which its person has a part"]),
    (lambda broken: Case.objects.filter(id=broken.case.id).update(
        organisation=broken.place.others["province"].organisation),
     ["case {number} is handled by another organisation than its report"]),
]  # fmt: skip


@pytest.fixture
def broken(place) -> Broken:
    case = a_case(place)
    for known_as in ("confidential", "anonymous"):
        a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}", known_as=known_as)
    a_report(place, "pressure")  # of which the case is not open yet
    return Broken(place, case)


@pytest.mark.both
def test_healthy_cases_agree_and_each_broken_row_is_named(broken):
    assert disagreements() == []
    names = {name for person in Person.objects.all() for name in (person.name, str(person.id)) if name}
    of_task = {"task": broken.task.id, "number": broken.case.number}
    of_task |= {"complaint": broken.told_apart.id}
    of_task |= {"row": broken.rows()[0].id, "key": broken.keys("content")[0].id}
    for number, (breaks, wanted) in enumerate(WAYS):
        with transaction.atomic():
            breaks(broken)
            said = disagreements()
            transaction.set_rollback(True)
        for words in wanted:
            assert any(words.format(**of_task) in line for line in said), (number, words, said)
        assert not [line for line in said if any(name in line for name in names)], number
    assert disagreements() == []


def test_a_report_without_a_case_that_nobody_reads_is_named(place):
    report, _receipt = a_report(place)
    KeyGrant.objects.filter(case=report.case, reader__purpose=KeyPair.Purpose.PERSON).delete()
    assert f"report {report.id} can be opened by nobody who is active and entitled to it" in disagreements()


def test_more_cases_are_not_more_queries(place):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert disagreements() == []
        return len(queries)

    a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    once = asked()
    for _number in range(3):
        a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    assert Recusal.objects.count() >= 4
    assert asked() == once
