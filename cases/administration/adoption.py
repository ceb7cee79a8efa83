"""An organisation's own protocol: the version that is being written, putting it into force, and which version a case
gets."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from cases.desk.keys import locked
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Case, CaseTrack, OwnProtocol
from cases.models.own.protocol import own_protocol
from cases.protocol.checking.checker import ProtocolFinding, check_protocol
from cases.protocol.checking.contradictions import MarkedSentence, marked
from cases.protocol.composition import NONE, ProtocolChanges, compose, fitting, national
from cases.protocol.definitions import Protocol
from cases.protocol.floor import asks_less
from cases.protocol.installed import template_for
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.protocol.showing.sentences import sentences
from organisations.access.policy import Actor, may
from organisations.codes import code_list
from organisations.models import Organisation
from vault import ledger


class Unfair(Exception):
    """The checker refuses the protocol. `findings` says what is wrong."""

    def __init__(self, findings: list[ProtocolFinding]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


class Unread(Exception):
    """A sentence of an own text may contradict a rule, and nobody said that they read it."""


class ProtocolChangedMeanwhile(Exception):
    """Somebody else changed the protocol since the page was made."""


@dataclass(frozen=True)
class ProtocolDraft:
    """The version that is being written, beside the one in force (None: the national one). `base` is the id of the
    national protocol, of which the draft has today's blocks. `lost`: what of the changes does not fit those, in words."""

    base: str
    changes: ProtocolChanges
    revision: int
    in_force: OwnProtocol | None
    lost: list[str] = field(default_factory=list)

    @property
    def is_behind(self) -> bool:
        """Whether there is a newer national version than that of which the one in force was made."""
        return self.in_force is not None and self.in_force.base_version != national(self.base).version

    @property
    def before(self) -> ProtocolChanges:
        return ProtocolChanges.model_validate(self.in_force.changes) if self.in_force else NONE

    @property
    def is_changed(self) -> bool:
        """Whether something was written that can be adopted."""
        return self.revision > 0 and (self.changes != self.before or self.is_behind)

    @property
    def protocol(self) -> Protocol:
        return compose(self.base, self.changes, version=_("draft"))

    @property
    def marked(self) -> list[MarkedSentence]:
        """The sentences of its own texts that somebody must read before it is adopted."""
        return marked(self.base, self.changes)

    @property
    def differences(self) -> list[str]:
        """What changes for people when the draft is adopted; nothing where it cannot be composed (see `findings`)."""
        before = own_protocol(self.in_force.id) if self.in_force else national(self.base)
        try:
            return protocol_differences(before, self.protocol)
        except ValueError:
            return []


def in_force(organisation: Organisation, base: str, day: date | None = None) -> OwnProtocol | None:
    """The version of the organisation that is in force on a day (today); None for the national protocol. `base` is the
    id of the national protocol."""
    day = day or timezone.localdate()
    rows = organisation.protocols.filter(base=base, published_on__isnull=False, effective_on__lte=day)
    return rows.order_by("-effective_on", "-number").first()


def with_own_protocol(day: date) -> set[UUID]:
    """The ids of the organisations that have a protocol of their own in force on a day."""
    rows = OwnProtocol.objects.filter(published_on__isnull=False, effective_on__lte=day)
    return set(rows.values_list("organisation", flat=True))


def protocol_in_force(organisation: Organisation, kind: str) -> tuple[OwnProtocol | None, Protocol]:
    """What a new case of this kind runs: the row of the organisation (None: the national protocol), and the protocol."""
    base = template_for(kind)
    own = in_force(organisation, base)
    return own, own_protocol(own.id) if own else national(base)


def draft_of(organisation: Organisation, base: str) -> ProtocolDraft:
    """The version that is being written; without one, a draft with the changes of the last published version. Both are of
    today's blocks."""
    draft = organisation.protocols.filter(base=base, published_on=None).first()
    last = organisation.protocols.filter(base=base, published_on__isnull=False).order_by("-number").first()
    row = draft or last
    if row is None:
        return ProtocolDraft(base, NONE, 0, None)
    changes, lost = fitting(base, ProtocolChanges.model_validate(row.changes), row.base_version)
    return ProtocolDraft(base, changes, draft.revision if draft else 0, last, lost)


def findings(base: str, changes: ProtocolChanges) -> list[ProtocolFinding]:
    """What the checker finds wrong with these changes; empty when they may be adopted."""
    try:
        return check_protocol(compose(base, changes))
    except ValidationError as error:
        return [ProtocolFinding("names", str(problem["msg"])) for problem in error.errors()]
    except ValueError as error:
        return [ProtocolFinding("names", str(error))]


@transaction.atomic
def save(actor: Actor, base: str, changes: ProtocolChanges, *, revision: int) -> ProtocolDraft:
    """Keep the draft. `revision` is that of the page.

    Raises :class:`ProtocolChangedMeanwhile` for a stale page, and :class:`Unfair` where the checker refuses the draft;
    nothing has changed then, and the protocol in force stays.
    """
    if problems := findings(base, changes):
        raise Unfair(problems)
    organisation = Organisation.objects.select_for_update().get(id=actor.organisation.id)
    draft = organisation.protocols.filter(base=base, published_on=None).first()
    if (draft.revision if draft else 0) != revision:
        raise ProtocolChangedMeanwhile
    if draft is None:
        last = organisation.protocols.filter(base=base).order_by("-number").first()
        draft = OwnProtocol(organisation=organisation, base=base, number=last.number + 1 if last else 1)
    draft.changes, draft.base_version = changes.model_dump(), national(base).version
    draft.revision += 1
    draft.save()
    ledger.record(organisation.id, CaseEvent.PROTOCOL_WRITTEN, actor=actor.person.id, base=base, number=draft.number)
    return draft_of(organisation, base)


@transaction.atomic
def publish(actor: Actor, base: str, *, revision: int, effective_on: date, read: Collection[str] = ()) -> OwnProtocol:
    """Put the draft into force from a day on. `read` are the ids of the marked sentences that this person read.

    Raises :class:`ProtocolChangedMeanwhile`, :class:`Unfair`, and :class:`Unread` where a marked sentence was not read.
    """
    organisation = Organisation.objects.select_for_update().get(id=actor.organisation.id)
    draft = organisation.protocols.filter(base=base, published_on=None).first()
    if draft is None or draft.revision != revision:
        raise ProtocolChangedMeanwhile
    changes, _lost = fitting(base, ProtocolChanges.model_validate(draft.changes), draft.base_version)
    if problems := findings(base, changes):
        raise Unfair(problems)
    to_read = [sentence.id for sentence in marked(base, changes)]
    if set(to_read) - set(read):
        raise Unread
    draft.changes, draft.base_version = changes.model_dump(), national(base).version
    draft.published_on, draft.published_by = timezone.localdate(), actor.person
    draft.effective_on = max(effective_on, draft.published_on)
    draft.save()
    ledger.record(
        organisation.id,
        CaseEvent.PROTOCOL_PUBLISHED,
        actor=actor.person.id,
        base=base,
        number=draft.number,
        read=",".join(to_read),
    )
    return draft


@transaction.atomic
def drop(actor: Actor, base: str) -> None:
    """Throw the draft away."""
    actor.organisation.protocols.filter(base=base, published_on=None).delete()
    ledger.record(actor.organisation.id, CaseEvent.PROTOCOL_DROPPED, actor=actor.person.id, base=base)


def protocol_differences(before: Protocol, after: Protocol) -> list[str]:
    """What changes for people who work with the protocol, one line for each change, sorted."""
    said = []
    for phase in before.phases.keys() - after.phases.keys():
        said.append(_("The step “%(step)s” goes.") % {"step": before.title_of(phase)})
    for phase in after.phases.keys() - before.phases.keys():
        said.append(_("The step “%(step)s” comes.") % {"step": after.title_of(phase)})
    old, new = dict(before.every_decision()), dict(after.every_decision())
    said += [_("“%(decision)s” goes.") % {"decision": old[code].label} for code in old.keys() - new.keys()]
    said += [_("“%(decision)s” comes.") % {"decision": new[code].label} for code in new.keys() - old.keys()]
    relation = code_list("relation")
    for code in old.keys() & new.keys():
        if set(old[code].who) != set(new[code].who):
            who = ", ".join(str(relation[decider]) for decider in new[code].who)
            said.append(_("“%(decision)s” is decided by: %(who)s.") % {"decision": new[code].label, "who": who})
        asked, asks = sentences(before, old[code]), sentences(after, new[code])
        words = {"decision": new[code].label}
        said += [_("“%(decision)s” no longer asks: %(rule)s") % {**words, "rule": rule} for rule in asked if rule not in asks]  # fmt: skip
        said += [_("“%(decision)s” asks from now on: %(rule)s") % {**words, "rule": rule} for rule in asks if rule not in asked]  # fmt: skip
    for deadline in before.deadline_lengths.keys() | after.deadline_lengths.keys():
        was = before.deadline_lengths.get(deadline, deadline_kinds()[deadline].length)
        will = after.deadline_lengths.get(deadline, deadline_kinds()[deadline].length)
        if was != will:
            said.append(
                _("“%(deadline)s” was %(was)d and becomes %(will)d.")
                % {"deadline": deadline_kinds()[deadline].label, "was": was, "will": will}
            )
    texts = {article.block: str(article.text) for article in before.articles}
    said += [
        _("The text of “%(article)s” changes.") % {"article": article.title}
        for article in after.articles
        if article.block in texts and texts[article.block] != str(article.text)
    ]
    return sorted(said)


def offered(case: Case) -> OwnProtocol | None:
    """A newer version of the organisation with which a running case could go on."""
    newest = in_force(case.organisation, case.protocol_id)
    return newest if newest and newest.id != case.own_protocol_id and case.is_open else None


@transaction.atomic
def move_to(case: Case, own: OwnProtocol, *, actor: Actor, revision: int) -> Case:
    """Let a running case go on with a newer version. Deadlines that run keep their day. `revision` is that of the page.
    Raises Refused, also where the new version asks less: nobody lightens the rules of a case that runs."""
    case = locked(case)
    if not may(actor, "case.decide", case) or offered(case) != own or case.revision != revision:
        raise Refused(_("The case has changed. Look at it again."))
    after = own_protocol(own.id)
    if not {case.phase, case.previous_phase or case.phase} <= set(after.phases):
        raise Refused(_("The new version does not have the step in which the case is. Finish this step first."))
    if less := asks_less(case.protocol, after):
        raise Refused(
            _("The new version asks less of this case. It goes on with the version with which it began. %(less)s")
            % {"less": " ".join(less)}
        )
    case.own_protocol, case.protocol_version = own, own.version
    case.revision += 1
    case.save()
    for row in case.tracks.all():
        if row.track not in after.tracks or row.state not in after.tracks[row.track].states:
            row.delete()
    _say_again(case, after)
    ledger.record(case.id, CaseEvent.PROTOCOL_RENEWED, actor=actor.person.id, version=own.version)
    return case


def _say_again(case: Case, protocol: Protocol) -> None:
    """What earlier decisions say of a track that the case did not have: a threat that was weighed as high stays high."""
    rules, states = dict(protocol.every_decision()), dict[str, str]()
    known = set(case.tracks.values_list("track", flat=True))
    for code in case.decisions.order_by("sequence").values_list("code", flat=True):
        states |= rules[code].moves if code in rules else {}
    CaseTrack.objects.bulk_create(
        CaseTrack(case=case, track=track, state=state) for track, state in states.items() if track not in known
    )
