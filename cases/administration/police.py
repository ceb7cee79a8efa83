"""The fixed contact of an organisation at the police, and the keyword that was agreed: kept by the administrator, read by who
decides in a case about the police."""

from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.events import CaseEvent
from cases.models import PoliceContact
from organisations.access.policy import Actor
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.models import Organisation
from vault import ledger
from vault.keyring.keys import Codes

PURPOSE, MOST = "police", 120
NOTICES = Notices({"kept": Notice(_("Kept. Who decides about the police in a case reads it there."))})


@dataclass(frozen=True)
class Police:
    """Whom to call, how, and the word that both know; empty where none was agreed."""

    name: str
    reach: str
    keyword: str = ""


class PoliceForm(DeskForm):
    name = forms.CharField(
        label=_("Fixed contact at the police"),
        help_text=_("Name or function, for example: the operational expert of our district."),
        max_length=MOST,
        error_messages={"required": _("Fill this in.")},
    )
    reach = forms.CharField(
        label=_("How do you reach this contact?"),
        help_text=_("Number or mail address, also outside office hours."),
        max_length=MOST,
        error_messages={"required": _("Fill this in.")},
    )
    keyword = forms.CharField(
        label=_("Agreed keyword"),
        help_text=_("With this word the police know at once that it is about your organisation. Sealed."),
        max_length=MOST,
        required=False,
    )


def police_of(organisation: Organisation) -> Police | None:
    """The contact of an organisation; None where none was kept."""
    row = PoliceContact.objects.filter(organisation=organisation).first()
    given: dict[str, Any] = Codes().open(organisation.id, bytes(row.sealed), PURPOSE) if row else {}
    return Police(**given) if row else None


@transaction.atomic
def keep_police(police: Police, *, actor: Actor) -> None:
    """Keep the contact in place of the one before. The caller has asked `may(actor, "admin.police")`."""
    organisation = actor.organisation
    sealed = Codes().seal(organisation.id, asdict(police), PURPOSE)
    PoliceContact.objects.update_or_create(organisation=organisation, defaults={"sealed": sealed})
    ledger.record(organisation.id, CaseEvent.POLICE_KEPT, actor=actor.person.id)


@at_work("admin.police")
def police(request: WorkRequest) -> HttpResponse:
    """The administrator's page. Nothing of a case is ever on it."""
    known = police_of(request.actor.organisation)
    form = PoliceForm(request.POST if request.method == "POST" else None, initial=asdict(known) if known else {})
    if request.method == "POST" and form.is_valid():
        keep_police(Police(**form.cleaned_data), actor=request.actor)
        return done(reverse("case_administration:police"), "kept")
    context = {"section": "admin", "form": form, "notice": NOTICES.of(request)}
    return render(request, "cases/administration/police.html", context, status=422 if form.errors else 200)
