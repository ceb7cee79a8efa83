"""The case page: who was hurt, by whom and how bad, what burns and the button of the deed that meets it, whose turn it is."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cases.deciding.decisions import Choice
from cases.deciding.judging import options_of
from cases.deciding.proposals import propose
from cases.identity.identity import answer_identity
from cases.models import Case, Deadline, IdentityRequest
from cases.protocol.composition import national
from cases.protocol.kinds.forms import is_own_deadline, record_forms
from tests.support.build import REASON, a_case, second, signed_in, take, walk, who
from tests.support.evidence import evidence_store
from tests.support.reporter import words_of
from vault.ledger import entries
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
NAME = "Robin Vermelder"
HURT = {"reporter_role": "self", "own_function": "alderman", "perpetrator": "resident", "danger": "unsafe"}
MOST_STEPS = 16  # from any step to what meets a deadline


def _page(case: Case, relation: str = "case_officer"):
    answer = signed_in(who(case.id, relation).person).get(reverse("cases:overview", args=[case.id]))
    assert answer.status_code == 200
    return answer


def _found(case: Case, relation: str = "case_officer"):
    return html.fromstring(_page(case, relation).content)


def _words(node) -> str:
    return " ".join(node.text_content().split())


def _fact(page, about: str) -> str:
    [found] = page.xpath("//dl[contains(@class, 'wb-facts')]/div[dt[normalize-space()=$about]]/dd", about=about)
    return _words(found)


def _burning(page):
    found = page.xpath("//section[@aria-labelledby='burning']")
    return found[0] if found else None


def _deeds(node) -> list[str]:
    """The codes of the decisions to which the visible buttons lead."""
    links = node.xpath(".//a[contains(@href, '/besluit/')][not(ancestor::details)]/@href")
    return [link.rstrip("/").rpartition("/")[2] for link in links]


# Who was hurt


def test_the_page_says_without_a_click_who_was_hurt_by_whom_and_how_bad(place):
    case = a_case(place, perpetrator_name="Jan van Dörenbosch", **HURT)
    page = _found(case)
    assert NAME in _fact(page, "Wie het overkwam")
    assert "Wethouder" in _fact(page, "Wie het overkwam")
    assert "Inwoner" in _fact(page, "Door wie")
    assert "Jan van Dörenbosch" in _fact(page, "Door wie")
    assert "Nog niet gewogen" in _fact(page, "Hoe erg")
    assert "Niet veilig" in _fact(page, "Hoe erg")
    assert _words(page.xpath("//h1")[0]) == "Bedreiging"
    walk(case, "acknowledge", "assess", "high")
    assert "Ernst hoog" in _fact(_found(case), "Hoe erg")


def test_the_name_is_in_the_log_and_a_second_person_looks_afterwards(place):
    case = a_case(place, **HURT)
    officer = who(case.id, "case_officer")
    _page(case)
    _page(case)
    shown = [entry for entry in entries(case.id) if entry.action == "identity.shown"]
    assert [entry.actor for entry in shown] == [officer.person.id] * 2
    [asked] = IdentityRequest.objects.filter(case=case)
    assert f"De zaakpagina toont {officer.person.name} wie er meldde" in words_of(_page(case, "co_reader"))
    answer_identity(case, asked.id, agree=False, actor=who(case.id, "co_reader"))
    assert NAME not in words_of(_page(case))
    assert "Wethouder" in words_of(_page(case))


@pytest.mark.parametrize("relation", ["support", "co_reader"])
def test_who_does_not_handle_the_case_reads_no_name(place, relation):
    case = a_case(place, **HURT)
    assert NAME not in words_of(_page(case, relation))
    assert not IdentityRequest.objects.exists()


def test_the_guardian_of_the_process_sees_no_content(place):
    case = walk(a_case(place, perpetrator_name="Jan van Dörenbosch", **HURT), "acknowledge")
    words = words_of(_page(case, "support"))
    for content in ("Wethouder", "Inwoner", "Dörenbosch", "Niet veilig", "Bedreiging"):
        assert content not in words
    assert "Registreer en ga wegen" in words
    assert not _found(case, "support").xpath("//a[contains(@href, '/besluit/')]")


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("aggression", {"known_as": "confidential"}),
        ("aggression", {"known_as": "anonymous"}),
        ("integrity", {}),
        ("pressure", {}),
    ],
)
def test_no_other_report_shows_a_name(place, kind, answers):
    case = a_case(place, kind, **answers)
    for relation in ("handler", "case_officer"):
        assert NAME not in words_of(_page(case, relation))
    assert not IdentityRequest.objects.exists()


def test_who_takes_the_name_back_does_not_see_it_at_the_next_view(place):
    case = a_case(place, **HURT)
    _page(case)
    [asked] = IdentityRequest.objects.filter(case=case)
    client = signed_in(who(case.id, "case_officer").person)
    client.post(reverse("cases:identity", args=[case.id]), {"what": "withdraw", "which": asked.id})
    assert NAME not in words_of(_page(case))


# What burns


def _usual(kind: str) -> list[str]:
    safety = ["acknowledge", "assess", "high", "adopt", "respond_letter", "filed", "recovered", "give_feedback"]
    integrity = ["acknowledge", "register", "accept", "investigate", "internal", "inform_subject", "signed"]
    integrity += ["draft_ready", "send_extracts", "replies_in", "accept_report", "to_body", "dispose=conversation"]
    integrity += ["complete"]
    care = ["aftercare_24h", "aftercare_1w", "aftercare_1m", "aftercare_3m", "complete"]
    return [*safety, *care] if kind == "aggression" else integrity


BESIDE = {  # what starts a deadline that the usual way does not: answers of the report, decisions
    "ACUTE_2H": ({"danger": "unsafe"}, []),
    "RESPONSE_AGAIN_1W": ({}, ["acknowledge", "assess", "low", "respond_later"]),
    "HOLD_REVIEW_4W": ({}, ["acknowledge", "hold"]),
    "PRIVACY_1M": ({}, ["acknowledge", "receive_privacy_request"]),
    "TALK_20WD": ({}, ["acknowledge", "register", "accept", "talk"]),
    "PRELIM_20WD": ({}, ["acknowledge", "register", "accept", "preliminary_inquiry"]),
}


def _is_of_a_record(code: str) -> bool:
    """Whether it runs for a record by itself: tests/cases/measures."""
    return any(is_own_deadline(form, code) for form in record_forms())


def _every_deadline() -> set[tuple[str, str]]:
    met = set()
    for kind, name in (("aggression", "safety"), ("integrity", "integrity")):
        chosen = national(name)
        met |= {
            (kind, code) for _name, rule in chosen.every_decision() for code in rule.meets if not _is_of_a_record(code)
        }
    return met


TAKES_DAYS = {"not_reached"}  # two attempts lie days apart


def _with_only(case: Case, code: str) -> None:
    """Let a deadline of the case be the one that burns."""
    now = timezone.now()
    case.deadlines.exclude(code=code).filter(met_at=None).update(met_at=now)
    case.deadlines.get_or_create(code=code)
    case.deadlines.filter(code=code).update(due=now + timedelta(hours=3))


def _follow(case: Case, code: str) -> None:
    """Press the button of the burning deadline until it is met. Where only time is missing, time passes."""
    now = timezone.now()
    for _step in range(MOST_STEPS):
        if not case.deadlines.pending().filter(code=code).exists():
            return
        deadline = case.deadlines.pending().get(code=code)
        case.deadlines.exclude(id=deadline.id).filter(met_at=None).update(met_at=now)
        relation = "case_officer"
        block = _burning(_found(case, relation))
        assert block is not None, code
        if "Dit gaat voor op alles met een termijn" in _words(block):
            take(case, _deeds(block)[0], who(case.id, relation))
            case.refresh_from_db()
            continue
        assert str(deadline.kind.label) in _words(block)
        deeds = [] if _passed(block, deadline) else _ending(case, block, code)
        if not deeds:  # the handler decides, or it is too early
            relation = "handler"
            block = _burning(_found(case, relation))
            deeds = [] if _passed(block, deadline) else _ending(case, block, code)
        if not deeds:
            running = next((one for one in options_of(case) if one.still_runs), None)
            if running:
                assert _found(case, relation).xpath(f"//a[@href='{reverse('cases:records', args=[case.id])}']")
                take(case, running.code, who(case.id, relation))
                case.refresh_from_db()
                continue
            later = next(
                (one for one in options_of(case) if f"“{one.decision.label}” kan vanaf" in _words(block)), None
            )
            assert later, _words(block)
            assert later.not_before
            take(case, later.code, who(case.id, relation), now=later.not_before + timedelta(minutes=1))
            case.refresh_from_db()
            continue
        deeds = [deed for deed in deeds if deed not in TAKES_DAYS] or deeds
        chosen = next((deed for deed in deeds if code in _rule(case, deed).meets), deeds[-1])
        actor = who(case.id, relation)
        assert signed_in(actor.person).get(reverse("cases:decision", args=[case.id, chosen])).status_code == 200
        outcome = next(iter(_rule(case, chosen).outcome), "")
        take(case, chosen, actor, outcome=outcome)
        case.refresh_from_db()
    raise AssertionError(f"{code} is not met after {MOST_STEPS} buttons")


def _passed(block, deadline: Deadline) -> bool:
    """Whether the box says of a deadline that something comes before it, and offers something else."""
    lines = [_words(one) for one in block.xpath(".//ul/li[b]")]
    return any(line.startswith(str(deadline.kind.label)) for line in lines)


def _ending(case: Case, block, deadline: str) -> list[str]:
    """The deeds of the burning deadline, without those that meet it and start it again."""
    again = {code for code, rule in case.protocol.every_decision() if {deadline} == {*rule.meets} & {*rule.starts}}
    return [deed for deed in _deeds(block) if deed not in again]


def _rule(case: Case, code: str):
    return dict(case.protocol.every_decision())[code]


@pytest.mark.parametrize(("kind", "code"), sorted(_every_deadline()))
def test_the_button_of_every_deadline_leads_to_the_deed_that_meets_it(place, kind, code):
    answers, before = BESIDE.get(code, ({}, []))
    case = walk(a_case(place, kind, **answers), *before)
    _with_only(case, code)
    _follow(case, code)


def test_waiting_again_is_not_the_only_button_of_a_reaction_that_waited(place):
    case = walk(a_case(place), "acknowledge", "assess", "low", "respond_later")
    _with_only(case, "RESPONSE_AGAIN_1W")
    deeds = _deeds(_burning(_found(case)))
    assert "respond_letter" in deeds
    assert deeds[-1] == "respond_later"


def test_an_anonymous_report_is_read_first(place):
    case = a_case(place, known_as="anonymous")
    case.deadlines.update(due=None)  # as versions before 0.10 left the hours of an anonymous report
    block = _burning(_found(case))
    assert "Begint als u de melding leest" in _words(block)
    assert block.xpath(".//a/@href") == [reverse("cases:report", args=[case.id])]


def test_late_is_said_in_words(place):
    case = a_case(place)
    case.deadlines.filter(code="ACK_24H").update(due=timezone.now() - timedelta(hours=5))
    block = _burning(_found(case))
    assert "5 uur te laat" in _words(block)
    assert _deeds(block) == ["acknowledge"]
    assert "is-late" in block.get("class")


# Whose turn it is


def test_a_second_person_sees_first_what_waits_for_them(place):
    case = walk(a_case(place), "acknowledge", "assess", "low")
    officer = who(case.id, "case_officer")
    choice = Choice(
        "respond_none", REASON, "response_none", {}, a_deed(case, _rule(case, "respond_none"), timezone.now())
    )
    made = propose(case, choice, actor=officer, revision=case.revision)
    address = reverse("cases:proposal", args=[case.id, made.id])
    for relation in ("handler", "co_reader"):
        page = _found(case, relation)
        first = page.xpath("//main//h2")[0]
        assert _words(first) == "Wacht op u"
        assert address in page.xpath("//section[@aria-labelledby='of-you']//a/@href")
        assert _fact(page, "Wie is aan zet").startswith("U")
    page = _found(case)
    assert not page.xpath("//section[@aria-labelledby='of-you']")
    assert address in page.xpath("//section[@aria-labelledby='others']//a/@href")
    assert "respond_none" not in _deeds(page)


@pytest.mark.parametrize("kind", ["aggression", "integrity"])
def test_after_each_deed_of_the_usual_way_the_page_names_the_next_one(place, kind):
    case = a_case(place, kind, **(HURT | {"danger": "safe"} if kind == "aggression" else {}))
    for step, entry in enumerate(_usual(kind)):
        code = entry.partition("=")[0]
        option = next(one for one in options_of(case) if one.code == code)
        relation = "case_officer" if "case_officer" in option.decision.who else "handler"
        page = _found(case, relation)
        turn = _fact(page, "Wie is aan zet")
        if option.allowed:
            assert code in _deeds(page) or turn.startswith("Wacht tot"), (step, code, turn)
            assert turn, code
        else:
            assert "kan vanaf" in _words(page) or turn.startswith(("Wacht tot", "U")), (code, turn)
        walk(case, entry)
    assert _fact(_found(case), "Wie is aan zet")


def test_a_closed_case_says_what_can_still_be_done(place):
    case = walk(a_case(place), "withdraw_by_letter=withdrawn")
    page = _found(case)
    assert "Niemand" in _fact(page, "Wie is aan zet")
    assert reverse("cases:messages", args=[case.id]) in page.xpath("//section[@aria-labelledby='still']//a/@href")
    assert not _deeds(page)
    assert not _found(case, "support").xpath("//section[@aria-labelledby='still']//a")


def test_a_weighing_can_be_done_again_and_says_so(place):
    case = walk(a_case(place), "acknowledge", "assess", "low")
    also = [_words(link) for link in _found(case).xpath("//details//a[contains(@href, '/besluit/')]")]
    assert any(words.startswith("Weeg opnieuw: Ernst") for words in also)


def test_what_is_done_folds_away(place):
    case = walk(a_case(place), "acknowledge", "assess")
    page = _found(case)
    assert page.xpath("//ol[contains(@class, 'wb-timeline')]/ancestor::details")
    assert page.xpath("//*[contains(text(), 'Op tijd gedaan')]/ancestor::details")
    assert not page.xpath("//details[@open]")


# How many clicks


def _press(client, page, words: str):
    """Follow the visible link or button with these words; one click."""
    links = [one for one in page.xpath("//main//a[not(ancestor::details)]") if _words(one).startswith(words)]
    assert links, words
    return html.fromstring(client.get(links[0].get("href")).content)


def test_how_many_clicks_the_usual_things_take(place, tmp_path, settings):
    evidence_store(tmp_path, settings)
    case = a_case(place, **HURT)
    actor = who(case.id, "case_officer")
    client = signed_in(actor.person)
    page = _found(case)
    assert NAME in _words(page.xpath("//main")[0])  # no click
    for pressed in (["Bevestig de ontvangst"], ["Notities"], ["Bestand toevoegen"]):
        form = page
        for words in pressed:
            form = _press(client, form, words)
        assert form.xpath("//main//form[@method='post']//button[@type='submit']"), pressed  # the second click sends it
    for pressed in (["Documenten", "Brief"], ["Documenten", "Aangifte"]):
        form = page
        for words in pressed:
            form = _press(client, form, words)
        assert form.xpath("//main//form[@method='post']//button[@type='submit']"), pressed  # the third click makes it
    assert second(case, actor)
