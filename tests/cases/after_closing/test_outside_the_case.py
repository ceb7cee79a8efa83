"""S11: whoever stands outside a case gets the same answer whether it exists or not."""

import pytest

from jobs.runner import run_due
from tests.cases.after_closing.test_after_closing import closed, take_agreed, traveller  # noqa: F401
from tests.support.build import a_place, posted, signed_in, take, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


def test_s11_the_answer_is_the_same_whether_a_case_exists_or_not(traveller):  # noqa: F811
    place = a_place()
    administrator = signed_in(place["administrator"])
    pages = ["/werkplek/", "/werkplek/inzageverzoek/", "/werkplek/inzageverzoek/?als=tekst", "/werkplek/wacht/"]

    def seen() -> list[str]:
        return [words_of(administrator.get(page)) for page in pages]

    nothing, answer = seen(), administrator.get(pages[2]).content
    case = closed(place)
    take(case, "hear_privacy", who(case.id, "case_officer"))
    run_due()
    assert case.deadlines.get(code="PRIVACY_1M").is_running
    assert seen() == nothing
    officer = signed_in(who(case.id, "case_officer").person)
    assert officer.get(pages[2]).content == answer
    for page in (f"/werkplek/zaak/{case.id}/", f"/werkplek/zaak/{case.id}/besluit/restrict_privacy/"):
        assert administrator.get(page).status_code == 404
    # A restriction has its ground, and a second person.
    case.refresh_from_db()
    sent = posted(case, "restrict_privacy", **{"record-1-ground": ""})
    assert officer.post(f"/werkplek/zaak/{case.id}/besluit/restrict_privacy/", sent).status_code == 422
    assert (
        officer.post(
            f"/werkplek/zaak/{case.id}/besluit/restrict_privacy/", posted(case, "restrict_privacy")
        ).status_code
        == 302
    )
    assert case.deadlines.get(code="PRIVACY_1M").is_running
    take_agreed(case)
    assert not case.deadlines.get(code="PRIVACY_1M").is_running
