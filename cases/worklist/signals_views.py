"""The pages of signals: those that the actor reads, writing one down, and what becomes of one."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.desk.access import visible_cases
from cases.models import Case
from cases.people.concerned import say_concerned, say_somebody_else, was_asked
from cases.people.hearing import about_field
from cases.people.second_person import second_person
from cases.people.views import NOTICES as ANSWERED
from cases.people.views import AnswerForm
from cases.worklist import signals as acts
from cases.worklist.phone import doors_for
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm, day_field, reason_field, revision_field
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.models import Suspension
from reporting.models import Report, Signal

NOTICES = Notices(
    {
        "dropped": Notice(_("Dropped. Below stands on which day everything of it is destroyed.")),
        "asked": Notice(_("Recorded. A second person must say so too.")),
        "parked": Notice(_("Parked again until the day that you gave.")),
        "kept": Notice(_("Recorded: it is not dropped.")),
    }
)
ANSWERS = {"agree": "dropped", "refuse": "kept"}  # of a second person: which notice


class NewSignalForm(DeskForm):
    """On which day people look again at a doubt that is written down now."""

    review_on = day_field(
        _("On which day do you look again?"),
        help_text=_("At most half a year from now. On that day it waits for who reads it."),
    )

    def clean_review_on(self):
        """A day that comes, and not too far ahead."""
        day, today = self.cleaned_data["review_on"], timezone.localdate()
        if not today < day <= today + timedelta(days=acts.MOST_DAYS):
            raise forms.ValidationError(_("Give a day after today and at most half a year ahead."))
        return day


class DropForm(DeskForm):
    ids = "drop-%s"
    sometimes_needed = ("about",)
    reason = reason_field(_("Why is it nothing?"), _("Sealed with the signal, and destroyed with it."))
    about = about_field()


class ParkForm(DeskForm):
    ids = "park-%s"
    sometimes_needed = ("about",)
    review_on = day_field(_("On which day do you look again?"))
    reason = reason_field(_("Why does it wait?"), _("Sealed with the signal, and destroyed with it."))
    about = about_field()
    revision = revision_field()


@at_work("signal.list")
def signals(request: WorkRequest) -> HttpResponse:
    """The signals of the actor; posting a day shows the doors of the form for another one."""
    enters = may(request.actor, "report.enter")
    form = NewSignalForm(request.POST if request.method == "POST" and enters else None)
    doors: list[tuple] = []
    if form.is_valid():
        doors = doors_for(request.actor, review_on=form.cleaned_data["review_on"].isoformat())
    context = {
        "section": "phone" if enters else "work",
        "organisation": request.actor.organisation,
        "found": acts.titles(list(acts.signals_of(request.actor))),
        "today": timezone.localdate(),
        "form": form if enters else None,
        "doors": doors,
        "review_on": form.cleaned_data["review_on"] if doors else None,
        "notice": NOTICES.of(request),
    }
    return render(request, "cases/worklist/signals.html", context, status=422 if form.errors else 200)


@at_work("signal.list")
def signal(request: WorkRequest, report_id: UUID) -> HttpResponse:
    """One signal and what can become of it. Whoever does not read it is answered as if it did not exist."""
    found = acts.signals_of(request.actor).filter(report=report_id).first()
    if found is None:
        return _case_of(request, report_id)
    what = request.POST.get("what", "") if request.method == "POST" else ""
    if not found.is_open and what != "refuse":
        what = ""
    shown: dict[str, DeskForm] = {
        "drop": DropForm(request.POST if what == "drop" else None),
        "park": ParkForm(request.POST if what == "park" else None, initial={"revision": found.times}),
    }
    sent = DeskForm(QueryDict()) if what in ANSWERS else shown.get(what)
    if what and (answer := _act(request, report_id, what, sent)):
        return answer
    if what == "park":  # what stands on the page now is what is meant when it is sent again
        shown["park"].renew(revision=found.times)
    context = {
        "section": "work",
        "one": acts.opened(found, request.actor),
        "forms": shown,
        "form": sent,
        "can_park": acts.can_park(found),
        "is_asked": found.state == Signal.State.ASKED,
        "own": acts.asked_by_same(found, request.actor),
        "destroyed_on": found.dropped_on + acts.KEPT_FOR if found.dropped_on else None,
        "questions": acts.questions(found, request.actor),
        "notice": (NOTICES.of(request) or ANSWERED.of(request)) if sent is None else None,
    }
    return render(request, "cases/worklist/signal.html", context, status=422 if sent and sent.errors else 200)


@at_work("signal.list")
def concerned(request: WorkRequest, which: UUID) -> HttpResponse:
    """Whether a signal concerns somebody who is out of it: the answers and who gives them are those of a case."""
    report = get_object_or_404(Report, case__in=Suspension.objects.filter(id=which).values("case"))
    here = reverse("cases:signal", args=[report.id])
    found = acts.signals_of(request.actor).filter(report=report).first()
    if found is None or not found.is_open:
        return _case_of(request, report.id)
    case = Case.before_opening(found.report)
    question = next((one for one in acts.questions(found, request.actor) if one.row.id == which), None)
    if question is None:
        if was_asked(case, which, request.actor):
            return done(here, "already")
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with form.refusals("reason"):
            if request.POST.get("what") == "concerned":
                code = "concerned" if say_concerned(case, which, actor=request.actor) else "out"
            else:
                given = form.cleaned_data
                back = say_somebody_else(case, which, given["reason"], actor=request.actor, about=given["about"])
                code = "back" if back else "proposed"
            return done(here, code) if _still_theirs(request, report.id) else redirect("cases:worklist")
    context = {"section": "work", "signal": found, "question": question, "form": form, "back": here}
    context["second"] = second_person(case, question, request.actor)
    return render(request, "cases/worklist/signal_concerned.html", context, status=422 if form.errors else 200)


def _act(request: WorkRequest, report_id: UUID, what: str, form: DeskForm | None) -> HttpResponse | None:
    """Do what the button says; None where the form does not stand."""
    here = reverse("cases:signal", args=[report_id])
    try:
        if what == "begin":
            return redirect("cases:overview", acts.begin(request.actor, report_id).id)
        if what == "leave":
            acts.say_not_free(request.actor, report_id)
            return redirect("cases:worklist")
        if form and form.is_valid() and (code := _kept(request, report_id, what, form)):
            return done(here, code) if _still_theirs(request, report_id) else redirect("cases:worklist")
    except Signal.DoesNotExist:
        return _case_of(request, report_id)
    return None


def _case_of(request: WorkRequest, report_id: UUID) -> HttpResponse:
    """The case that it became, for who sees that: somebody pressed twice, or kept the address. Raises Http404."""
    return redirect("cases:overview", get_object_or_404(visible_cases(request.actor), report=report_id).id)


def _kept(request: WorkRequest, report_id: UUID, what: str, form: DeskForm) -> str:
    """Which notice says what was done; empty where it was refused, with the words at the form."""
    given = form.cleaned_data
    with form.refusals("reason" if "reason" in form.fields else "__all__"):
        if what in ANSWERS:
            acts.answer_drop(request.actor, report_id, agrees=what == "agree")
            return ANSWERS[what]
        if what == "park":
            acts.park_again(
                request.actor,
                report_id,
                given["review_on"],
                given["reason"],
                given["about"],
                revision=given["revision"],
            )
            return "parked"
        acts.drop(request.actor, report_id, given["reason"], given["about"])
        return "asked"
    return ""


def _still_theirs(request: WorkRequest, report_id: UUID) -> bool:
    return acts.signals_of(request.actor).filter(report=report_id).exists()
