"""What of a case is counted in the figures; and putting that right."""

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.corrections.corrections import (
    CorrectedMeanwhile,
    codes_now,
    correct_count,
    correction_notes,
    possible_codes,
    revision_of,
)
from cases.counting.facts import facts_of_case
from cases.desk.page import case_or_404, frame
from cases.desk.refusals import MIN_REASON
from cases.events import CaseEvent
from organisations.access.policy import may
from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from reporting.counting.corrections import as_counted, now_counted
from reporting.models import Fact
from vault import ledger

DETAILS, NEVER = "details", "never"


class CorrectionForm(forms.Form):
    """`possible`: {code list: the codes to choose from}; `now`: {code list: the code that is counted}."""

    use_required_attribute = False
    wrong = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[
            (DETAILS, _("Details were counted wrongly")),
            (NEVER, _("Nothing of this should have been counted, because it is a test or was registered twice")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    why = forms.CharField(
        label=_("Why?"),
        help_text=_("Sealed with the case, as a note. It does not go to the figures."),
        min_length=MIN_REASON,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Say why the count was wrong."),
            "min_length": _("Say why the count was wrong, in at least 10 characters."),
        },
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        possible: Mapping[str, Sequence[str]],
        now: Mapping[str, str],
        revision: int,
    ) -> None:
        super().__init__(data, auto_id="count-%s", initial={"wrong": DETAILS, "revision": revision})
        self.lists = list(possible)
        for name, codes in possible.items():
            known = code_list(name)
            choices = [(code, known[code].label) for code in codes]
            self.fields[name] = forms.ChoiceField(label=known.label, choices=choices, initial=now.get(name))
        self.order_fields(["wrong", *self.lists, "why"])

    def renew(self, revision: int) -> None:
        """What was typed stays; sending it again is then meant."""
        self.data = cast(QueryDict, self.data).copy()
        self.data["revision"] = str(revision)

    @property
    def details(self) -> list[forms.BoundField]:
        return [self[name] for name in self.lists]

    def clean(self) -> dict:
        found = super().clean() or {}
        changed = [name for name in self.lists if name in found and found[name] != self.fields[name].initial]
        if found.get("wrong") == NEVER and changed:
            self.add_error(
                "wrong",
                _("You also changed details. Choose that details were wrong, or put the details back as they were."),
            )
        return found

    @property
    def codes(self) -> dict[str, str] | None:
        if self.cleaned_data["wrong"] == NEVER:
            return None
        return {name: self.cleaned_data[name] for name in self.lists}


@at_work("work.list")
def counted(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """The codes that left the organisation, and a form to correct them."""
    case = case_or_404(request.actor, case_id, "case.file")
    facts = facts_of_case(case)
    may_correct = bool(facts) and bool(may(request.actor, "case.correct", case))
    form = None
    if may_correct:
        layer = facts[0].organisation.kind
        possible, now = possible_codes(facts, layer), codes_now(facts)
        form = CorrectionForm(request.POST or None, possible=possible, now=now, revision=revision_of(facts))
        if request.method == "POST" and form.is_valid():
            words = form.cleaned_data
            try:
                done = correct_count(case, form.codes, words["why"], actor=request.actor, revision=words["revision"])
                return redirect(f"{reverse('cases:counted', args=[case.id])}?gedaan={'counted' if done else 'nothing'}")
            except CorrectedMeanwhile:
                form.add_error(
                    None,
                    _("A colleague put the count right meanwhile. Look above how it counts now, and send yours again."),
                )
                form.renew(revision_of(facts))
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="counted")
    context = {
        **frame(request, case, "decisions"),
        "facts": [(fact, _said(now_counted(fact)), _before(fact)) for fact in facts],
        "corrected_by": correction_notes(case),
        "form": form,
    }
    return render(request, "cases/corrections/counted.html", context, status=422 if form and form.errors else 200)


def _before(fact: Fact) -> list[tuple[str, str]]:
    """What a corrected fact said first, as far as that is different; nothing of one that was not corrected."""
    first, now = as_counted(fact).codes, now_counted(fact)
    return _words({name: code for name, code in first.items() if now is None or now.codes[name] != code})


def _said(there) -> list[tuple[str, str]]:
    """(code list, code) in words; empty where it does not count."""
    return _words(there.codes) if there else []


def _words(codes: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code_list(name).label, code_list(name)[code].label) for name, code in codes.items()]
