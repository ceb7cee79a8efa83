"""The name of a confidential reporter: only the confidential adviser holds it, and gives a copy of the key to one
person.

That happens with the reporter's consent, or because the law demands it. In the second case the reporter is told
beforehand why, in writing, unless that would endanger the inquiry (Wbk 1a lid 3). The adviser is the second person:
nobody opens the name alone.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import key_of, locked
from cases.desk.refusals import NotAllowed, Refused
from cases.desk.two_people import agree_to, refuse_same, turn_down, waiting
from cases.events import CaseEvent
from cases.identity.identity import allow
from cases.identity.rules import Way, identity_rules
from cases.job_kinds import CaseJob
from cases.models import Case, IdentityRelease, IdentityRequest
from cases.people.hearing import hear
from cases.people.words.purposes import IDENTITY_GROUND as PURPOSE
from jobs.outbox import enqueue
from organisations.access.policy import Actor
from reporting.dialogue.dialogue import answer_reporter
from reporting.dialogue.progress import tell
from reporting.questions.reading import Answered, answers
from vault import ledger
from vault.compartments import Compartment, add_reader, read_text, texts, write_text
from vault.keyring.keys import ensure_key_pair, key_pair_of

MIN_WORDS = 10
Ground = IdentityRelease.Ground


@dataclass(frozen=True)
class Duty:
    """What is asked where the law demands a name without consent: which law it is, and what the reporter is told, or
    why they are not told."""

    legal_source: str = ""
    reasons: str = ""
    not_told_because: str = ""


@transaction.atomic
def know_identity(case: Case, *, actor: Actor) -> list[Answered]:
    """The name, for the confidential adviser. No second person is asked: the adviser is the one who talks with the
    reporter. Raises Refused and NotAllowed."""
    allow(actor, "identity.know", case)
    name = answers(case.report, key_of(case, Compartment.IDENTITY, actor))
    ledger.record(case.id, CaseEvent.IDENTITY_KNOWN, actor=actor.person.id)
    return name


@transaction.atomic
def refuse_release(case: Case, request: UUID, *, actor: Actor) -> None:
    """The reporter does not consent. Raises Refused and NotAllowed."""
    case, asked = _waiting(case, request, actor)
    turn_down(asked, actor=actor)
    ledger.record(case.id, CaseEvent.IDENTITY_NO_CONSENT, actor=actor.person.id, person=str(asked.asked_by_id))


@transaction.atomic
def release_with_consent(case: Case, request: UUID, *, consent_by: str, actor: Actor) -> IdentityRelease:
    """The reporter consented: who asked gets a copy of the key, for as many days as the rule says. `consent_by` is a
    code of identity.yaml. Raises Refused and NotAllowed."""
    case, asked = _waiting(case, request, actor)
    if consent_by not in identity_rules().consent_by:
        raise Refused(_("Say how the reporter consented."))
    return _release(case, asked, actor, Ground.CONSENT, Duty(), consent_by)


@transaction.atomic
def release_by_law(case: Case, request: UUID, *, duty: Duty, actor: Actor, about: str = "") -> IdentityRelease:
    """The reporter does not consent, and the law demands the name. The reporter is told first, and the name opens some
    days later.

    Where telling would endanger the inquiry that is recorded, and the reporter is told as soon as possible.
    `about` as for :func:`hear`. Raises Refused, NotAllowed and AskFirst.
    """
    case, asked = _waiting(case, request, actor)
    if not identity_rules().motives[asked.motive].without_consent:
        raise Refused(_("Without consent the name opens only for a legal duty. Refuse this request."))
    if len(duty.legal_source.strip()) < MIN_WORDS:
        raise Refused(_("Say which law demands the name, in at least %(count)d characters.") % {"count": MIN_WORDS})
    told = duty.not_told_because if duty.not_told_because.strip() else duty.reasons
    if len(told.strip()) < MIN_WORDS:
        raise Refused(
            _(
                "Write to the reporter why, in at least %(count)d characters; or say why that would endanger the inquiry."
            )
            % {"count": MIN_WORDS}
        )
    release = _release(case, asked, actor, Ground.LEGAL_DUTY, duty, "")
    hear(case, "\n".join(vars(duty).values()), about, actor=actor)
    return release


@transaction.atomic
def tell_reporter(case: Case, release: UUID, *, reasons: str, actor: Actor, about: str = "") -> None:
    """Telling does not endanger the inquiry any more: the reporter reads that the name was opened, and why. `about`
    as for :func:`hear`. Raises Refused, NotAllowed and AskFirst."""
    case = locked(case)
    allow(actor, "identity.know", case)
    row = IdentityRelease.objects.select_for_update().filter(id=release, request__case=case, told_on=None).first()
    if row is None:
        raise Refused(_("The reporter knows already."))
    if len(reasons.strip()) < MIN_WORDS:
        raise Refused(_("Write to the reporter why, in at least %(count)d characters.") % {"count": MIN_WORDS})
    row.told_on = timezone.localdate()
    row.save(update_fields=["told_on"])
    _write_to_reporter(case, reasons, actor)
    tell(case.report, "identity_opened" if row.request.opened else "identity_will_open")
    ledger.record(case.id, CaseEvent.IDENTITY_TOLD, actor=actor.person.id)
    hear(case, reasons, about, actor=actor)


def untold(case: Case) -> list[IdentityRelease]:
    """The releases of which the reporter does not know yet."""
    return list(IdentityRelease.objects.filter(request__case=case, told_on=None).select_related("request"))


def duty_of(case: Case, release: IdentityRelease, actor: Actor) -> Duty:
    """The opened words of a release."""
    key = key_of(case, Compartment.CONTENT, actor)
    row = texts(case.id, Compartment.CONTENT, PURPOSE).get(id=release.words)
    return Duty(**json.loads(read_text(key, row)))


def _waiting(case: Case, request: UUID, actor: Actor) -> tuple[Case, IdentityRequest]:
    case = locked(case)
    allow(actor, "identity.consent", case)
    asked = waiting(case.identity_requests.select_related("case").filter(id=request, way=Way.CONSENT))
    refuse_same(asked, actor)
    return case, asked


def _release(
    case: Case, asked: IdentityRequest, actor: Actor, ground: Ground, duty: Duty, consent_by: str
) -> IdentityRelease:
    rules, now = identity_rules(), timezone.now()
    not_told = bool(duty.not_told_because.strip())
    beforehand = ground == Ground.LEGAL_DUTY and not not_told
    asked.opens_from = now + timedelta(days=rules.notice_days) if beforehand else now
    asked.opens_until = asked.opens_from + timedelta(days=rules.open_days)
    asked.holds_copy = True
    agree_to(asked, actor=actor, asking="identity.ask")
    content = key_of(case, Compartment.CONTENT, actor)
    release = IdentityRelease.objects.create(
        request=asked,
        ground=ground,
        consent_by=consent_by,
        words=write_text(content, PURPOSE, json.dumps(vars(duty))).id,
        told_on=None if not_told else timezone.localdate(),
        made_by=actor.person,
    )
    through = key_pair_of(actor.organisation.id, actor.person.id)
    if through is None:
        raise NotAllowed
    reader = ensure_key_pair(asked.organisation_id, asked.asked_by_id)
    add_reader(case.id, Compartment.IDENTITY, reader, through=through)
    enqueue(CaseJob.TAKE_IDENTITY_KEY, asked.id, due=asked.opens_until)
    if beforehand:
        _write_to_reporter(case, duty.reasons, actor)
        tell(case.report, "identity_will_open")
    ledger.record(
        case.id, CaseEvent.IDENTITY_RELEASED, actor=actor.person.id, person=str(asked.asked_by_id), ground=ground.value
    )
    return release


def _write_to_reporter(case: Case, words: str, actor: Actor) -> None:
    answer_reporter(case.report, key_of(case, Compartment.CONTENT, actor), words.strip(), author=actor.person)
