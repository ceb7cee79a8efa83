"""Redactions and exports of a case: the list, asking for an export, answering, saving its files."""

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.keys import file_key
from cases.desk.page import POST, READ_AND_POST, CasePage, case_page
from cases.models import Redaction
from cases.people.hearing import about_field
from cases.redaction.exports import FORMS, Why, answer_export, ask_export, exports_of, read_export
from cases.redaction.sets import titles_of
from organisations.desk.forms import DeskForm, token_field
from organisations.desk.notices import Notice, Notices
from organisations.desk.saving import to_save

WHOLE = "whole"
NOTICES = Notices(
    {
        "made": Notice(_("The export is made and kept, sealed with the case.")),
        "asked": Notice(_("Asked. A second person of this case decides.")),
        "answered": Notice(_("Recorded.")),
    }
)


class ExportForm(DeskForm):
    sometimes_needed = ("about",)
    what = forms.ChoiceField(
        label=_("What do you export?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you export.")},
    )
    where = forms.ChoiceField(
        label=_("Where does it go?"),
        choices=[
            ("inside", _("It stays inside the organisation")),
            ("outside", _("It leaves the organisation: a second person of this case must agree first")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where it goes.")},
    )
    for_whom = forms.CharField(
        label=_("For whom"),
        help_text=_("Stands on every page."),
        max_length=120,
        error_messages={"required": _("Say for whom it is.")},
    )
    purpose = forms.CharField(
        label=_("What is it for?"), max_length=300, error_messages={"required": _("Say what it is for.")}
    )
    ground = forms.CharField(
        label=_("On which ground?"),
        help_text=_("The law or the decision, for example Woo 4.1 or AVG 15."),
        max_length=200,
        error_messages={"required": _("Say on which ground.")},
    )
    about = about_field()
    token = token_field()

    def __init__(self, data: QueryDict | None, *, approved: list[tuple[Redaction, str]], first: str) -> None:
        super().__init__(data, initial={"what": first})
        choices = [
            (str(row.number), _("Redaction %(number)d, %(title)s") % {"number": row.number, "title": title})
            for row, title in approved
        ]
        choices.append((WHOLE, str(_("The whole file, without the reporter's name: only for use inside"))))
        self.choose_from("what", choices)


@case_page("case.export", tab="exports", shows="exports", notices=NOTICES)
def exports(page: CasePage) -> HttpResponse:
    return show_exports(page)


def show_exports(page: CasePage) -> HttpResponse:
    """The page of the exports, also after an act on it that was refused."""
    return page.show(
        "cases/redaction/exports.html",
        redactions=titles_of(page.case, file_key(page.case, page.actor)),
        exports=exports_of(page.case, page.actor),
    )


@case_page("case.export", tab="exports", methods=READ_AND_POST)
def begin(page: CasePage) -> HttpResponse:
    titles = titles_of(page.case, file_key(page.case, page.actor))
    approved = [(row, title) for row, title in titles if row.state == Redaction.State.APPROVED]
    form = ExportForm(page.sent(), approved=approved, first=page.request.GET.get("lakken", ""))
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("for_whom"):
            export = ask_export(
                page.case,
                Why(given["for_whom"], given["purpose"], given["ground"]),
                redaction=None if given["what"] == WHOLE else int(given["what"]),
                outside=given["where"] == "outside",
                actor=page.actor,
                token=given["token"],
                about=given["about"],
            )
            return page.done_or_away("exports", "made" if export.state == export.State.MADE else "asked")
    return page.show("cases/redaction/export.html", form=form)


@case_page("case.export", tab="exports", methods=POST)
def answer(page: CasePage, number: int) -> HttpResponse:
    if not page.case.exports.filter(number=number).exists():
        raise Http404
    with page.refusals():
        answer_export(page.case, number, agree="agree" in page.request.POST, actor=page.actor)
        return page.done("exports", "answered")
    return show_exports(page)


@case_page("case.export", tab="exports")
def file(page: CasePage, number: int, form: str) -> HttpResponse:
    """One file of an export, to be saved. Saving it writes its own event."""
    try:
        content = read_export(page.case, number, form, actor=page.actor)
    except FileNotFoundError:
        raise Http404 from None
    return to_save(content, FORMS[form], f"{page.case.number}-uitvoer-{number}.{form}")
