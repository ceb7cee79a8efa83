"""The pages of the people of a case: the list, adding somebody, correcting somebody, and taking somebody out."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.parties.hearings import hearing_list
from cases.parties.parties import OpenedParty, PartyWords, add_party, end_party, parties_of, speaking
from cases.parties.reported import PART, reported_people
from cases.people.hearing import about_field
from cases.protocol.kinds.parts import parts
from organisations.desk.forms import DeskForm, reason_field, token_field
from organisations.desk.notices import Notice, Notices

MOST_LINE = 200
NOTICES = Notices(
    {
        "added": Notice(
            _("Written down. Whoever works this case and may have that name is kept out until people look.")
        ),
        "corrected": Notice(_("Corrected. What was written before stays readable.")),
        "ended": Notice(_("Taken out. What was recorded of this person stays.")),
        "already": Notice(_("This was changed already. Here is how it stands."), "info"),
    }
)


class PartyForm(DeskForm):
    """Somebody of the case."""

    sometimes_needed = ("about", "speaks_for")
    part = forms.ChoiceField(
        label=_("In which part?"),
        error_messages={"required": _("Choose in which part this person belongs to the case.")},
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Or how this person is called here, where the name is not known or may not be written."),
        max_length=MOST_LINE,
        error_messages={"required": _("Write the name, or how this person is called in the case.")},
    )
    role = forms.CharField(
        label=_("What they are"),
        help_text=_("For example an office, a department or a firm."),
        max_length=MOST_LINE,
        required=False,
    )
    contact = forms.CharField(
        label=_("How to reach them"),
        help_text=_("Telephone or e-mail. Never a home address."),
        max_length=MOST_LINE,
        required=False,
    )
    speaks_for = forms.ChoiceField(
        label=_("For whom does this person act?"), help_text=_("Only for who acts for somebody else."), required=False
    )
    about = about_field()
    token = token_field()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        known: list[OpenedParty],
        begins: OpenedParty | None = None,
        reported: PartyWords | None = None,
    ) -> None:
        """`begins`: who is written down anew; `reported`: who is named in the report and stands nowhere yet."""
        initial = {"part": PART, "name": reported.name, "role": reported.role} if reported else None
        if begins:
            words = begins.words
            initial = {"part": begins.party.part, "name": words.name, "role": words.role, "contact": words.contact}
            initial["speaks_for"] = str(begins.party.speaks_for_id or "")
        super().__init__(data, initial=initial)
        self.choose_from("part", [("", _("Choose")), *((code, str(part.label)) for code, part in parts().items())])
        said = [f"{part.label}: {part.help}" for part in parts().values() if part.help]
        self.fields["part"].help_text = " ".join(said)
        spoken_for = [one for one in known if not one.party.is_ended and one.party.part not in speaking()]
        self.choose_from("speaks_for", [("", _("Nobody")), *((str(one.party.id), str(one)) for one in spoken_for)])

    def words(self) -> PartyWords:
        given = self.cleaned_data
        return PartyWords(given["name"].strip(), given["role"].strip(), given["contact"].strip())


class EndForm(DeskForm):
    sometimes_needed = ("about",)
    reason = reason_field(_("Why does this person no longer count?"))
    about = about_field()


@case_page("case.file", tab="parties", shows="parties", methods=READ_AND_POST, notices=NOTICES)
def parties_page(page: CasePage) -> HttpResponse:
    """Everybody of the case, and the form for one more."""
    known = parties_of(page.case, page.actor)
    reported = reported_people(page.case, page.actor, known) if page.may("case.note") else []
    form = PartyForm(page.sent(), known=known, reported=next(iter(reported), None))
    if page.is_sent and form.is_valid():
        with form.refusals("name"):
            _add(page, form)
            return page.done_or_away("parties", "added")
    return page.show(
        "cases/parties/parties.html",
        known=[one for one in known if not one.party.is_ended],
        ended=[one for one in known if one.party.is_ended],
        to_hear=hearing_list(page.case, page.actor, known),
        form=form,
        reported=reported,
        writes=page.may("case.note"),
    )


@case_page("case.note", tab="parties", shows="party", methods=READ_AND_POST)
def correct(page: CasePage, party_id: UUID) -> HttpResponse:
    """Write somebody down anew in the place of what was wrong."""
    known = parties_of(page.case, page.actor)
    wrong = _one(known, party_id)
    if wrong.party.is_ended:
        return page.done("parties", "already")
    form = PartyForm(page.sent(), known=[one for one in known if one is not wrong], begins=wrong)
    if page.is_sent and form.is_valid():
        with form.refusals("name"):
            _add(page, form, corrects=party_id)
            return page.done_or_away("parties", "corrected")
    return page.show("cases/parties/party.html", form=form, one=wrong, fields=[form[name] for name in _ASKED])


@case_page("case.note", tab="parties", shows="party", methods=READ_AND_POST)
def end(page: CasePage, party_id: UUID) -> HttpResponse:
    """Somebody turns out to have no part in the case."""
    one = _one(parties_of(page.case, page.actor), party_id)
    if one.party.is_ended:
        return page.done("parties", "already")
    form = EndForm(page.sent())
    if page.is_sent and form.is_valid():
        with form.refusals("reason"):
            end_party(
                page.case, party_id, form.cleaned_data["reason"], actor=page.actor, about=form.cleaned_data["about"]
            )
            return page.done_or_away("parties", "ended")
    return page.show("cases/parties/party.html", form=form, one=one, fields=[form["reason"]], ends=True)


_ASKED = ("part", "name", "role", "contact", "speaks_for")


def _add(page: CasePage, form: PartyForm, corrects: UUID | None = None) -> None:
    given = form.cleaned_data
    add_party(
        page.case,
        given["part"],
        form.words(),
        actor=page.actor,
        token=given["token"],
        speaks_for=UUID(given["speaks_for"]) if given["speaks_for"] else None,
        corrects=corrects,
        about=given["about"],
    )


def _one(known: list[OpenedParty], party_id: UUID) -> OpenedParty:
    one = next((one for one in known if one.party.id == party_id), None)
    if one is None:
        raise Http404
    return one
