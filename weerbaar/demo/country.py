"""The demo country: about a dozen organisations with people in every role and cases in all phases, made by the same
functions that a browser reaches. Everything is invented except the names of organisations, which are marked as demo."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from cases.administration.adoption import publish, save
from cases.deciding.decisions import Choice, decide
from cases.deciding.judging import options_of
from cases.deciding.opening import open_case
from cases.deciding.proposals import agree, propose
from cases.desk.codes import case_codes
from cases.models import Case
from cases.protocol.composition import examples
from cases.protocol.engine import NEVER, Option
from cases.protocol.kinds.forms import record_forms
from monitor.editions.build import EditionRefused, build_edition
from monitor.editions.release import release
from monitor.editions.simulation import simulate
from monitor.models import Edition
from monitor.rules.periods import is_quarter, last_day, quarters_of, settled_on
from organisations.access.policy import Actor, standing_in
from organisations.administration.duty import give_duty, give_stand_in
from organisations.administration.profile import ProfileAnswers, keep_profile, layers
from organisations.codes import code_list
from organisations.models import Assignment, Organisation
from organisations.register.register import load_register
from reporting.counting.facts import form_of_kind
from reporting.events import ReportEvent
from reporting.form.drafts import Draft
from reporting.form.submission import plan, submit
from vault import ledger
from weerbaar.demo.deeds import a_deed, end_what_runs
from weerbaar.demo.people import PASSWORD, Staff, hashed_password, invented_names, organisations, staff
from weerbaar.demo.reporters import build_reporters

SEED = 20261124
YEARS = 3  # of figures, up to today
PUBLISHED_AT = time(9, 30)
Say = Callable[[str], None]
REASON = "Besproken en vastgelegd in het gesprek van vandaag (demo)."


def is_built() -> bool:
    return Organisation.objects.filter(demo=True).exists()


@transaction.atomic
def build_country(say: Say) -> None:
    """One transaction: either the whole demo country exists or nothing of it."""
    random = Random(SEED)
    loaded = load_register()
    say(f"{loaded.added} organisations of the register")
    people = _people(random)
    say(f"{sum(len(group) for staff_of in people.values() for group in staff_of.people.values())} invented people")
    _own_protocol(people["utrecht"])
    _duty(people["utrecht"], people["provincie-utrecht"])
    _profiles(people)
    cases = _cases(people, random)
    build_reporters(people["utrecht"])
    say(f"{cases} cases, and reporters who come back")
    _figures(people["ministerie-bzk"], say)


def _own_protocol(staff: Staff) -> None:
    """Utrecht adopted a protocol of its own, with a standing committee."""
    base, _title, changes = examples()["ede"]
    administrator = Actor.at(staff.people["administrator"][0], staff.organisation)
    changes = changes.model_copy(update={"adopted_by": "de gemeenteraad"})
    save(administrator, base, changes, revision=0)
    publish(administrator, base, revision=1, effective_on=timezone.localdate())


def _duty(at: Staff, outside: Staff) -> None:
    """In Utrecht two people have duty, day and night, and somebody of the province stands in."""
    administrator = at.people["administrator"][0]
    hours = ((at.people["officer"][0], time(8), time(20)), (at.people["coordinator"][0], time(20), time(8)))
    for person, begins, ends in hours:
        give_duty(at.organisation, person.id, range(7), begins, ends, by=administrator)
    stand_in = outside.people["kc_cabinet"][0]
    give_stand_in(at.organisation, stand_in.name, stand_in.email or "", by=administrator)


def _profiles(people: dict[str, Staff]) -> None:
    """The whole register takes part since the first day of the figures, which are simulated for all of it. Those with
    people told the numbers of each year; of the others nobody did, so the figures say that it is not known."""
    years = range(timezone.localdate().year - YEARS + 1, timezone.localdate().year + 1)
    Organisation.objects.reportable().update(takes_part_since=date(years[0], 1, 1))
    items = [item.id for item in code_list("prevention_item").codes]
    for slug, numbers in organisations()["holders"].items():
        told_by = people[slug]
        holders = dict(zip(layers()[told_by.organisation.kind].asked, numbers, strict=True))
        random = Random(slug)
        for year in years:
            done = [item for item in items if random.random() < 0.6]
            keep_profile(
                Actor.at(told_by.people["administrator"][0], told_by.organisation), year, ProfileAnswers(holders, done)
            )


def sign_ins() -> list[tuple[str, str]]:
    """(what one sees, e-mail address) of the people to try the demo with."""
    return [
        ("officer: worklist and cases", "officer1@utrecht.demo"),
        ("coordinator: handles aggression", "coordinator@utrecht.demo"),
        ("general secretary: handles integrity about officials", "general-secretary@utrecht.demo"),
        ("mayor: chair, handles integrity, duty of care", "mayor@utrecht.demo"),
        ("registrar: follows procedures without content", "registrar@utrecht.demo"),
        ("confidential adviser: knows confidential names", "confidential-adviser1@utrecht.demo"),
        ("cabinet of the King's commissioner: cases about mayors", "kc-cabinet1@provincie-utrecht.demo"),
        ("administrator: questions of the form, protocols, profile; no cases", "administrator@utrecht.demo"),
        ("publisher: builds editions of the figures", "publisher1@ministerie-bzk.demo"),
        ("publisher: releases the draft that a colleague built", "publisher2@ministerie-bzk.demo"),
        ("dike reeve: chair of a water authority", "dike-reeve@waterschap-vallei-en-veluwe.demo"),
    ]


def password() -> str:
    """The one password of everybody in the demo."""
    return PASSWORD


def _people(random: Random) -> dict[str, Staff]:
    hashed, names, people = hashed_password(), invented_names(random), {}
    slugs = [
        slug
        for key in ("provinces", "municipalities", "water_authorities", "authorities")
        for slug in organisations()[key]
    ]
    for slug in slugs:
        organisation = Organisation.objects.get(slug=slug)
        organisation.live = organisation.kind != "authority"
        organisation.demo = True
        organisation.duty_phone, organisation.adviser_phone = "000 000 00 01", "000 000 00 02"
        organisation.phones_checked_on = timezone.localdate()
        people[slug] = staff(organisation, hashed, names)
    for slug, group in people.items():  # the next organisation of the same kind takes over where nobody else can
        others = [other.organisation for name, other in people.items() if name != slug]
        same = [other for other in others if other.kind == group.organisation.kind]
        group.organisation.sister = random.choice(same) if same else None
        group.organisation.save()
    return people


def _cases(people: dict[str, Staff], random: Random) -> int:
    cases = 0
    for slug, count in organisations()["cases"].items():
        for _ in range(count):
            kind = random.choices(["aggression", "integrity", "pressure"], weights=[6, 3, 2])[0]
            moment = timezone.now() - timedelta(
                days=random.choice([0, 1, 2, 3, 6, 12, 25, 45, 80, 120, 200]), hours=random.randrange(24)
            )
            draft = _draft(people[slug], kind, random, moment)
            draft.shown_readers = plan(draft.submission()).fingerprint
            report = submit(draft.submission(), now=moment)
            if report.handled_by:
                _handle(open_case(report), moment, random)
            cases += 1
    return cases


def _draft(at: Staff, kind: str, random: Random, moment: datetime) -> Draft:
    organisation = at.organisation
    draft = Draft.begin(organisation, kind)
    draft.day = timezone.localdate(moment)
    form = form_of_kind()[kind]
    leaf = random.choice(code_list(form).leaves).id
    known_as = random.choices(["named", "confidential", "anonymous"], weights=[5, 3, 3])[0]
    name = at.people["council_member"][0].name if "council_member" in at.people else "Robin van der Demo"
    own = {
        "municipality": "council_member",
        "province": "provincial_member",
        "water_authority": "water_assembly_member",
    }[organisation.kind]
    typed: dict[str, dict[str, list[str]]] = {
        "what": {form: [leaf], "account": [random.choice(organisations()["stories"][kind])]},
        "who": {"known_as": [known_as]},
        "more": {},
    }
    if known_as != "anonymous":
        typed["who"] |= {"name": [name], "contact": ["melder@example.org"]}
    if kind == "integrity":
        subjects = [
            "alderman",
            "council_member",
            "mayor",
            "employee",
            "provincial_executive",
            "water_executive",
            "registrar",
        ]
        held = [code for code in subjects if code in at.people or code == "employee"]
        code = random.choice(held)
        person = str(random.choice(at.people[code]).id) if code in at.people else ""
        typed["who"]["subject"] = [f"{code}:{person}"]
    else:
        typed["what"]["danger"] = ["unsafe" if random.random() < 0.15 else "safe"]
        typed["more"]["channel"] = [random.choice(code_list("channel").codes[:7]).id]
        typed["who"] |= {"perpetrator": [random.choice(code_list("perpetrator").codes[:-1]).id], "own_function": [own]}
    draft.typed = {
        step: {name: values for name, values in answers.items() if values} for step, answers in typed.items()
    }
    for step in draft.steps():
        data = QueryDict(mutable=True)
        for field, values in draft.typed.get(step.id, {}).items():
            data.setlist(field, values)
        draft.keep(step, data)
    if open_step := draft.first_open_step():
        raise ValueError(f"the demo's answers do not fit the questions of {open_step.id}")
    return draft


def _handle(case: Case, moment: datetime, random: Random) -> None:
    """Walk the case some way along its protocol, as far as its age allows. The last decision that two people take may
    still wait for the second."""
    people = {
        assignment.relation: Actor.at(assignment.person, assignment.organisation)
        for assignment in Assignment.objects.filter(
            case=case.id, relation__in=["case_officer", "handler", "co_reader"]
        ).select_related("person", "organisation")
    }
    codes = case_codes(case)
    for _ in range(20):
        chosen, due = _next_act(case, codes, random, moment)
        if chosen is None:
            return
        # Mostly in time, sometimes late: as in life.
        wait = timedelta(hours=random.choice([1, 2, 4, 9, 20]))
        if due:
            late = random.random() < 0.08
            wait = max(wait, (due - moment) * (1.2 if late else random.uniform(0.3, 0.9)))
        form = chosen.decision.done_by.record
        if form and record_forms()[form].later:  # each contact on a day of its own
            wait = max(wait, timedelta(days=1))
        if chosen.not_before:
            wait = max(wait, chosen.not_before - moment + timedelta(hours=1))
        moment += wait
        if moment > timezone.now():
            return
        makers = [people[relation] for relation in ("case_officer", "handler") if relation in people]
        actor = next((maker for maker in makers if _may(case, maker, chosen)), None)
        if actor is None or not _decide(case, chosen, actor, people, random, moment):
            return
        case.refresh_from_db()


def _may(case: Case, actor: Actor, option: Option) -> bool:
    return bool(standing_in(actor, case).relations & set(option.decision.who))


def _decide(
    case: Case, option: Option, actor: Actor, people: dict[str, Actor], random: Random, moment: datetime
) -> bool:
    """Take the decision with its deed. False where it waits for a second person."""
    rule = option.decision
    end_what_runs(case, option.still_runs, actor, moment)
    choices = [code for code in rule.outcome if code != "statutory_power"]
    outcome = random.choice(choices) if choices else ""
    deed = a_deed(case, rule, moment)
    if rule.done_by.read:
        ledger.record(case.id, ReportEvent.REPORT_SEEN, actor=actor.person.id, parts="content")
    if not rule.done_by.other_person:
        decide(
            case,
            Choice(option.code, reason=REASON, outcome=outcome, deed=deed),
            actor=actor,
            revision=case.revision,
            now=moment,
        )
        return True
    second = next((other for other in people.values() if other.person != actor.person), None)
    if second is None:
        return False
    proposal = propose(
        case, Choice(option.code, REASON, outcome, deed=deed), actor=actor, revision=case.revision, now=moment
    )
    if random.random() < 0.15:
        return False
    agree(case, proposal.id, actor=second, now=moment)
    return True


def _next_act(
    case: Case, codes: dict[str, str], random: Random, moment: datetime
) -> tuple[Option | None, datetime | None]:
    """What a good officer does next: what the most urgent deadline asks, or else a step along the protocol."""
    aside = {
        "hold",
        "redirect",
        "ask_redirect",
        "other_regime",
        "ask_other_regime",
        "no_more_care",
        "not_reached",
        "respond_later",
        "inform_later",
        "decide_outsider_measure",  # its letter is made today, and these cases lie in the past
        "decide_acute_measure",
        "ask_priority_note",
    }
    beside = {
        "acknowledge",
        "give_feedback",
        "consult_police",
    }  # of the tracks, only what every case asks, or a high threat
    wanted = [
        option
        for option in options_of(case, codes, moment)
        if _only_waits(option)
        and option.code not in aside
        and not option.again
        and (not option.track or option.code in beside)
    ]
    if police := [option for option in wanted if option.code == "consult_police"]:
        return police[0], None
    if offer := [one for one in wanted if one.code == "offer_police_report" and case.phase == "police_report"]:
        return offer[0], None
    forward = [option for option in wanted if not option.anytime]
    if not forward or random.random() < 0.6:
        for deadline in case.deadlines.running().exclude(due=None):
            meeting = [option for option in wanted if deadline.code in option.decision.meets]
            if meeting:
                return random.choice(meeting), deadline.due
    rest = forward or wanted
    return (random.choice(rest), None) if rest else (None, None)


def _only_waits(option: Option) -> bool:
    """Whether nothing but time stands before the decision, or what runs, which then ends first."""
    return not (option.missing or option.waits_for or option.elsewhere or option.not_before == NEVER)


def _as_of_old(period: str) -> None:
    """Date a demo edition to when its like would have come out: a quarter a month after its end, a year in March. The
    product itself never changes a date of what is out; the ledger keeps when the demo really made it."""
    end = last_day(period)
    out = end + (timedelta(days=32) if is_quarter(period) else timedelta(days=74))
    while out.weekday() > 4:  # figures come out on a working day
        out += timedelta(days=1)
    moment = datetime.combine(out, PUBLISHED_AT, timezone.get_default_timezone())
    if moment < timezone.now():
        Edition.objects.filter(id=period).update(built_at=moment - timedelta(days=2), published_at=moment)


def _figures(ministry: Staff, say: Say) -> None:
    """Facts of three years and the editions of all that is over: two people release them, each year after its quarters.
    The newest quarter stays a draft, to try the publishing desk with."""
    today = timezone.localdate()
    simulate(reports=3000, years=YEARS, seed=SEED, until=today)
    say("simulated register of three years")
    first, second = (Actor.at(person, ministry.organisation) for person in ministry.people["publisher"])
    periods = [
        period
        for year in range(today.year - YEARS + 1, today.year + 1)
        for period in [*quarters_of(str(year)), str(year)]
    ]
    over = [period for period in periods if settled_on(period) <= today]
    draft = next(period for period in reversed(over) if is_quarter(period))
    for period in over:
        if period == draft[:4]:  # its year would shut the draft out
            continue
        try:
            build_edition(period, proposed_by=first.person)
        except EditionRefused as refused:  # as in life: without a proof there is no edition
            say(f"no edition of {period}: {refused}")
            continue
        if period != draft:
            release(period, second)
            _as_of_old(period)
    say(f"{Edition.objects.count()} editions, the quarter {draft} as a draft")
