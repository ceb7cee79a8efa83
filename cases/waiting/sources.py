"""Where something can wait for somebody, one source for each kind: its part of one query over the cases of the actor."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.deciding.proposals import fell_through
from cases.file.contact.sender_code import GIVES, GIVES_CONFIDENTIAL
from cases.models import (
    Bundle,
    BundleEntry,
    Case,
    CaseRecord,
    Deadline,
    Export,
    HandingOn,
    KindChange,
    Proposal,
    Todo,
    Transfer,
)
from cases.protocol.installed import cannot_wait
from cases.waiting.alarms import ALARMS, of_both
from cases.waiting.found import Found, Mine, Source, Urgency, deadline_found, end_of_today
from cases.waiting.second_person import (
    asked_of_second,
    consents,
    end_page,
    ends_asked,
    ends_of_others,
    names_asked,
    names_open,
    names_wanted,
    not_answered_yet,
    open_signals,
    questions,
    redactions,
    signal_questions,
    stand_ins_asked,
)
from cases.waiting.since import since_asked, since_offered, whose_code_nobody_sends, whose_page_lacks_code
from cases.waiting.turns import SINCE, new_cases, of_actor, turns
from organisations.access.policy import Actor, cases_held
from organisations.models import HANDLING, WORKING
from reporting.complaints.complaints import about_others
from reporting.form.written import SPOKEN
from reporting.models import Message, Report, Signal

ANSWERING = (*WORKING, "adviser")
SECURED, EVIDENCE_AHEAD = "secured", timedelta(days=1)
SUSPECTED = (Report.Lane.QUARANTINE, Report.Lane.PROPOSED)


def suspected(actor: Actor) -> QuerySet[Report]:
    """The reports that wait for a judgement and in which the actor has an assignment, also where they are recused."""
    return Report.objects.filter(lane__in=SUSPECTED, case__in=cases_held(actor, *HANDLING))


def _signals(mine: Mine) -> QuerySet:
    """Signals whose day has come, and those that somebody else says to drop."""
    asked = Q(state=Signal.State.ASKED)
    rows = open_signals(mine).filter(asked | Q(review_on__lte=timezone.localdate()))
    return rows.exclude(asked, asked_by=mine.actor.person)


def _deadlines(mine: Mine) -> QuerySet:
    """Also those of a closed case: some go on after closing, and some begin then."""
    return Deadline.objects.running().filter(case__in=mine.held(*WORKING), due__lte=end_of_today())


def _messages(mine: Mine) -> QuerySet:
    rows = Message.objects.filter(by=Message.By.REPORTER, seen=False)
    return rows.filter(report__opened_case__in=mine.held(*ANSWERING))


def _evidence_goes(mine: Mine) -> QuerySet:
    """Evidence that was noted down and is about to be gone, or is by now: nobody has said yet what became of it."""
    rows = CaseRecord.objects.running().filter(case__in=mine.held(*WORKING), form=SECURED)
    return rows.filter(until__lte=timezone.localdate() + EVIDENCE_AHEAD)


def _recorded_for_today(mine: Mine) -> QuerySet:
    """What runs and has come to its last day, or to the day on which somebody looks at it again, also in a closed case."""
    rows, today = CaseRecord.objects.running().filter(case__in=mine.held(*WORKING)), timezone.localdate()
    due = rows.exclude(form=SECURED).filter(Q(until__lte=today) | Q(review_on__lte=today))
    return due.annotate(on=Least(F("until"), Coalesce(F("review_on"), F("until"))))


def _todos(mine: Mine) -> QuerySet:
    return Todo.objects.filter(
        case__in=mine.held(*HANDLING), case__closed_on=None, whom=mine.actor.person, done_at=None
    )


def _suspects(mine: Mine) -> QuerySet:
    return suspected(mine.actor).exclude(lane=Report.Lane.PROPOSED, lane_by=mine.actor.person)


def _fell_through(mine: Mine) -> QuerySet:
    return fell_through(mine.actor.person.id).filter(case__in=mine.held(*WORKING))


def _papers(mine: Mine) -> QuerySet:
    """What people of a case wrote on their papers pages, without what waits for an answer."""
    rows = BundleEntry.objects.filter(bundle__case__in=mine.held(*WORKING), by=BundleEntry.By.PARTY, seen=False)
    return rows.filter(answer_by=None)


def _without_code(mine: Mine) -> QuerySet:
    """Reports that somebody wrote down for a sender who is not there and has not read them over."""
    rows = Report.objects.filter(confirmed_on=None).exclude(entered_by=None).exclude(came_by__in=("", SPOKEN))
    confidential = Q(known_as="confidential")
    gives = ~confidential & Q(case__in=mine.held(*GIVES)) | confidential & Q(case__in=mine.held(*GIVES_CONFIDENTIAL))
    return rows.filter(gives)


def _requests(mine: Mine) -> QuerySet:
    """What people of a case asked and nobody answered, also where their page has ended since."""
    return BundleEntry.objects.to_answer().filter(bundle__case__in=mine.held(*WORKING))


def _apart(mine: Mine) -> QuerySet:
    return about_others(mine.actor).filter(closed_on=None)


def _page(name: str, which: Callable[[str], object] | None = None) -> Callable[[Found], str]:
    """A page of a case; `which` reads what its address says beside the case."""
    return lambda found: reverse(f"cases:{name}", args=[found.case, *([which(found.which)] if which else [])])


ASKED = {"since_at": "asked_at", "asked_by": "asked_by"}  # columns of what a second person answers
_NUMBER_OF_CASE = Subquery(Case.objects.filter(id=OuterRef("case")).values("number")[:1])

# The order of the queue is that of urgency and time, whatever the order here.
SOURCES: tuple[Source, ...] = (
    *ALARMS,
    Source(
        _("The reporter tells of retaliation"),
        lambda mine: _messages(mine).filter(kind="retaliation"),
        {"case": "report__case", "number": "report__number", "since_on": "on"},
        _page("messages"),
        urgency=Urgency.CANNOT_WAIT,
    ),
    Source(
        _("A reporter told of retaliation, apart"),
        lambda mine: _apart(mine).filter(kind="retaliation"),
        {"case": "id", "number": "report__number", "which": "report__case", "since_on": "on", "until_at": "due"},
        lambda found: reverse("cases:complaint", args=[found.case]),
        urgency=Urgency.CANNOT_WAIT,
        bars=of_both,
    ),
    Source(
        _("A deadline ends today"),
        _deadlines,
        {"which": "code", "since_at": "due", "until_at": "due"},
        _page("overview"),
        late=_("A deadline has passed"),
        what=deadline_found,
    ),
    Source(
        _("Evidence is overwritten: secure it"),
        _evidence_goes,
        {"since_on": "until", "until_on": "until"},
        _page("records"),
        late=_("Evidence may be gone: say what became of it"),
    ),
    Source(
        _("The day has come to look at what was recorded: it goes on, or it ends"),
        _recorded_for_today,
        {"since_on": "on", "until_on": "on"},
        _page("records"),
        late=_("A day to look at what was recorded has passed: it goes on, or it ends"),
    ),
    Source(
        _("A new case: nobody has read it yet"),
        new_cases,
        {"case": "id", "number": "number", "since_on": "started_on"},
        _page("overview"),
    ),
    Source(
        _("It is your turn"),
        turns,
        {"case": "case", "number": _NUMBER_OF_CASE, "which": "relation", "since_at": SINCE},
        _page("overview"),
        kept=of_actor,
    ),
    Source(
        _("Your proposal was not done: read why"),
        _fell_through,
        {"since_at": "answered_at"},
        _page("proposal", UUID),
    ),
    Source(
        _("The reporter wrote"),
        lambda mine: _messages(mine).exclude(kind="retaliation"),
        {"case": "report__case", "number": "report__number", "since_on": "on"},
        _page("messages"),
    ),
    Source(
        _("A person of the case wrote"),
        _papers,
        {"case": "bundle__case", "number": "bundle__case__number", "which": "bundle__party", "since_on": "on"},
        _page("bundle", UUID),
    ),
    Source(
        _("A person of the case asks something: answer it"),
        _requests,
        {
            "case": "bundle__case",
            "number": "bundle__case__number",
            "which": "bundle__party",
            "since_on": "on",
            "until_on": "answer_by",
        },
        _page("bundle", UUID),
        late=_("A person of the case got no answer in time"),
    ),
    Source(
        _("Send the code to the sender of a report"),
        _without_code,
        {"case": "case", "number": "number", "which": "entered_by", "since_on": "received_on"},
        _page("sender_code"),
        kept=whose_code_nobody_sends,
    ),
    Source(
        _("Make another code for a person of the case"),
        lambda mine: Bundle.objects.readable().filter(case__in=mine.held(*WORKING), is_taken=False),
        {"case": "case", "number": "case__number", "which": "party", "since_on": "made_on"},
        _page("bundle", UUID),
        kept=whose_page_lacks_code,
    ),
    Source(
        _("Something was told apart"),
        lambda mine: _apart(mine).exclude(kind="retaliation"),
        {"case": "id", "number": "report__number", "which": "report__case", "since_on": "on", "until_at": "due"},
        lambda found: reverse("cases:complaint", args=[found.case]),
        bars=of_both,
    ),
    Source(_("To do for you"), _todos, {"since_at": "made_at", "until_on": "due"}, _page("notes")),
    Source(
        _("Say whether the case concerns somebody"),
        questions,
        {"case": "case", "number": _NUMBER_OF_CASE, "until_at": "due"},
        _page("concerned", UUID),
        kept=not_answered_yet,
    ),
    Source(
        _("Answer a proposal that cannot wait"),
        lambda mine: asked_of_second(Proposal)(mine).filter(code__in=cannot_wait()),
        ASKED,
        _page("proposal", UUID),
        urgency=Urgency.CANNOT_WAIT,
    ),
    Source(
        _("Answer a proposal"),
        lambda mine: asked_of_second(Proposal)(mine).exclude(code__in=cannot_wait()),
        ASKED,
        _page("proposal", UUID),
    ),
    Source(
        _("Say whether you agree who looks after what goes on"),
        asked_of_second(HandingOn),
        {**ASKED, "which": "record"},
        _page("hand_on_record", UUID),
    ),
    Source(_("Decide about another kind of case"), asked_of_second(KindChange), ASKED, _page("kind")),
    Source(
        _("Check a redaction"),
        redactions,
        {"which": "number", "asked_by": "made_by"},
        _page("check_redaction", int),
        kept=since_offered,
    ),
    Source(_("Answer a request for an export"), asked_of_second(Export), ASKED, _page("exports")),
    Source(_("Answer a request for the reporter's name"), names_wanted, ASKED, _page("identity")),
    Source(_("Check afterwards who could see the reporter's name"), names_open, ASKED, _page("identity")),
    Source(_("Ask the reporter for consent to give the name"), consents, ASKED, _page("identity_consent", UUID)),
    Source(_("Decide about a transfer"), asked_of_second(Transfer), ASKED, _page("people")),
    Source(
        _("A signal to look at again"),
        _signals,
        {"case": "report__case", "number": Value(""), "which": "report", "since_on": "review_on"},
        lambda found: reverse("cases:signal", args=[UUID(found.which)]),
        bars=lambda found: {found.case},
        kept=since_asked,
    ),
    Source(
        _("Say whether a signal concerns somebody"),
        signal_questions,
        {"case": "case", "number": Value(""), "until_at": "due"},
        lambda found: reverse("cases:signal_concerned", args=[UUID(found.which)]),
        bars=lambda found: {found.case},
        kept=not_answered_yet,
    ),
    Source(
        _("Say whether you agree that a role, a function or a sign-in ends"),
        ends_asked,
        {"case": "id", "number": Value(""), "which": "what", "since_on": "asked_on", "asked_by": "asked_by"},
        end_page,
        kept=ends_of_others,
    ),
    Source(
        _("Say whether you agree with another name of somebody"),
        names_asked,
        {"case": "id", "number": Value(""), "which": "person", "since_on": "asked_on", "asked_by": "asked_by"},
        lambda found: reverse("organisation_administration:agree_name", args=[UUID(found.which)]),
        kept=ends_of_others,
    ),
    Source(
        _("Say whether you agree with a change of the duty roster"),
        stand_ins_asked,
        {"case": "id", "number": Value(""), "since_on": "asked_on", "asked_by": "asked_by"},
        lambda found: reverse("organisation_administration:agree_duty", args=[found.case]),
        kept=ends_of_others,
    ),
    Source(
        _("Reports to check"),
        _suspects,
        {"case": "case", "number": Value(""), "since_on": "received_on"},
        lambda found: reverse("cases:quarantine"),
        bars=lambda found: {found.case},
    ),
)
