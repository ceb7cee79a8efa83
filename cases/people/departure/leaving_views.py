"""The administrator's pages on which a role, a function or a sign-in ends. They tell nothing of cases, not even whether
there are any."""

from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.desk.refusals import Refused
from cases.people.departure import ending
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.models import Function, Held, Organisation, Person, Role
from organisations.names import plain
from organisations.people.namesakes import names_at_work, names_in_list

NOTICES = Notices(
    {
        "asked": Notice(
            _("Asked. It happens when a second person opens “End” here and agrees. Until then nothing changes.")
        ),
        "ended": Notice(_("Ended. What has to go to somebody else goes to the next who is free.")),
        "signed_out": Notice(
            _("This person can sign in no more. What has to go to somebody else goes to the next who is free.")
        ),
    }
)
HELD: dict[str, type[Role] | type[Function]] = {  # {name of the page that ends it: what}
    "case_administration:end_role": Role,
    "case_administration:end_function": Function,
}
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class StaffMember:
    """Somebody of the organisation with what they hold today or will: (name of the page that ends it, role or function)."""

    person: Person
    held: list[tuple[str, Held]] = field(default_factory=list)


@require_safe
@at_work("admin.agree")
def staff(request: WorkRequest) -> HttpResponse:
    """Everybody of the organisation, with what they are and since when."""
    members = _members(request.actor.organisation)
    context = {
        "section": "admin",
        "organisation": request.actor.organisation,
        "members": members,
        "called": names_in_list(member.person for member in members),
        "notice": NOTICES.of(request),
    }
    return render(request, "cases/people/staff.html", context)


@read_or_write
@at_work("admin.agree")
def end(request: WorkRequest, what: type[Role] | type[Function], held_id: int) -> HttpResponse:
    """End a role or function, after a page that says what follows."""
    held = get_object_or_404(_held(what, request.actor.organisation), id=held_id)
    return _confirmed(request, held.person, held, "ended")


@read_or_write
@at_work("admin.agree")
def end_sign_in(request: WorkRequest, person_id: UUID) -> HttpResponse:
    """Let somebody sign in no more, after a page that says what follows."""
    members = {member.person.id: member.person for member in _members(request.actor.organisation)}
    person = get_object_or_404(Person.objects.filter(id__in=members, is_active=True).exclude(email=None), id=person_id)
    return _confirmed(request, person, None, "signed_out")


def _confirmed(request: WorkRequest, person: Person, held: Role | Function | None, what: str) -> HttpResponse:
    actor, form = request.actor, DeskForm(request.POST or None)
    if form.is_valid():
        try:
            has_ended = ending.end(person, held, actor=actor)
            return done(reverse("case_administration:staff"), what if has_ended else "asked")
        except Refused as cannot:
            form.add_error(None, cannot.message)
    asked = ending.asked_before(person, held)
    seconds = ending.seconds(person, actor.organisation, actor.person)
    shown = [person, *seconds, *([asked.asked_by] if asked else [])]
    context = {
        "section": "admin",
        "form": form,
        "person": person,
        "held": held,
        "organisation": actor.organisation,
        "is_self": person == actor.person,
        "needs_two": ending.needs_two(person, held, actor.organisation),
        "asked": asked,
        "is_asked_by_other": asked is not None and not ending.is_own(asked, actor.person),
        "seconds": seconds,
        "called": names_at_work(shown, actor.organisation.id),
    }
    return render(request, "cases/people/end_held.html", context, status=422 if form.errors else 200)


def _held(what: type[Role] | type[Function], organisation: Organisation):
    return what.objects.not_over(timezone.localdate()).filter(organisation=organisation).select_related("person")


def _members(organisation: Organisation) -> list[StaffMember]:
    members: dict[UUID, StaffMember] = {}
    for page, what in HELD.items():
        for held in _held(what, organisation):
            members.setdefault(held.person_id, StaffMember(held.person)).held.append((page, held))
    return sorted(members.values(), key=_by_surname)


def _by_surname(member: StaffMember) -> tuple[str, str, str]:
    person = member.person
    return plain(person.surname or person.name), plain(person.name), str(person.id)
