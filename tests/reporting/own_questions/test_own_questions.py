"""An organisation fits the report form to itself: leaving out, own words, own questions, versions, and who may not."""

import re

import pytest
from django.test import Client

from cases.deciding.opening import open_case
from reporting.models import QuestionSet, Report
from reporting.own_questions.versions import questions_in_writing
from reporting.questions.own import national_questions, optional_questions, questions_for, questions_of, why_asked
from reporting.questions.questions import questionnaire
from reporting.questions.reading import codes_of
from tests.support.administrator import (
    CHOICE,
    LIST,
    OWN,
    SHORT_TEXT,
    TEXT_OF,
    WORDS,
    asked,
    click,
    own_id,
    write,
)
from tests.support.build import BACKEND, a_draft, a_report, signed_in, who
from tests.support.reporter import URL, come_back, fill_in, press, receipt_of, send, state_of, to_summary, words_of

pytestmark = pytest.mark.django_db
CHAIR = "mayor"  # of a municipality


@pytest.fixture
def admin(place) -> Client:
    return place.client("administrator")


# Who may


PAGES = ["/beheer/", LIST, TEXT_OF, OWN, "/beheer/vragen/voorbeeld/aggression/", "/beheer/vragen/versies/"]


@pytest.mark.parametrize("path", PAGES)
def test_only_the_administrator_reaches_these_pages(place, admin, path):
    assert admin.get(path).status_code == 200
    assert Client().get(path)["Location"].startswith("/inloggen/")
    for code in ("officer", CHAIR, "alderman", "confidential_adviser"):
        assert place.client(code).get(path).status_code == 403


@pytest.mark.parametrize("code", ["officer", CHAIR])
def test_who_may_not_look_may_not_change_or_publish(place, admin, code):
    click(admin, "leave_out:location")
    seen = questions_in_writing(place.organisation).seen
    client = place.client(code)
    assert client.post(LIST, {"action": "publish", "seen": seen}).status_code == 403
    assert client.post(TEXT_OF, {**WORDS, "seen": seen}).status_code == 403
    assert client.post(OWN, {**SHORT_TEXT, "seen": seen}).status_code == 403
    assert Client().post(LIST, {"action": "publish", "seen": seen}).status_code == 403
    assert "location" in asked(place)


def test_the_menu_has_administration_for_the_administrator_only(place, admin):
    assert 'href="/beheer/"' in admin.get("/werkplek/").content.decode()
    assert 'href="/beheer/"' not in place.client("officer").get("/werkplek/").content.decode()


def test_a_forged_post_without_the_form_token_is_refused(place):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place["administrator"], backend=BACKEND)
    assert strict.post(LIST, {"action": "leave_out:location"}).status_code == 403
    assert not QuestionSet.objects.exists()


def test_no_case_and_no_number_of_reports_is_on_these_pages(place, admin):
    report, _receipt = a_report(place)
    for path in PAGES:
        text = admin.get(path).content.decode()
        assert report.number not in text
        assert str(report.case) not in text


# Leaving out


def test_a_question_that_is_left_out_goes_when_the_version_is_put_into_force_and_not_before(place, admin):
    page = click(admin, "leave_out:location")
    assert "weggelaten" in words_of(page).lower()
    assert "location" in asked(place)
    page = click(admin, "publish")
    assert "location" not in asked(place)
    assert QuestionSet.objects.get().published_by == place["administrator"]
    assert 'name="location"' not in Client().post(URL, {"kind": "aggression"}).content.decode()


def test_what_must_stay_has_a_lock_with_the_reason_and_cannot_be_posted_away(place, admin):
    text = words_of(admin.get(LIST))
    assert "Een melder mag altijd iemand buiten de behandeling houden." in text
    for question in ("account", "excluded", "gender", "known_as"):
        assert admin.post(LIST, {"action": f"leave_out:{question}"}).status_code == 400
    assert not QuestionSet.objects.exists()


@pytest.mark.parametrize("action", ["", "leave_out:nonsense", "leave_out:", "burn:location", "again:x", "up:own_x"])
def test_what_is_no_button_changes_nothing(place, admin, action):
    assert admin.post(LIST, {"action": action}).status_code in {302, 400}
    assert not QuestionSet.objects.exists()


def test_a_page_of_which_all_is_left_out_is_no_page(place, admin):
    left_out = {name for name in optional_questions() if "integrity" in national_questions()[name].kinds}
    for question in sorted(left_out):
        click(admin, f"leave_out:{question}")
    click(admin, "publish")
    draft = a_draft(place, "integrity")
    assert [step.id for step in draft.steps()] == ["what", "who", "evidence", "send"]
    assert [question.id for question in draft.questions.last_step.asked("integrity")] == ["heaviest", "about_reader"]
    assert "Uw melding is binnen" in words_of(send(Client(), to_summary(Client(), "integrity")))


def test_switching_off_in_the_middle_of_a_draft_loses_nothing_else(place, admin):
    reporter = Client()
    page = to_summary(reporter, happened_on="gisteren", location="online", severity="4", demand="")
    click(admin, "leave_out:location")
    click(admin, "publish")
    done = send(reporter, page)
    assert "Uw melding is binnen" in words_of(done)
    report = Report.objects.get()
    assert report.questions == f"{questionnaire().version}/1"
    assert codes_of(report)["severity"] == "4"
    box = words_of(come_back(Client(), receipt_of(done)))
    assert "gisteren" in box


def test_a_page_with_a_question_that_was_switched_off_meanwhile_goes_on(place, admin):
    reporter = Client()
    page = reporter.post(URL, {"kind": "integrity"})
    given = {"integrity_type": "nepotism", "account": "Zomaar iets.", "subject": "alderman:", "known_as": "anonymous"}
    page = press(reporter, fill_in(reporter, page, **given), "edit:more")
    assert 'name="raised_before"' in page.content.decode()
    for question in ("happened_on", "raised_before"):
        click(admin, f"leave_out:{question}")
    click(admin, "publish")
    page = reporter.post(URL, {"state": state_of(page), "step": "more", "kind": "integrity", "raised_before": "ja"})
    page = fill_in(reporter, page)
    assert "Zomaar iets." in words_of(page)


# Words


def test_own_words_are_asked_in_both_languages_and_go_back_in_one_click(place, admin):
    help = {"help_nl": "Ook online.", "help_en": "Online too."}
    page = write(admin, TEXT_OF, {"label_nl": "Op welke plek?", "label_en": "In which place?", **help})
    assert "Eigen tekst" in words_of(page)
    click(admin, "publish")
    question = next(
        asked_question
        for asked_question in questions_for(place.organisation).asked("aggression")
        if asked_question.id == "location"
    )
    assert (question.label.in_language("nl"), question.label.in_language("en")) == ("Op welke plek?", "In which place?")
    assert (question.help.in_language("nl"), question.help.in_language("en")) == ("Ook online.", "Online too.")
    click(admin, "national:location")
    click(admin, "publish")
    question = next(
        asked_question
        for asked_question in questions_for(place.organisation).asked("aggression")
        if asked_question.id == "location"
    )
    assert str(question.label) == "Waar was het?"
    assert question.help is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("label_nl", "Schrijf de vraag ook in het Nederlands"),
        ("label_en", "Schrijf de vraag ook in het Engels"),
        ("help_nl", "Schrijf de uitleg ook in het Nederlands"),
        ("help_en", "Schrijf de uitleg ook in het Engels"),
    ],
)
def test_words_in_one_language_only_are_named_and_nothing_typed_is_lost(place, admin, name, says):
    both = {"label_nl": "Op welke plek?", "label_en": "In which place?", "help_nl": "Ook online.", "help_en": "Online."}
    answer = write(admin, TEXT_OF, {**both, name: " "})
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert f'href="#{name}"' in answer.content.decode()
    assert all(text in answer.content.decode() for field, text in both.items() if field != name)
    assert not QuestionSet.objects.exists()


def test_empty_words_and_the_national_words_are_no_change(place, admin):
    national = next(question for question in questionnaire().asked("aggression") if question.id == "location").label
    for words in (
        WORDS | {"label_nl": "", "label_en": ""},
        WORDS | {"label_nl": national.dutch, "label_en": national.in_language("en")},
    ):
        write(admin, TEXT_OF, words)
        assert not QuestionSet.objects.exists()


def test_words_are_shown_as_text_and_never_run(place, admin):
    attack = "<script>alert(1)</script>{{ x }}%(y)s"
    write(admin, TEXT_OF, {**WORDS, "label_nl": attack, "label_en": attack})
    click(admin, "publish")
    reporter = Client()
    pages = [admin.get(path) for path in PAGES] + [to_summary(reporter, location="online")]
    for page in pages:
        assert b"<script>alert" not in page.content
    assert attack in words_of(pages[-1])


def test_a_text_that_is_too_long_is_refused_with_what_to_do(place, admin):
    answer = write(admin, TEXT_OF, {**WORDS, "label_nl": "a" * 161})
    assert answer.status_code == 422
    assert "korter dan 160 tekens" in words_of(answer)
    assert "a" * 161 in answer.content.decode()


# Own questions


def test_an_own_choice_is_asked_kept_and_read_in_words(place, admin):
    write(admin, OWN, {**CHOICE, "help_nl": "Alleen de afdeling.", "help_en": "The department only."})
    assert "welke afdeling" not in words_of(Client().post(URL, {"kind": "aggression"})).lower()
    click(admin, "publish")
    question = questions_for(place.organisation).asked("aggression")[-4]
    outdoors = next(code for code, words in question.choices.items() if words.in_language("en") == "Outdoors")
    reporter = Client()
    page = to_summary(reporter, **{question.id: outdoors})
    assert "Welke afdeling? Buiten" in words_of(page)
    done = send(reporter, page)
    report = Report.objects.get()
    assert "Welke afdeling? Buiten" in words_of(come_back(Client(), receipt_of(done)))
    case = open_case(report)
    officer = signed_in(who(case.id, "case_officer").person)
    assert "Welke afdeling? Buiten" in words_of(officer.get(f"/werkplek/zaak/{case.id}/melding/"))
    assert "Which department? Outdoors" in words_of(officer.get(f"/en/werkplek/zaak/{case.id}/melding/"))


def test_own_questions_are_asked_only_in_their_kinds_and_never_counted(place, admin):
    before = a_draft(place, severity="4").submission().codes
    write(admin, OWN, CHOICE)
    click(admin, "publish")
    question = questions_for(place.organisation).asked("aggression")[-4]
    assert question.id not in asked(place, "integrity")
    answered = a_draft(place, severity="4", **{question.id: next(iter(question.choices))})
    assert question.id in answered.answers()
    assert answered.submission().codes == before


def test_a_report_keeps_the_version_it_was_made_with(place, admin):
    before, _receipt = a_report(place)
    write(admin, OWN, SHORT_TEXT)
    click(admin, "publish")
    question = questions_for(place.organisation).asked("aggression")[-4]
    report, receipt = a_report(place, **{question.id: "Burgerzaken"})
    write(admin, f"{OWN}{own_id(place)}/", {**SHORT_TEXT, "label_nl": "Welk team?", "label_en": "Which team?"})
    click(admin, "publish")
    click(admin, f"remove:{own_id(place)}")
    click(admin, "publish")
    assert questions_of(before) == questionnaire()
    assert questions_of(report).asked("aggression")[-4] == question
    assert "Welke afdeling? Burgerzaken" in words_of(come_back(Client(), receipt))
    assert question.id in [other.id for other in questions_of(report).asked("aggression")]
    assert asked(place) == [question.id for question in questionnaire().asked("aggression")]


def test_an_answer_typed_under_other_words_is_asked_anew(place, admin):
    write(admin, OWN, CHOICE)
    click(admin, "publish")
    question = questions_for(place.organisation).asked("aggression")[-4]
    reporter = Client()
    page = to_summary(reporter, **{question.id: next(iter(question.choices))})
    turned = {"choices_nl": "Buiten\nBalie", "choices_en": "Outdoors\nDesk"}
    write(admin, f"{OWN}{own_id(place)}/", {**CHOICE, **turned})
    click(admin, "publish")
    again = fill_in(reporter, reporter.post(URL, {"state": state_of(page), "step": "", "kind": "aggression"}))
    assert "Welke afdeling? Balie" in words_of(again), "the order of the answers does not change what was chosen"
    write(admin, f"{OWN}{own_id(place)}/", {**CHOICE, **turned, "label_nl": "Waar niet?", "label_en": "Where not?"})
    click(admin, "publish")
    again = fill_in(reporter, reporter.post(URL, {"state": state_of(page), "step": "", "kind": "aggression"}))
    assert "Balie" not in words_of(again)
    assert "Uw melding is binnen" in words_of(send(reporter, again))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"label_nl": ""}, "Schrijf de vraag in het Nederlands"),
        ({"label_en": ""}, "Schrijf de vraag in het Engels"),
        ({"kinds": []}, "Kies ten minste één soort melding"),
        ({"answer": ""}, "Kies hoe de melder antwoord geeft"),
        ({"choices_nl": "Balie", "choices_en": "Desk"}, "Schrijf 2 tot 12 antwoorden"),
        ({"choices_nl": "\n".join(map(str, range(13)))}, "Schrijf 2 tot 12 antwoorden"),
        ({"choices_nl": "Balie\nBuiten\nThuis"}, "Er zijn 3 antwoorden in het Nederlands en 2 in het Engels"),
        ({"choices_nl": "Balie\nBalie"}, "staat er twee keer"),
        ({"choices_nl": "Balie\n" + "b" * 101}, "korter dan 100 tekens"),
        ({"answer": "text"}, "U schreef hieronder antwoorden"),
        ({"help_nl": "Alleen hier"}, "Schrijf de uitleg ook in het Engels"),
    ],
)
def test_an_own_question_that_is_not_complete_says_what_to_do(place, admin, fields, says):
    answer = write(admin, OWN, {**CHOICE, **fields})
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert not QuestionSet.objects.exists()


def test_at_most_ten_own_questions_in_the_order_that_the_organisation_wants(place, admin):
    stale = admin.get(OWN)
    for number in range(10):
        write(admin, OWN, {**SHORT_TEXT, "label_nl": f"Vraag {number}", "label_en": f"Question {number}"})
    assert "Er zijn 10 eigen vragen, en dat is het hoogste aantal" in words_of(admin.get(LIST))
    assert "dat is het hoogste aantal" in words_of(write(admin, OWN, SHORT_TEXT, stale))
    last = questions_in_writing(place.organisation).changes.own[-1].id
    click(admin, f"up:{last}")
    click(admin, f"down:{own_id(place)}")
    labels = [own.label.dutch for own in questions_in_writing(place.organisation).changes.own]
    assert labels == [f"Vraag {number}" for number in (1, 0, 2, 3, 4, 5, 6, 7, 9, 8)]
    click(admin, f"up:{own_id(place)}")
    assert [own.label.dutch for own in questions_in_writing(place.organisation).changes.own] == labels


# Preview and words


@pytest.mark.parametrize("kind", ["aggression", "integrity", "pressure"])
def test_the_preview_shows_every_question_of_the_draft_and_sends_nothing(place, admin, kind):
    write(admin, OWN, {**CHOICE, "kinds": [kind]})
    click(admin, "leave_out:happened_on")
    page = admin.get(f"/beheer/vragen/voorbeeld/{kind}/")
    text = page.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert "U kunt hier niets invullen en niets versturen" in words_of(page)
    assert "<form" not in main
    assert 'type="submit"' not in main
    shown = set(re.findall(r'name="(\w+)"', main))
    wanted = {question.id for question in questionnaire().asked(kind)} - {"happened_on"}
    assert wanted <= shown
    assert len(shown - wanted) == 1
    assert "Buiten" in main
    assert "Voorbeeld, stap 3" in words_of(page)
    assert "Voorbeeld, stap 4" not in words_of(page)
    assert words_of(page).count("de laatste pagina leidt hierheen") == 2
    assert main.count("<fieldset class=") >= main.count(" disabled>") >= 4


def test_every_question_that_stays_says_why(place):
    assert set(why_asked()) == set(national_questions()) - optional_questions()
    assert all(
        not question.counts_as for name, question in national_questions().items() if name in optional_questions()
    )
