"""What of a case is counted in the figures; and putting that right."""

from collections.abc import Mapping, Sequence

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.corrections.corrections import (
    CorrectedMeanwhile,
    codes_now,
    correct_count,
    correction_notes,
    counts_of,
    possible_codes,
    revision_of,
)
from cases.counting.facts import counts_on, facts_of_case
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.people.hearing import about_field
from organisations.codes import code_list
from organisations.desk.forms import MIN_REASON, DeskForm, WholeText, revision_field, text_area
from organisations.desk.notices import Notice, Notices
from reporting.counting.corrections import as_counted, now_counted
from reporting.models import Fact

DETAILS, NEVER = "details", "never"
NOTICES = Notices(
    {
        "counted": Notice(_("The correction is kept.")),
        "nothing": Notice(_("Nothing changed: it was counted like this already."), "info"),
    }
)


class CorrectionForm(DeskForm):
    """`possible`: {code list: the codes to choose from}; `now`: {code list: the code that is counted}."""

    ids = "count-%s"
    sometimes_needed = ("about",)
    wrong = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[
            (DETAILS, _("Details were counted wrongly")),
            (NEVER, _("Nothing of this should have been counted, because it is a test or was registered twice")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    why = WholeText(
        label=_("Why?"),
        help_text=_("Sealed with the case, as a note. It does not go to the figures."),
        min_length=MIN_REASON,
        max_length=1000,
        widget=text_area(4),
        error_messages={
            "required": _("Say why the count was wrong."),
            "min_length": _("Say why the count was wrong, in at least 10 characters."),
        },
    )
    about = about_field()
    revision = revision_field()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        possible: Mapping[str, Sequence[str]],
        now: Mapping[str, str],
        revision: int,
    ) -> None:
        super().__init__(data, initial={"wrong": DETAILS, "revision": revision})
        self.lists = list(possible)
        for name, codes in possible.items():
            known = code_list(name)
            choices = [(code, known[code].label) for code in codes]
            self.fields[name] = forms.ChoiceField(label=known.label, choices=choices, initial=now.get(name))
        self.order_fields(["wrong", *self.lists, "why", "about"])

    @property
    def details(self) -> list[forms.BoundField]:
        return [self[name] for name in self.lists]

    def clean(self) -> dict:
        given = super().clean()
        changed = [name for name in self.lists if name in given and given[name] != self.fields[name].initial]
        if given.get("wrong") == NEVER and changed:
            self.add_error(
                "wrong",
                _("You also changed details. Choose that details were wrong, or put the details back as they were."),
            )
        return given

    @property
    def codes(self) -> dict[str, str] | None:
        if self.cleaned_data["wrong"] == NEVER:
            return None
        return {name: self.cleaned_data[name] for name in self.lists}


@case_page("case.file", tab="decisions", shows="counted", methods=READ_AND_POST, notices=NOTICES)
def counted(page: CasePage) -> HttpResponse:
    """The codes that left the organisation, and a form to correct them."""
    case = page.case
    facts = facts_of_case(case)
    counts = counts_of(case, facts)
    form = None
    if counts and page.may("case.correct"):
        possible, now = possible_codes(counts, case.report.organisation.kind), codes_now(counts)
        form = CorrectionForm(page.sent(), possible=possible, now=now, revision=revision_of(case, facts))
        if page.is_sent and form.is_valid():
            given = form.cleaned_data
            try:
                with form.refusals("why"):
                    changed = correct_count(
                        case,
                        form.codes,
                        given["why"],
                        actor=page.actor,
                        revision=given["revision"],
                        about=given["about"],
                    )
                    return page.done_or_away("counted", "counted" if changed else "nothing")
            except CorrectedMeanwhile:
                form.add_error(
                    None,
                    _("A colleague put the count right meanwhile. Look above how it counts now, and send yours again."),
                )
                form.renew(revision=revision_of(case, facts))
    return page.show(
        "cases/corrections/counted.html",
        awaited=[(one, _words(one.codes)) for one in counts if not facts and case.is_counted],
        counts_on=counts_on(case.registered_on) if case.registered_on else None,
        is_counted=case.is_counted,
        facts=[(fact, _said(now_counted(fact)), _before(fact)) for fact in facts],
        corrected_by=correction_notes(case),
        form=form,
    )


def _before(fact: Fact) -> list[tuple[str, str]]:
    """What a corrected fact said first, as far as that is different; nothing of one that was not corrected."""
    first, now = as_counted(fact).codes, now_counted(fact)
    return _words({name: code for name, code in first.items() if now is None or now.codes[name] != code})


def _said(there) -> list[tuple[str, str]]:
    """(code list, code) in words; empty where it does not count."""
    return _words(there.codes) if there else []


def _words(codes: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code_list(name).label, code_list(name)[code].label) for name, code in codes.items()]
