"""A redaction: who masks what and on which ground, and the second person who checks it.

Each change is a new version, sealed with the case; the texts never change. A text whose masks nobody looked at leaves
with no export.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import opened_file
from cases.desk.refusals import NotAllowed, Refused
from cases.events import CaseEvent
from cases.masking.grounds import grounds
from cases.masking.masking import Stretch, fold, marked
from cases.models import Case, Masks, Redaction
from cases.people.hearing import hear
from cases.people.words.purposes import MASKS as PURPOSE
from cases.people.words.purposes import REDACTION_REMARK as REMARK
from cases.people.words.purposes import REDACTION_TITLE as TITLE
from cases.redaction.source import Source
from cases.redaction.sources import sources_of
from organisations.access.policy import Actor
from organisations.access.recusal import rows_of_one
from organisations.desk.numbers import next_number
from organisations.desk.sent_once import sent_before
from vault import ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, texts, write_text

WORDS = "words"
MOST_WORDS = 200
MIN_WORDS = 10
State = Redaction.State


@dataclass(frozen=True)
class ChosenMasks:
    """The masks of one thing: {number of its part: ground}, for what has this hash. `version` counts from 1."""

    hash: str = ""
    grounds: dict[int, str] = field(default_factory=dict)
    reason: str = ""
    version: int = 0


@dataclass(frozen=True)
class OpenedRedaction:
    """A redaction with everything opened: title, masks by text, words, and why it was sent back."""

    redaction: Redaction
    title: str
    remark: str
    words: dict[str, str]
    words_version: int
    reason: str
    chosen: dict[str, ChosenMasks]
    versions: int  # as :func:`versions` counts them
    masked_by: frozenset[UUID]  # the people

    def may_be_checked_by(self, person: UUID) -> bool:
        """Whether the page offers it; the act judges by :func:`can_check`."""
        return person != self.redaction.made_by_id and person not in self.masked_by

    def is_gone_through(self, source: Source) -> bool:
        """Whether somebody looked at exactly this text."""
        chosen = self.chosen.get(source.id)
        return chosen is not None and chosen.hash == source.hash

    def pieces(self, source: Source) -> list[Stretch]:
        """A text in stretches, with the masks of its sentences and of the words."""
        chosen = self.chosen.get(source.id)
        return marked(source.words, chosen.grounds if chosen and chosen.hash == source.hash else {}, self.words)

    @property
    def reasons(self) -> list[str]:
        """The words that were given for "another ground", each once."""
        return list(
            dict.fromkeys(reason for reason in (self.reason, *(c.reason for c in self.chosen.values())) if reason)
        )


@transaction.atomic
def begin_redaction(case: Case, title: str, *, actor: Actor, token: UUID, about: str = "") -> Redaction:
    """Begin a redaction. The same page (`token`) sent twice begins one; `about` as for :func:`hear`. Raises NotAllowed and
    AskFirst."""
    case, key = opened_file(case, actor, "case.redact")
    if existing := sent_before(case.redactions.all(), token):
        return existing[0]
    number = next_number(case.redactions.all())
    redaction = Redaction.objects.create(
        case=case, number=number, title=write_text(key, TITLE, title.strip()).id, made_by=actor.person, token=token
    )
    ledger.record(case.id, CaseEvent.REDACTION_BEGUN, actor=actor.person.id, number=number)
    hear(case, title, about, actor=actor)
    return redaction


@transaction.atomic
def mask_text(
    case: Case,
    number: int,
    source: str,
    *,
    grounds_of: Mapping[int, str],
    reason: str,
    version: int,
    actor: Actor,
    about: str = "",
) -> None:
    """Keep all masks of one thing, {number of its part: ground}: a sentence, a square of a picture, a page, or all of it. An
    empty one says that nothing has to be masked.

    `source` is its id, `version` that of the page, `about` as for :func:`hear`. Raises Refused, NotAllowed and AskFirst.
    """
    case, key = opened_file(case, actor, "case.redact")
    row = _draft(case, number)
    text = next((candidate for candidate in sources_of(case, actor) if candidate.id == source), None)
    if text is None:
        raise NotAllowed
    try:
        most = text.units
    except FileNotFoundError:
        raise Refused(_("The file is not in the store. Tell who runs this server.")) from None
    if any(not 0 <= at < most for at in grounds_of):
        raise Refused(_("The text has changed. Look at it again."))
    _judge(grounds_of.values(), reason)
    body = {"hash": text.hash, "grounds": {str(at): code for at, code in grounds_of.items()}, "reason": reason.strip()}
    _keep(row, source, body, version, key, actor, about)


@transaction.atomic
def mask_words(
    case: Case, number: int, words: Mapping[str, str], *, reason: str, version: int, actor: Actor, about: str = ""
) -> None:
    """Keep the words that are masked in every text, {word: ground}. `version` is that of the page, `about` as
    for :func:`hear`. Raises Refused, NotAllowed and AskFirst."""
    case, key = opened_file(case, actor, "case.redact")
    row = _draft(case, number)
    for word in words:
        if not fold(word):
            raise Refused(_("“%(word)s” has no letters or digits.") % {"word": word})
    if len(words) > MOST_WORDS:
        raise Refused(_("At most %(count)d words.") % {"count": MOST_WORDS})
    _judge(words.values(), reason)
    _keep(row, WORDS, {"words": dict(words), "reason": reason.strip()}, version, key, actor, about)


@transaction.atomic
def offer(case: Case, number: int, *, actor: Actor) -> None:
    """Ask a second person to check the redaction. Raises Refused and NotAllowed."""
    case, _key = opened_file(case, actor, "case.redact")
    row = _draft(case, number)
    if not row.masks.exclude(source=WORDS).exists():
        raise Refused(_("Go through at least one text first."))
    row.state = State.OFFERED
    row.save(update_fields=["state"])
    ledger.record(case.id, CaseEvent.REDACTION_OFFERED, actor=actor.person.id, number=number)


@transaction.atomic
def check_redaction(
    case: Case, number: int, *, approve: bool, remark: str, seen: int, actor: Actor, about: str = ""
) -> None:
    """A second person, who masked nothing in it, approves the redaction or sends it back with words. `seen` is how
    many versions of masks the page showed (:func:`versions`), `about` as for :func:`hear`. Raises Refused, NotAllowed and
    AskFirst."""
    case, key = opened_file(case, actor, "case.redact")
    row = case.redactions.select_for_update().filter(number=number, state=State.OFFERED).first()
    if row is None:
        raise Refused(_("This was checked already. Here is how it stands."))
    if not can_check(row, actor):
        raise Refused(_("You masked in it yourself. Somebody else of this case must check."))
    if seen != versions(row):
        raise Refused(_("Meanwhile the masks changed. Look at all of it again."))
    if not approve and len(remark.strip()) < MIN_WORDS:
        raise Refused(_("Say what has to change, in at least %(count)d characters.") % {"count": MIN_WORDS})
    if approve and (changed := _changed(case, row, key, actor)):
        raise Refused(_("This text has changed since it was masked: %(label)s. Send it back.") % {"label": changed})
    row.state = State.APPROVED if approve else State.DRAFT
    row.checked_by, row.checked_at = actor.person, timezone.now()
    row.remark = write_text(key, REMARK, remark.strip()).id if remark.strip() else None
    row.save()
    event = CaseEvent.REDACTION_APPROVED if approve else CaseEvent.REDACTION_SENT_BACK
    ledger.record(case.id, event, actor=actor.person.id, number=number)
    hear(case, remark, about, actor=actor)


def versions(row: Redaction) -> int:
    """How often somebody masked in it. The number only grows, so a page with another number shows something else."""
    return row.masks.count()


def can_check(row: Redaction, actor: Actor) -> bool:
    """Whether the actor is another human than who made the redaction and who masked in it."""
    maskers = row.masks.values_list("made_by", flat=True)
    return not rows_of_one(actor.person.id, {row.made_by_id, *maskers})


def open_redaction(row: Redaction, key: ContentKey) -> OpenedRedaction:
    """The redaction with everything opened by the key of the file. The newest version of the masks of each text
    counts."""
    every = list(row.masks.order_by("version"))
    latest: dict[str, Masks] = {masks.source: masks for masks in every}
    wanted = [row.title, *(masks.masks for masks in latest.values()), *([row.remark] if row.remark else [])]
    sealed = {row.id: read_text(key, row) for row in texts(row.case_id, Compartment.FILE).filter(id__in=wanted)}
    words: dict[str, Any] = json.loads(sealed[latest[WORDS].masks]) if WORDS in latest else {"words": {}, "reason": ""}
    chosen = {}
    for source, masks in latest.items():
        if source != WORDS:
            body = json.loads(sealed[masks.masks])
            by_number = {int(at): code for at, code in body["grounds"].items()}
            chosen[source] = ChosenMasks(body["hash"], by_number, body["reason"], masks.version)
    return OpenedRedaction(
        redaction=row,
        title=sealed[row.title],
        remark=sealed[row.remark] if row.remark else "",
        words=words["words"],
        words_version=latest[WORDS].version if WORDS in latest else 0,
        reason=words["reason"],
        chosen=chosen,
        versions=len(every),
        masked_by=frozenset(masks.made_by_id for masks in every),
    )


def titles_of(case: Case, key: ContentKey) -> list[tuple[Redaction, str]]:
    """All redactions of a case with what they are for, newest first."""
    sealed = sealed_by_id(case.id, Compartment.FILE, TITLE)
    rows = case.redactions.select_related("made_by", "checked_by")
    return [(row, read_text(key, sealed[row.title])) for row in rows]


def _draft(case: Case, number: int) -> Redaction:
    row = case.redactions.filter(number=number).first()
    if row is None:
        raise NotAllowed
    if row.state != State.DRAFT:
        raise Refused(_("This redaction is being checked or was approved. Nothing changes in it any more."))
    return row


def _judge(codes, reason: str) -> None:
    used = set(codes)
    if used - set(grounds()):
        raise Refused(_("Choose a ground from the list."))
    if any(grounds()[code].asks_reason for code in used) and len(reason.strip()) < MIN_WORDS:
        raise Refused(_("Say which other ground, in at least %(count)d characters.") % {"count": MIN_WORDS})


def _keep(row: Redaction, source: str, body: dict, version: int, key: ContentKey, actor: Actor, about: str) -> None:
    """Keep the next version, and hear the words that are new in it. A page that was sent twice finds its own version here already; an old page is refused."""
    last = row.masks.filter(source=source).order_by("-version").first()
    newest = json.loads(read_text(key, texts(row.case_id, Compartment.FILE).get(id=last.masks))) if last else {}
    if (last and last.version != version) or (not last and version):
        if newest == body:
            return
        raise Refused(_("Meanwhile somebody masked here too. Look again; what you chose is still on this page."))
    sealed = write_text(key, PURPOSE, json.dumps(body))
    Masks.objects.create(redaction=row, source=source, version=version + 1, masks=sealed.id, made_by=actor.person)
    ledger.record(
        row.case_id, CaseEvent.REDACTION_MASKED, actor=actor.person.id, number=row.number, version=version + 1
    )
    hear(row.case, "\n".join(_typed(body) - _typed(newest)), about, actor=actor)


def _typed(body: Mapping[str, Any]) -> set[str]:
    return {body.get("reason", ""), *body.get("words", ())}


def _changed(case: Case, row: Redaction, key: ContentKey, actor: Actor) -> str:
    """The label of a text that is not what it was when it was masked; empty when no text has changed."""
    opened = open_redaction(row, key)
    changed = (
        source
        for source in sources_of(case, actor)
        if source.id in opened.chosen and not opened.is_gone_through(source)
    )
    return next((source.label for source in changed), "")
