"""The lane of reports that look as if a machine sent them."""

from typing import cast
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from cases.worklist.quarantine import described, judge, suspects
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import code_of, done

PAGE = 25


class JudgementForm(forms.Form):
    """What the buttons of the list send. It is never shown, so it is no form of the desk."""

    report = forms.TypedMultipleChoiceField(coerce=UUID, choices=())
    action = forms.ChoiceField(choices=[("real", ""), ("no_report", "")])

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        chosen = [(report, report) for report in data.getlist("report")]
        cast(forms.MultipleChoiceField, self.fields["report"]).choices = chosen


@at_work("quarantine.see")
def quarantine(request: WorkRequest) -> HttpResponse:
    if request.method == "POST":
        form = JudgementForm(request.POST)
        changed = 0
        if form.is_valid():
            changed = judge(request.actor, form.cleaned_data["report"], real=form.cleaned_data["action"] == "real")
        return done(request.path, str(changed))
    page = Paginator(suspects(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "work",
        "page": page,
        "found": described(list(page.object_list), request.actor),
        "done": code_of(request),
    }
    return render(request, "cases/worklist/quarantine.html", context)
