"""The first weighing, the employer's police report, damage, and the note at the emergency line: each answer agrees with the case."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cases.administration.adoption import findings
from cases.deciding.judging import options_of
from cases.deciding.records.records import by_form, end_record, records_of
from cases.desk.codes import case_codes, seal_case_codes
from cases.measures.measures import measure_files
from cases.models import CaseRecord
from cases.protocol.composition import ProtocolChanges
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.protocol.kinds.forms import message_forms
from cases.related.connections import matches
from tests.support.build import a_case, posted, signed_in, walk, who
from tests.support.measures import ACUTE, BAN, HEAR, a_measure, done
from tests.support.places import a_place
from tests.support.reporter import words_of
from vault.keyring.keys import Codes

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def _post(case, code, **fields):
    row = {f"record-1-{name}": answer for name, answer in fields.items()}
    officer = signed_in(who(case.id, "case_officer").person)
    return officer.post(reverse("cases:decision", args=[case.id, code]), posted(case, code) | row)


def _weighed(case, **fields):
    return _post(case, "low", **{"intent": "anger", "history": "first", "addressed_on": "", **fields})


@pytest.mark.parametrize("form", ["threat", "stalking", "doxing", "hitting"])
def test_threat_violence_stalking_and_doxing_are_never_emotional_and_need_no_warning(form):
    case = walk(a_case(a_place(), aggression_form=[form]), "acknowledge", "assess")
    refused = _weighed(case, conduct="emotional")
    assert refused.status_code == 422
    assert "alleen als in de melding" in words_of(refused)
    assert _weighed(case, conduct="grave").status_code == 302


def test_emotional_conduct_is_anger_and_transgressive_conduct_went_on_after_a_day_on_which_it_was_addressed():
    case = walk(a_case(a_place(), aggression_form=["shouting"]), "acknowledge", "assess")
    assert _weighed(case, conduct="emotional", intent="harm").status_code == 422
    assert _weighed(case, conduct="transgressive").status_code == 422
    assert _weighed(case, conduct="transgressive", history="repeated").status_code == 422  # on which day?
    assert _weighed(case, conduct="emotional").status_code == 302
    case.refresh_from_db()
    assert "low" in {one.code for one in options_of(case)}  # a later event can raise it
    assert _weighed(case, conduct="transgressive", history="repeated", addressed_on="2026-01-05").status_code == 302


def test_the_class_stands_in_a_letter_only_after_a_hearing():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low")
    a_measure(case, ACUTE, **BAN)
    actor = who(case.id, "case_officer")
    assert measure_files(case, actor)[0].conduct == ""
    done(case, HEAR)
    assert measure_files(case, actor)[0].conduct.startswith("dreiging, geweld")


def test_a_case_in_which_nothing_was_found_shows_nowhere_as_an_earlier_one():
    place = a_place()
    earlier, later = (a_case(place, perpetrator_name="Gerrit Schreeuwman") for _ in range(2))
    actor = who(later.id, "handler")
    assert earlier.number in {one.number for one in matches(later, actor).cases} or matches(later, actor).elsewhere == 1
    codes = case_codes(earlier) | {"disposition": "unfounded", "outcome": "not_founded"}
    earlier.codes = seal_case_codes(earlier.organisation_id, earlier.id, codes, Codes([earlier.organisation_id]))
    earlier.phase, earlier.closed_on = "closed", timezone.localdate()
    earlier.save()
    found = matches(later, actor)
    assert (found.cases, found.elsewhere) == ([], 0)


def _to_police_report(place, **answers):
    return walk(a_case(place, **answers), "acknowledge", "assess", "low", "respond_letter")


def test_the_offer_of_the_organisation_comes_before_every_choice_about_a_police_report():
    case = _to_police_report(a_place())
    missing = {one.code: one.missing for one in options_of(case)}
    for code in ("filed", "not_filed"):
        assert missing[code] == ("offer_police_report",)
    begins = str(message_forms()["offer_police_report"].begins)
    for said in ("Wij willen aangifte voor u doen", "hoeft u niet te zeggen waarom", "Intrekken kan meestal niet"):
        assert said in begins
    walk(case, "offer_police_report")
    assert {"filed", "not_filed"} <= {one.code for one in options_of(case) if not one.missing}


@pytest.mark.parametrize("form", ["stalking", "sexual_intimidation"])
def test_the_organisation_never_files_by_itself_for_stalking_or_a_sexual_offence(form):
    case = walk(_to_police_report(a_place(), aggression_form=[form]), "offer_police_report")
    by_itself = {"by_whom": "employer", "agreement": "own", "told_on": TODAY().isoformat()}
    assert _post(case, "filed", **by_itself).status_code == 422
    assert _post(case, "filed", **{**by_itself, "agreement": "agreed"}).status_code == 302


def test_the_organisation_files_by_itself_only_told_beforehand_and_never_with_the_perpetrator_at_home():
    case = walk(_to_police_report(a_place()), "offer_police_report")
    by_itself = {"by_whom": "employer", "agreement": "own", "told_on": TODAY().isoformat()}
    assert _post(case, "filed", **{**by_itself, "at_home": "home"}).status_code == 422
    assert _post(case, "filed", **{**by_itself, "told_on": ""}).status_code == 422
    assert _post(case, "filed", **{**by_itself, "agreement": ""}).status_code == 422
    assert not CaseRecord.objects.filter(form="police_report").exists()
    assert _post(case, "filed", **by_itself).status_code == 302


def test_where_the_law_obliges_to_file_who_was_hurt_is_told_first():
    case = walk(_to_police_report(a_place()), "offer_police_report")
    duty = {"by_whom": "authority", "agreement": "duty"}
    assert _post(case, "filed", **duty, told_on="").status_code == 422
    yesterday = timezone.localtime() - timedelta(days=1)
    before = _post(case, "filed", **duty, told_on=TODAY().isoformat(), at=yesterday.isoformat()[:16])
    assert before.status_code == 422
    assert "ligt vóór" in words_of(before)
    assert _post(case, "filed", **{**duty, "agreement": "own"}, told_on=TODAY().isoformat()).status_code == 422
    assert _post(case, "filed", **duty, told_on=TODAY().isoformat()).status_code == 302


def test_damage_says_whose_on_what_it_rests_and_adds_up_what_was_claimed_and_recovered():
    case = walk(_to_police_report(a_place()), "not_filed")
    base = {"what": "Ruit", "amount": "250", "claimed": "perpetrator", "claimed_amount": "200", "basis": "Rekening"}
    assert _post(case, "recovered", **base, whose="victim", mandate_on="").status_code == 422
    assert _post(case, "recovered", **{**base, "basis": ""}, whose="organisation", mandate_on="").status_code == 422
    assert _post(case, "recovered", **{**base, "claimed_amount": ""}, whose="organisation").status_code == 422
    assert _post(case, "recovered", **base, whose="organisation", mandate_on=TODAY().isoformat()).status_code == 422
    assert _post(case, "recovered", **base, whose="victim", mandate_on=TODAY().isoformat()).status_code == 302
    actor, case = who(case.id, "case_officer"), type(case).objects.get(id=case.id)
    end_record(case, case.records.get(form="damage").id, "part", TODAY(), {"recovered": "120,50"}, actor=actor)
    [damage] = [group for group in by_form(records_of(case, actor)) if group.label == "Schade"]
    assert [amount for _what, amount in damage.totals] == ["€ 250,00", "€ 200,00", "€ 120,50"]


def test_the_time_to_react_is_48_or_24_hours_each_with_what_it_rests_on():
    kind = deadline_kinds()["PERP_RESPONSE_48H"]
    assert set(kind.lengths) == {24, 48}
    assert "Veilige Publieke Taak" in kind.rested_on(48)
    assert "Arbocatalogus" in kind.rested_on(24)
    assert findings("safety", ProtocolChanges(deadline_lengths={"PERP_RESPONSE_48H": 24})) == []
    odd = findings("safety", ProtocolChanges(deadline_lengths={"PERP_RESPONSE_48H": 36}))
    assert {one.rule for one in odd} == {"deadline_length"}


@time_machine.travel("2026-03-04T10:00:00+01:00", tick=False)
def test_a_note_at_the_emergency_line_is_wanted_and_lasts_three_months_at_most():
    case = walk(a_case(a_place()), "acknowledge", "assess")
    assert _post(case, "ask_priority_note", wish="not_asked").status_code == 422
    assert _post(case, "ask_priority_note", until="2026-06-05").status_code == 422
    assert _post(case, "ask_priority_note", until="2026-06-01").status_code == 302
    record = CaseRecord.objects.get(form="priority_note")
    assert record.until == date(2026, 6, 1)
    officer = signed_in(who(case.id, "case_officer").person)
    later = {"until": "2026-08-01", "reason": "Het is nog nodig."}
    assert officer.post(reverse("cases:extend_record", args=[case.id, record.id]), later).status_code == 422
    case.refresh_from_db()
    assert "ask_priority_note" in {one.code for one in options_of(case) if one.allowed}  # asked again
