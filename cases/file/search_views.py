"""Searching one's own cases. The words are sent in a form, so that they are in no address and no log."""

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from cases.desk.codes import case_codes
from cases.file.search import MIN_CHARACTERS, by_number, by_part_of_number, search
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from reporting.questions.reading import main_code


class SearchForm(DeskForm):
    sought = forms.CharField(
        label=_("Number or words"),
        help_text=_(
            "A part of a number is enough. Words: in reports, messages, evidence, notes and decisions of your own cases."
        ),
        min_length=MIN_CHARACTERS,
        max_length=100,
        error_messages={
            "required": _("Write what you look for."),
            "min_length": _("Write at least three letters."),
        },
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["sought"].widget.attrs = {"autocomplete": "off"}


@at_work("work.list")
def search_cases(request: WorkRequest) -> HttpResponse:
    form = SearchForm(request.POST or None)
    results, numbered = None, []
    if request.method == "POST" and form.is_valid():
        sought = form.cleaned_data["sought"]
        if case := by_number(request.actor, sought):
            return redirect("cases:overview", case_id=case.id)
        numbered = by_part_of_number(request.actor, sought)
        results = search(request.actor, sought)
    context = {
        "section": "work",
        "form": form,
        "found": results,
        "numbered": numbered,
        "hits": [(hit, main_code(case_codes(hit.case)), _PARTS[hit.part], f"cases:{hit.part}") for hit in results.hits]
        if results
        else [],
    }
    return render(request, "cases/file/search.html", context, status=422 if form.errors else 200)


_PARTS = {
    "report": _("Report"),
    "messages": _("Messages"),
    "evidence": _("Evidence"),
    "notes": _("Notes"),
    "decisions": _("Decisions"),
}
