"""A reporter who clicks twice: the second click is told so, and nothing is done twice."""

import pytest
from django.test import Client, override_settings

from cases.deciding.opening import open_case
from reporting.models import Complaint, Message, PingAddress, Report
from tests.support.at_once import at_once
from tests.support.build import a_place, a_report
from tests.support.reporter import MAILBOX, come_back, session_of, words_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

ACTS = {
    "message": {"text": "Nog iets.", "about": "no"},
    "withdraw": {"text": "Ik wil stoppen."},
    "go_on": {"text": "Toch niet."},
    "experience": {"score": "3", "text": "Ging wel."},
    "identity": {"name": "Robin Vermelder", "contact": "", "known_as": "named"},
    "other_handler": {"text": "Iemand anders graag."},
    "complaint": {"text": "Niemand belt mij terug.", "way": "complaint"},
    "retaliation": {"text": "Ik word gepest.", "by": "else"},
    "ping": {"email": "robin@voorbeeld.example"},
}


@override_settings(REDIS_URL="")
def test_two_clicks_at_once_on_any_button_are_one_act():
    report, receipt = a_report(a_place(), "integrity", subject="employee:", known_as="anonymous")
    open_case(report)
    for action, fields in ACTS.items():
        page = come_back(Client(), receipt)
        sent = {"session": session_of(page), "action": action, **fields}
        before = Message.objects.count() + Complaint.objects.count()

        def click(sent=sent):
            return Client(raise_request_exception=False).post(MAILBOX, sent)

        pages = at_once(click, click)
        assert [one.status_code for one in pages] == [200, 200], action
        if action == "ping":
            assert PingAddress.objects.count() == 1
            continue
        told = ["eerder verstuurd" in words_of(one) for one in pages]
        # A page that comes after a name was given shows no form for it any more, so it may have nothing to say.
        assert sorted(told) == [False, True] or action == "identity", action
        assert Message.objects.count() + Complaint.objects.count() == before + 1, action
    assert Report.objects.get().identity_shared == "named"
