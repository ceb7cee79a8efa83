"""What somebody who is kept out of a case still has of it, names for who is named in reports, and the pages it happens on."""

import re
from datetime import timedelta
from uuid import UUID

import time_machine
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.desk.access import visible_cases
from cases.models import Case
from jobs import runner
from jobs.models import Job
from jobs.outbox import work_of
from organisations.access.policy import Actor
from organisations.models import Assignment, Organisation, Person, Suspension
from organisations.name_parts import NameParts
from organisations.people.naming import names_changed
from tests.support.build import REASON, a_report, signed_in
from tests.support.pages import in_one_line
from vault.compartments import readers

PAGES = ("", "melding/", "toegang/")  # one for whoever follows, one for whoever reads, one with people
CLEAR = "Iemand van buiten de organisatie."  # words that name nobody


def called(person: Person, given: str, surname: str, prefix: str = "") -> Person:
    """The same person with a checked name, compared with what was reported."""
    renamed(person, given, surname, prefix)
    compare_now()
    return person


def renamed(person: Person, given: str, surname: str, prefix: str = "") -> Person:
    """The same person with a checked name, before a worker looks."""
    person.take_parts(NameParts("", given, prefix, surname))
    names_changed(person)
    return person


def compare_now() -> None:
    """A worker compares whoever waits for it, and does nothing else."""
    for job in Job.objects.filter(kind="organisations.compare", state="open", due__lte=timezone.now()):
        work_of(job.kind)(job)
        Job.objects.filter(id=job.id).update(state="done")


def statuses(person: Person, case: Case) -> set[int]:
    """What the pages of a case answer to somebody."""
    client = signed_in(person)
    return {client.get(f"/werkplek/zaak/{case.id}/{page}").status_code for page in PAGES}


def reaches(person: Person, case: Case, organisation: Organisation) -> bool:
    """Whether the case is in somebody's worklist."""
    return visible_cases(Actor.at(person, organisation)).filter(id=case.id).exists()


def has_nothing(person: Person, case: Case, organisation: Organisation) -> bool:
    """Whether somebody has no key, no assignment and no line in the worklist."""
    has_part = Assignment.objects.running().filter(case=case.id, person=person).exists()
    return not (has_part or person.id in readers(case.id) or reaches(person, case, organisation))


def url_of(case, part: str = "") -> str:
    return f"/werkplek/zaak/{case.id}/{part}"


def task_of(case, relation: str) -> Assignment:
    return Assignment.objects.running().filter(case=case.id, relation=relation).order_by("person__name")[0]


def about_nobody(place, **answers):
    """An integrity case that the coordinator handles, with its receipt: nobody is named in it."""
    report, receipt = a_report(place, "integrity", subject="unknown:", known_as="anonymous", account=CLEAR, **answers)
    return open_case(report), receipt


def answer_on(page, said: str) -> str:
    """The value of an answer to the question about somebody whom the words on a page name."""
    return re.search(rf'name="about"[^>]*value="({said}:[0-9a-f.]+)"', in_one_line(page.content.decode()))[1]


def say_not_free(case, relation: str, by: Person, **data):
    """Say on the page that whoever has this part is not free."""
    url = url_of(case, f"toegang/{task_of(case, relation).id}/niet-vrij/")
    return signed_in(by).post(url, {"grounds": ["interest"], "reason": REASON, **data})


def question_of(case) -> UUID:
    return Suspension.objects.exclude(state="final").get(case=case.id).id


def run_due() -> None:
    """A worker looks, and the slot came for which the end of a part in an anonymous report waits."""
    Job.objects.filter(kind="cases.end_parts", state="open").update(due=timezone.now() - timedelta(minutes=1))
    runner.run_due()


def time_ahead(**ahead):
    return time_machine.travel(timezone.now() + timedelta(**ahead), tick=False)
