"""docs/domain.md: who "was kept out of an earlier report to which this one belongs" is out of it as in the earlier one. A reporter says
that by their code; people at work say it with a link "De ene kwam voort uit de andere"."""

import pytest

from organisations.access.bars import is_barred
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import about_nobody, called, run_due, url_of
from tests.support.build import signed_in, who

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("why", ["follows", "same_matter", "same_perpetrator"])
def test_who_is_kept_out_of_a_case_is_out_of_the_one_that_came_out_of_it(place, why):
    first, receipt = about_nobody(place)
    accused = called(who(first.id, "case_officer").person, "Kees", "Bos")
    second, _receipt = about_nobody(place)
    assert who(second.id, "case_officer").person == accused
    send_message(open_mailbox(receipt), "Het was Kees Bos zelf.", "unknown", pieces=[], token=b"y" * 32)
    run_due()
    assert is_barred(first.id, accused.id)
    handler = who(first.id, "handler").person
    linked = {"what": "link", "number": second.number, "why": why}
    assert signed_in(handler).post(url_of(first, "samenhang/"), linked).status_code == 302
    run_due()
    assert signed_in(accused).get(url_of(second, "melding/")).status_code in {404, 410}, "the accused reads on in it"
