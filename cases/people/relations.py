"""What somebody at work is to others of the organisation: told before a report comes, so that routing passes them by."""

from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.models import Person
from organisations.people.appointments import colleagues_of, declare_relation, withdraw_relation
from organisations.people.namesakes import to_choose
from organisations.people.relations import declared_by

NOTICES = Notices(
    {
        "added": Notice(_("Recorded. It counts for every report from now on.")),
        "removed": Notice(_("Taken back. Cases from which it kept you out stay closed to you.")),
    }
)


class RelationForm(DeskForm):
    other = forms.ChoiceField(label=_("To whom are you related?"), error_messages={"required": _("Choose a person.")})
    code = forms.ChoiceField(
        label=_("What are you to each other?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you are to each other.")},
    )

    def __init__(self, data: QueryDict | None, *, people: list[Person]) -> None:
        super().__init__(data)
        self.choose_from("other", [("", _("Choose")), *to_choose(people)])
        self.choose_from("code", [(code.id, str(code)) for code in code_list("personal_relation").codes])


@at_work("relations.own")
def relations(request: WorkRequest) -> HttpResponse:
    actor = request.actor
    people = colleagues_of(actor.person, actor.organisation)
    withdrawn = request.POST.get("withdraw", "")
    form = RelationForm(request.POST if request.method == "POST" and not withdrawn else None, people=people)
    if withdrawn:
        if (relation := _as_uuid(withdrawn)) and withdraw_relation(actor.person, actor.organisation, relation):
            return done(request.path, "removed")
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        other = next(person for person in people if str(person.id) == form.cleaned_data["other"])
        declare_relation(actor.person, actor.organisation, other, form.cleaned_data["code"])
        return done(request.path, "added")
    context = {
        "section": "work",
        "form": form,
        "declared": declared_by(actor.person),
        "notice": NOTICES.of(request),
    }
    return render(request, "cases/people/relations.html", context, status=422 if form.errors else 200)


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
