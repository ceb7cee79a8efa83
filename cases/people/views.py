"""Who works a case."""

from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.people.concerned import questions_of, say_concerned, say_somebody_else, was_asked
from cases.people.handover import people_changes
from cases.people.handover_views import ReasonForm
from cases.people.second_person import second_person
from cases.people.words.purposes import HAND_OVER, LIFT_WORDS
from organisations.codes import code_list
from organisations.desk.notices import Notice, Notices
from organisations.models import Assignment
from organisations.people.namesakes import names_in_list
from vault.compartments import Compartment, sealed_by_id

NOTICES = Notices(
    {
        "stopped": Notice(
            _("The access has stopped. A second person says within one working day whether that is right.")
        ),
        "asked_not_free": Notice(_("Recorded. A second person, who reads the case, decides.")),
        "concerned": Notice(_("Recorded. This person stays out of it for good.")),
        "out": Notice(_("Recorded. This person is out of it now. A second person says whether it is about them.")),
        "proposed": Notice(_("Recorded. A second person must agree.")),
        "back": Notice(_("Recorded. This person need not stay out of it any more.")),
        "handed_over": Notice(_("Handed over.")),
        "asked": Notice(_("Asked. A second person of this case decides.")),
        "decided": Notice(_("Recorded.")),
        "already": Notice(_("This was changed already. Here is how it stands."), "info"),
    }
)


class AnswerForm(ReasonForm):
    """Why somebody need not stay out of a case."""

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["reason"].label = _("Why need this person not stay out?")


@case_page("case.concerned", tab="people", shows="concerned", methods=READ_AND_POST)
def concerned(page: CasePage, which: UUID) -> HttpResponse:
    """Whether the case concerns somebody who is out of it."""
    question = next((found for found in questions_of(page.case, page.actor) if found.row.id == which), None)
    if question is None:
        if was_asked(page.case, which, page.actor):
            return page.done("people", "already")
        raise Http404
    form = AnswerForm(page.sent())
    if page.is_sent and form.is_valid():
        with form.refusals("reason"):
            if page.what == "concerned":
                is_final = say_concerned(page.case, which, actor=page.actor)
                return page.done("people", "concerned" if is_final else "out")
            given = form.cleaned_data
            back = say_somebody_else(page.case, which, given["reason"], actor=page.actor, about=given["about"])
            return page.done_or_away("people", "back" if back else "proposed")
    second = second_person(page.case, question, page.actor)
    return page.show("cases/people/concerned.html", form=form, question=question, second=second)


@case_page("case.follow", tab="people", shows="people", notices=NOTICES)
def people(page: CasePage) -> HttpResponse:
    return show_people(page)


def show_people(page: CasePage) -> HttpResponse:
    """The page of who has access, also after an act on it that was refused."""
    case = page.case
    rows = list(Assignment.objects.holding().filter(case=case.id).select_related("person", "organisation"))
    order = [code.id for code in code_list("relation").codes]
    reads_file = page.may("case.file")
    sealed = sealed_by_id(case.id, Compartment.FILE, LIFT_WORDS, HAND_OVER) if reads_file else {}
    return page.show(
        "cases/people/people.html",
        assignments=sorted(rows, key=lambda row: (order.index(row.relation), row.person.name)),
        called=names_in_list(row.person for row in rows),
        actor_id=page.actor.person.id,
        told=people_changes(case, page.actor, sealed) if reads_file else [],
        questions=questions_of(case, page.actor, sealed) if reads_file else [],
        answers=page.may("case.concerned"),
        decides_transfer=reads_file,
        asked=case.transfers.filter(state="asked").select_related("to", "asked_by").first(),
        hands_over=page.may("case.hand_over"),
        gives=page.may("case.give"),
        divides=page.may("work.divide"),
        changes=page.may("case.conflict"),
    )
