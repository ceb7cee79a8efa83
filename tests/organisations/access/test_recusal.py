"""Whoever a report is about can never handle, see, open or count it; the chain always ends with somebody."""

from itertools import product

import pytest
from django.test import Client

from cases.deciding.opening import open_case
from cases.desk.access import countable_cases, take_away, visible_cases
from cases.desk.agreement import disagreements
from cases.invariants import broken_invariants
from cases.models import Case, CaseUserObjectPermission
from jobs.models import Job
from jobs.runner import run_due
from organisations.access import routing
from organisations.access.bars import is_barred, recuse
from organisations.access.recusal import Circle, Concerned
from organisations.access.routing import route, rules
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint, holders
from reporting.form import submission
from tests.support.build import a_case, a_place, a_report, signed_in, who
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = pytest.mark.django_db
KINDS = ["municipality", "province", "water_authority"]


def _functions(place) -> list[str]:
    return [code for code in rules().by_subject if code in place.people or code in {"employee", "unknown"}]


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_of_the_routing_table_ends_with_somebody_who_is_not_concerned(kind):
    place = a_place(kind)
    for function in _functions(place):
        for named in (True, False):
            person = place[function] if named and function in place.people else None
            circle = Circle(subjects=(Concerned(function, person.id if person else None),))
            found = route(place.organisation, "integrity", circle, "anonymous", _today())
            concerned = {person.id} if person else {one.id for one in holders(place.organisation, function, _today())}
            assert found.readers, function
            assert not concerned & {reader.person.id for reader in found.readers}, function
            assert [reader.relation for reader in found.readers].count("handler") == 1


@pytest.mark.parametrize(("kind", "function", "at"), [
    ("municipality", "mayor", "province"),
    ("municipality", "alderman", "municipality"),
    ("province", "kings_commissioner", "province"),
    ("water_authority", "dike_reeve", "water_authority"),
    ("municipality", "registrar", "municipality"),
    ("municipality", "officer", "municipality"),
])  # fmt: skip
def test_a_case_is_handled_where_the_table_says(kind, function, at):
    place = a_place(kind)
    case = a_case(place, "integrity", subject=f"{function}:{place[function].id}")
    assert case.organisation == place.others[at].organisation


def test_the_chain_goes_on_outside_when_everybody_inside_is_excluded():
    place = a_place()
    excluded = tuple(person.id for people in place.people.values() for person in people)
    found = route(place.organisation, "integrity", Circle((Concerned("alderman"),), excluded), "anonymous", _today())
    assert found.handled_by == place.others["province"].organisation


def test_a_report_for_which_nobody_is_left_is_kept_with_an_alarm():
    place = a_place()
    for other in ("province", "ministry"):
        for people in place.others[other].people.values():
            Person.objects.filter(id__in=[one.id for one in people]).update(is_active=False)
    report, _receipt = a_report(place, "integrity", subject=f"mayor:{place['mayor'].id}")
    assert report.handled_by is None
    assert readers(report.case) == set()
    assert not Assignment.objects.filter(case=report.case).exists()
    _alarmed(place, report)


def _alarmed(place, report) -> None:
    """Two people of unrelated functions get a mail without content, and the check names the report."""
    run_due()
    told = set(Job.objects.filter(kind="mail.ping").values_list("target", flat=True))
    assert told == {place["administrator"].id, place["auditor"].id}
    assert f"report {report.id} waits: nobody may open it" in broken_invariants()


def test_a_routing_that_breaks_loses_no_report(monkeypatch):
    place = a_place()

    def breaks(*_args):
        raise RuntimeError("broken rules")

    monkeypatch.setattr(submission, "route", breaks)
    report, receipt = a_report(place, "integrity", subject=f"mayor:{place['mayor'].id}", account="Dit blijft bewaard.")
    assert is_barred(report.case, place["mayor"].id)
    assert "Dit blijft bewaard." in Client().post("/terug/", {"receipt": receipt}).content.decode()
    _alarmed(place, report)


def test_a_recusal_that_breaks_loses_no_report_and_tells_nobody_there(monkeypatch):
    """Whom the report is about is not known then: the operator hears of it by the daily check."""
    place = a_place()
    monkeypatch.setattr(routing, "keep_out", lambda *_args: 1 / 0)
    report, receipt = a_report(
        place, "integrity", subject="unknown:", subject_name=place["administrator"].name, account="Dit blijft bewaard."
    )
    assert "Dit blijft bewaard." in Client().post("/terug/", {"receipt": receipt}).content.decode()
    assert readers(report.case) == set()
    assert is_barred(report.case, place["administrator"].id)
    run_due()
    assert not Job.objects.filter(kind="mail.ping").exists()
    assert f"report {report.id} waits: nobody may open it" in broken_invariants()


def test_who_is_only_mentioned_in_words_hears_no_alarm_either():
    place = a_place()
    for other in ("province", "ministry"):
        for people in place.others[other].people.values():
            Person.objects.filter(id__in=[one.id for one in people]).update(is_active=False)
    words = f"De beheerder {place['administrator'].name} deed eraan mee."
    a_report(place, "integrity", subject=f"mayor:{place['mayor'].id}", known_as="anonymous", account=words)
    run_due()
    told = set(Job.objects.filter(kind="mail.ping").values_list("target", flat=True))
    assert len(told) == 2
    assert place["administrator"].id not in told


def test_with_the_mayor_concerned_the_cabinet_handles_and_the_registrar_only_follows():
    place = a_place()
    case = a_case(place, "integrity", subject=f"mayor:{place['mayor'].id}", known_as="confidential")
    inside = Assignment.objects.filter(case=case.id, organisation=place.organisation).exclude(relation="adviser")
    assert {(task.person, task.relation) for task in inside} == {(place["registrar"], "support")}
    assert case.organisation == place.others["province"].organisation
    assert who(case.id, "handler").person in place.others["province"].people["kc_cabinet"]


def _pages(case) -> list[str]:
    zaak = f"/werkplek/zaak/{case.id}/"
    parts = ["", "melding/", "besluiten/", "toegang/", "logboek/", "besluit/acknowledge/"]
    return [
        "/werkplek/",
        "/werkplek/?show=closed",
        "/werkplek/?show=unread",
        "/zorgplicht/",
        *(zaak + part for part in parts),
    ]


def _seen(client: Client, urls: list[str]) -> list[tuple[int, bytes]]:
    import re

    token = re.compile(rb'name="csrfmiddlewaretoken"\s+value="[^"]+"')
    return [(answer.status_code, token.sub(b"", answer.content)) for answer in map(client.get, urls)]


@pytest.mark.parametrize(
    "roles", [[], ["officer"], ["coordinator", "officer"], ["confidential_adviser"], ["administrator", "auditor"]]
)
def test_the_mayor_sees_the_same_bytes_with_and_without_the_case(roles):
    """In every role that the mayor holds: lists, search, counts, overview and the case's own pages."""
    place = a_place()
    mayor = place["mayor"]
    for role in roles:
        appoint(mayor, place.organisation, role)
    for _number in range(4):
        a_case(place, "aggression", known_as="anonymous")
    ghost = Case(id="00000000-0000-4000-8000-000000000000", number="ZZZZ-ZZZZ")
    client = signed_in(mayor)
    without = _seen(client, _pages(ghost))
    case = a_case(place, "integrity", subject=f"mayor:{mayor.id}")
    with_case = _seen(
        client, [url.replace(str(ghost.id), str(case.id)).replace(ghost.number, case.number) for url in _pages(ghost)]
    )
    cleaned = [
        (
            status,
            body.replace(case.number.encode(), ghost.number.encode()).replace(
                str(case.id).encode(), str(ghost.id).encode()
            ),
        )
        for status, body in with_case
    ]
    assert cleaned == without
    assert [status for status, _body in without] == [200, 200, 200, 200, *[404] * 6]


def test_a_recused_person_has_no_key_row_task_or_count():
    place = a_place()
    alderman = place["alderman"]
    appoint(alderman, place.organisation, "officer")
    case = a_case(place, "integrity", subject=f"alderman:{alderman.id}")
    actor = place.actor("alderman")
    assert is_barred(case.id, alderman.id)
    assert alderman.id not in readers(case.id)
    assert not CaseUserObjectPermission.objects.filter(user=alderman).exists()
    assert not visible_cases(actor).exists()
    assert not countable_cases(actor).exists()


def test_a_permission_row_alone_opens_nothing():
    """What a database administrator could add by hand."""
    from guardian.shortcuts import assign_perm

    place = a_place()
    case = a_case(place, "integrity", subject="alderman:")
    outsider = place["archivist"]
    for permission in ("cases.follow_process", "cases.read_content"):
        assign_perm(permission, outsider, case)
    assert signed_in(outsider).get(f"/werkplek/zaak/{case.id}/").status_code == 404
    Assignment.objects.create(
        case=case.id, person=outsider, organisation=place.organisation, relation="handler", capacity="archivist"
    )
    assert signed_in(outsider).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 404
    assert disagreements()


def test_guardian_rows_and_key_grants_agree():
    place = a_place()
    for kind, known_as in product(["aggression", "integrity", "pressure"], ["named", "confidential", "anonymous"]):
        a_case(place, kind, known_as=known_as)
    assert disagreements() == []


def test_who_turns_out_to_be_conflicted_loses_access_at_once():
    place = a_place()
    case = a_case(place, "integrity", subject="alderman:")
    officer = who(case.id, "case_officer")
    client = signed_in(officer.person)
    assert client.get(f"/werkplek/zaak/{case.id}/").status_code == 200
    take_away(case, officer.person, recused=True)
    assert client.get(f"/werkplek/zaak/{case.id}/").status_code == 410
    assert officer.person.id not in readers(case.id)
    assert not countable_cases(officer).filter(id=case.id).exists()
    assert entries(case.id)[-1].action == "access.ended"


def test_a_recusal_alone_hides_the_case_from_every_list():
    """Even if a permission, a task and a key were left behind."""
    place = a_place()
    case = a_case(place, "integrity", subject="alderman:")
    officer = who(case.id, "case_officer")
    recuse(case.id, [officer.person.id])
    assert not visible_cases(officer).exists()
    assert case.number not in signed_in(officer.person).get("/werkplek/").content.decode()
    assert signed_in(officer.person).get(f"/werkplek/zaak/{case.id}/").status_code == 410


def test_whom_the_reporter_kept_out_is_read_again_by_the_reporter_only():
    place = a_place()
    excluded = place["registrar"]
    report, receipt = a_report(place, "integrity", subject="employee:", excluded=[str(excluded.id)])
    case = open_case(report)
    assert is_barred(case.id, excluded.id)
    for relation in ("handler", "case_officer", "co_reader"):
        page = signed_in(who(case.id, relation).person).get(f"/werkplek/zaak/{case.id}/melding/")
        assert page.status_code == 200
        assert excluded.name not in page.content.decode()
    assert excluded.name in Client().post("/terug/", {"receipt": receipt}).content.decode()


def test_only_the_confidential_adviser_reads_a_confidential_name():
    place = a_place()
    case = a_case(place, "aggression", known_as="confidential", name="Robin Geheimnaam")
    advisers = {person.id for person in place.people["confidential_adviser"]}
    assert readers(case.id, Compartment.IDENTITY) == advisers
    officer, adviser = who(case.id, "case_officer"), place["confidential_adviser"]
    url = f"/werkplek/zaak/{case.id}/"
    for page in ("melding/", "melder/"):
        assert "Robin Geheimnaam" not in signed_in(officer.person).get(url + page).content.decode()
    assert signed_in(officer.person).get(f"{url}melder/naam/").status_code == 404
    assert "Robin Geheimnaam" in signed_in(adviser).get(f"{url}melder/naam/").content.decode()


def test_a_reporter_who_types_the_name_of_an_officer_keeps_that_officer_out():
    place = a_place()
    officer = place["officer"]
    case = a_case(place, "integrity", subject="employee:", subject_name=officer.name)
    assert officer.id not in readers(case.id)
    assert is_barred(case.id, officer.id)


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Mette Sørensen", "Sorensen"),
        ("Lech Wałęsa", "de heer Walesa"),
        ("Deniz Yıldız", "Yildiz"),
        ("Jan Vermeer", "Ver\u00admeer"),
        ("Jan Vermeer", "Ver\u200bmeer"),
        ("Sean O'Brien", "OBrien"),
        ("Sean O’Brien", "O'Brien"),
        ("Jan Vermeer", "Vermeers kantoor"),
    ],
)
def test_whoever_is_named_is_known_however_the_name_is_spelled(known, typed):
    place = a_place()
    officer = place["officer"]
    officer.name = known
    officer.save()
    case = a_case(place, "integrity", subject="employee:", subject_name=typed)
    assert officer.id not in readers(case.id)
    assert is_barred(case.id, officer.id)


def _today():
    from django.utils import timezone

    return timezone.localdate()
