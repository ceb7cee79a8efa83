"""Whoever sends, opens, decides, writes or uploads is killed, or gets an error, at every step (F1, F12): afterwards the same
again works, and nothing is there twice, half or not at all."""

import itertools
import time
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.invariants import broken_invariants
from cases.models import Case
from jobs import runner
from jobs.models import Job
from reporting.evidence.intake import take_messages
from reporting.models import Evidence, Message, Report
from tests.support.build import a_case, a_draft, a_place, a_report, posted, read_report, signed_in, who
from tests.support.evidence import a_photo, add, evidence_store, to_evidence
from tests.support.reporter import URL, come_back, session_of, words_of
from tests.support.steps import Ended, every_step
from vault.files import drop_strays, drop_unclaimed
from vault.ledger import verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.rehearsal]
HOW = pytest.mark.parametrize("how", ["kill", "error"])
HELP = "112"
NOT_DONE = {"intussen veranderd", "Er is niets verstuurd", "later toe met uw code"}  # of a form that stays as it is
PILE = "datum;afzender;bericht\n2026-11-20 23:01;@account1;Wij weten je te vinden\n2026-11-20 23:02;@account2;Wij ook"


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    settings.REDIS_URL = ""
    return evidence_store(tmp_path, settings)


def _browser() -> Client:
    return Client(raise_request_exception=False)


def _answer(page) -> dict:
    return {"status": page.status_code, "words": words_of(page), "to": page.get("Location", "")}


def _was_done(ended: Ended, said: str) -> bool:
    """Whether the page says that it is done. What it says else is that it is not, and what to do."""
    if ended.answer is None:
        return False
    status, words, to = ended.answer["status"], ended.answer["words"], ended.answer["to"]
    if status == 302 or (status == 200 and said in words):
        return True
    is_told = (HELP in words and status == 503) or any(not_done in words for not_done in NOT_DONE)
    assert is_told, (ended.what, status, to, words)
    return False


def _work_is_done() -> None:
    Job.objects.filter(state="open").update(lease_until=None)
    Job.objects.filter(state="open", attempts__gt=0).update(due=timezone.now())
    while runner.run_due():
        pass


@HOW
def test_a_report(how):
    place, browser, sent = a_place(), _browser(), []

    def begin():
        draft = a_draft(place)
        draft.files, draft.shown_at = [take_messages(PILE).to_state()], time.time()
        form = {
            "state": draft.seal(),
            "step": "",
            "kind": draft.kind,
            "action": "send",
        }
        sent.append((form, draft.receipt))
        return lambda: _answer(_browser().post(URL, form))

    for number, ended in enumerate(every_step(how, begin), 1):
        form, receipt = sent[-1]
        if _was_done(ended, "Uw melding is binnen"):
            assert Report.objects.count() == number, ended.what
        assert "Uw melding is binnen" in words_of(browser.post(URL, form)), ended.what
        assert Report.objects.count() == number, ended.what
        assert "Uw melding" in words_of(come_back(browser, receipt)), ended.what
    assert number > 40
    assert Evidence.objects.values("report").distinct().count() == number
    _work_is_done()
    assert Case.objects.count() == number
    assert broken_invariants() == []


@HOW
def test_a_case_that_is_opened(how):
    place = a_place()

    def work():
        with suppress(OperationalError):  # the loop of a worker goes on after it
            runner.run_due("cases")

    def begin():
        a_report(place)
        return work

    for number, ended in enumerate(every_step(how, begin), 1):
        _work_is_done()
        assert Case.objects.count() == number, ended.what
    assert number > 25
    assert not Job.objects.filter(kind="cases.open_case", state="open").exists()
    assert broken_invariants() == []


@HOW
def test_a_decision(how):
    place, cases = a_place(), []

    def begin():
        case = a_case(place)
        actor = who(case.id, "case_officer")
        read_report(case, actor)
        officer, address = signed_in(actor.person), reverse("cases:decision", args=[case.id, "acknowledge"])
        officer.raise_request_exception = False
        cases.append((case, officer, address, posted(case, "acknowledge")))
        return lambda: _answer(officer.post(address, cases[-1][3]))

    for ended in every_step(how, begin):
        case, officer, address, form = cases[-1]
        if _was_done(ended, ""):
            assert case.decisions.filter(code="acknowledge").count() == 1, ended.what
        again = officer.post(address, form)
        assert again.status_code == 302 or case.decisions.filter(code="acknowledge").exists(), (
            ended.what,
            words_of(again),
        )
        assert case.decisions.filter(code="acknowledge").count() == 1, ended.what
        assert Message.objects.filter(report=case.report).count() == 1, ended.what
        verify(case.id)
    assert len(cases) > 60
    assert broken_invariants() == []


@HOW
def test_a_message_of_the_reporter_and_one_of_the_officer(how):
    place = a_place()
    report, receipt = a_report(place)
    _work_is_done()
    officer, address = signed_in(who(report.case, "case_officer").person), reverse("cases:messages", args=[report.case])
    officer.raise_request_exception = False
    posts, browser = [], _browser()

    def by_reporter():
        page = come_back(browser, receipt)
        form = {"session": session_of(page), "action": "message", "about": "no", "text": f"Er is weer iets: {uuid4()}"}
        posts.append((browser, "/terug/", form))
        return lambda: _answer(_browser().post("/terug/", form))

    def by_officer():
        form = {"text": f"Wij spreken u morgen: {uuid4()}", "token": uuid4()}
        posts.append((officer, address, form))
        return lambda: _answer(officer.post(address, form))

    both = itertools.chain(every_step(how, by_reporter), every_step(how, by_officer))
    for number, ended in enumerate(both, 1):
        client, to, form = posts[-1]
        if _was_done(ended, form["text"]):
            assert Message.objects.count() == number, ended.what
        client.post(to, form)
        assert Message.objects.count() == number, ended.what
    assert number > 60
    assert broken_invariants() == []


@HOW
def test_a_file_that_is_uploaded(how, store):
    a_place()
    browser, tried = _browser(), []
    page = to_evidence(browser)

    def begin():
        tried.append(1)
        return lambda: _answer(add(browser, page, files=SimpleUploadedFile("foto.jpg", a_photo())))

    for ended in every_step(how, begin):
        _was_done(ended, "foto.jpg")
        assert "foto.jpg" in words_of(add(browser, page, files=SimpleUploadedFile("foto.jpg", a_photo()))), ended.what
    assert len(tried) > 8
    today = timezone.localdate()
    drop_strays(today)
    drop_unclaimed(today + timedelta(days=4))
    drop_strays(today + timedelta(days=29))
    assert [path for path in store.rglob("*") if path.is_file()] == []
