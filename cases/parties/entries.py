"""What stands on a papers page: messages both ways, letters, drafts with the replies to them, and files."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.desk.keys import opened_file
from cases.desk.refusals import Refused
from cases.desk.sealed_files import seal
from cases.desk.telling import tell_who_works
from cases.events import CaseEvent
from cases.models import Bundle, BundleEntry
from cases.parties.may_read import refuse_untold
from cases.parties.opened import OpenedBundle, locked_bundle, opened_with
from cases.parties.pings import promise_ping
from cases.people.hearing import hear
from cases.people.words.purposes import BUNDLE
from cases.protocol.engine import reply_ends
from cases.protocol.kinds.parts import parts
from cases.protocol.kinds.rights import rights
from organisations.access.policy import Actor
from organisations.access.recusal import Circle
from organisations.desk.numbers import next_number
from organisations.desk.sent_once import sent_before
from organisations.models import HANDLING, Person
from reporting.evidence.custody import comparable
from reporting.evidence.intake import EvidencePiece
from reporting.evidence.refusals import NOT_KEPT
from reporting.form.persons.weighing import weigh
from vault import files, ledger
from vault.compartments import Compartment, read_text, texts, write_text
from vault.models import SealedText

MOST_ENTRIES = 1000
MOST_NAME = 100
Kind, By = BundleEntry.Kind, BundleEntry.By


@dataclass(frozen=True)
class EntryWords:
    """What is sealed of an entry. `title`: of a paper; of a file also its format, as the cleaner names it, and its bytes."""

    text: str = ""
    title: str = ""
    form: str = ""
    size: int = 0


class ReplyState(StrEnum):
    """How it stands with the reply to a draft."""

    RUNS = "runs"
    GIVEN = "given"
    WAIVED = "waived"
    PASSED = "passed"
    CUT_OFF = "cut_off"  # nothing can be added to the page any more, and the term had not passed


@dataclass(frozen=True)
class OpenedEntry:
    """An entry with its opened words. `is_new`: the side that looks had not seen it."""

    entry: BundleEntry
    words: EntryWords
    is_new: bool

    @property
    def kind_label(self) -> str:
        return str(
            {
                Kind.MESSAGE: _("Message"),
                Kind.LETTER: _("Letter"),
                Kind.DRAFT: _("Draft"),
                Kind.REPLY: _("Reply to the draft"),
                Kind.NO_REPLY: _("No reply wanted"),
                Kind.NEW_CODE: _("New code"),
                Kind.FILE: _("File"),
                Kind.REQUEST: str(rights()[self.entry.right].label) if self.entry.right else "",
                Kind.ANSWER: _("Answer to what was asked"),
                Kind.ENDED: _("This has ended"),
            }[Kind(self.entry.kind)]
        )

    @property
    def reply(self) -> ReplyState | None:
        """How it stands with the reply to a draft; None for what is no draft."""
        draft = self.entry
        if draft.reply_until is None:
            return None
        if hasattr(draft, "answered_by"):
            return ReplyState.WAIVED if draft.answered_by.kind == Kind.NO_REPLY else ReplyState.GIVEN
        if draft.reply_until < timezone.localdate():
            return ReplyState.PASSED
        return ReplyState.RUNS if draft.bundle.can_write else ReplyState.CUT_OFF

    @property
    def can_be_answered(self) -> bool:
        """Whether it is a draft without an answer, of which the term runs."""
        return self.reply == ReplyState.RUNS

    @property
    def is_overdue(self) -> bool:
        """Whether the person asked something, and the term to answer it passed without an answer."""
        by = self.entry.answer_by
        return self.entry.awaits_desk and by is not None and by < timezone.localdate()


@transaction.atomic
def put(
    bundle: Bundle,
    words: EntryWords,
    *,
    actor: Actor,
    token: bytes,
    kind: str = Kind.MESSAGE,
    file: Iterable[bytes] | None = None,
    reply_until: date | None = None,
    object_until: date | None = None,
    about: str = "",
) -> None:
    """Put a message, or the copy of a paper or file, on the page of a person. `reply_until`: the last day to reply to a draft,
    for which the protocol of the case says how long it is at least; `object_until`: to object to the decision of a letter. The same page (`token`) sent twice puts it once. `about`
    as for :func:`hear`. Raises NotAllowed, AskFirst and :class:`Refused`."""
    case, key = opened_file(bundle.case, actor, "case.decide")
    bundle = locked_bundle(bundle)
    if sent_before(BundleEntry.objects.all(), token):
        return
    if reply_until:
        _judge_term(bundle, reply_until)
    refuse_untold(bundle)
    box = opened_with(bundle, key)
    stored = seal(box.key, file) if file is not None else None
    columns: dict[str, Any] = {"reply_until": reply_until, "object_until": object_until, "file": stored}
    write(box, words, by=By.DESK, kind=kind, author=actor.person, token=token, **columns)
    ledger.record(case.id, CaseEvent.BUNDLE_ADDED, actor=actor.person.id, number=bundle.party.number, kind=kind)
    if kind == Kind.MESSAGE:
        hear(case, words.text, about, actor=actor)


def _judge_term(bundle: Bundle, reply_until: date) -> None:
    """Raises Refused for a day on which the term has not passed, or that the person cannot reach on this page."""
    first, today = reply_ends(bundle.case.protocol, timezone.now()), timezone.localdate()
    if reply_until <= today:
        raise Refused(_("Give a day that lies ahead."), "reply_until")
    if first and reply_until < timezone.localdate(first):
        words = _("In this protocol the term to reply lasts at least up to and including %(day)s.")
        raise Refused(words % {"day": date_format(timezone.localdate(first), "j F Y")}, "reply_until")
    if reply_until > bundle.until:
        words = _("This page closes on %(day)s, before the term ends. End it, and make one that lasts longer.")
        raise Refused(words % {"day": date_format(bundle.until, "j F Y")}, "reply_until")


@transaction.atomic
def write_back(
    box: OpenedBundle,
    text: str,
    *,
    token: bytes,
    kind: str = Kind.MESSAGE,
    answers: UUID | None = None,
    pieces: Iterable[EvidencePiece] = (),
    right: str = "",
) -> bool:
    """What the person writes: a message, the answer to a draft (`answers`), or what they ask (`right`, of rights.yaml), with the
    files that go with it (`pieces`). Compared with everybody who could come to read it. False when the same page was sent before. Raises :class:`Refused` and
    CannotWeigh."""
    bundle, sent = locked_bundle(box.bundle, reader=box.opened.key_pair.id), list(pieces)
    if BundleEntry.objects.filter(token=token).exists():
        return False
    draft = answer_by = None
    if kind == Kind.REQUEST:
        answer_by = _judged_request(bundle, right)
    elif kind != Kind.MESSAGE:
        draft = next((one.entry for one in read(box) if one.entry.id == answers and one.can_be_answered), None)
        if draft is None:
            raise Refused(_("You answered this already, or the term has passed. You can still write a message."))
    pieces, said = comparable(sent)
    if len(pieces) < len(sent):
        raise Refused(str(NOT_KEPT))
    weigh(bundle.case.report, Circle(unasked=(text, *said)))
    asked: dict[str, Any] = {"right": right, "answer_by": answer_by}
    entry = write(box, EntryWords(text), by=By.PARTY, kind=kind, token=token, answers=draft, **asked)
    for piece in pieces:
        if not files.claim(box.key, piece.file.loose):
            raise Refused(str(NOT_KEPT))
        words = EntryWords(title=Path(piece.name).stem[:MOST_NAME], form=piece.kind, size=piece.file.size)
        write(box, words, by=By.PARTY, kind=Kind.FILE, file=piece.file.loose.id)
    tell_who_works(bundle.case_id, "bundle", entry.id, relations=HANDLING)
    ledger.record(
        bundle.case_id, CaseEvent.BUNDLE_WRITTEN, on=timezone.localdate(), number=bundle.party.number, kind=kind
    )
    return True


def _judged_request(bundle: Bundle, right: str) -> date | None:
    """The last day of the term to answer this right; None for what the end of the case answers. Raises Refused."""
    if right not in parts()[bundle.party.part].may_ask:
        raise Refused(_("This cannot be asked here. You can still write a message."))
    if bundle.entries.asked().filter(right=right).exists():
        raise Refused(_("You asked this already, and it was not answered yet. You can still write a message."))
    return rights()[right].answer_by(timezone.localdate())


def read(box: OpenedBundle, sealed: Mapping[UUID, SealedText] | None = None) -> list[OpenedEntry]:
    """All entries, the oldest first. Nothing counts as seen by this. `sealed`: `box.texts()`, where they were looked up already."""
    if sealed is None:
        sealed = box.texts()
    rows = box.bundle.entries.select_related("author", "answered_by", "bundle__case")
    return [
        OpenedEntry(
            row, EntryWords(**json.loads(read_text(box.key, sealed[row.text]))), row.by != _own(box) and not row.seen
        )
        for row in rows
    ]


def file_of(box: OpenedBundle, sequence: int) -> tuple[EntryWords, Iterator[bytes]]:
    """The file that stands on the page under this number, with what is said of it. Raises FileNotFoundError where there is
    none."""
    entry = box.bundle.entries.filter(sequence=sequence).exclude(file=None).first()
    if entry is None or entry.file is None:
        raise FileNotFoundError
    sealed = texts(box.bundle.id, Compartment.CONTENT, BUNDLE).get(id=entry.text)
    return EntryWords(**json.loads(read_text(box.key, sealed))), files.read(box.key, entry.file)


def mark_seen(box: OpenedBundle, shown: Iterable[OpenedEntry]) -> None:
    """What the other side wrote counts as read, where it was shown (:func:`read`)."""
    if new := [one.entry.id for one in shown if one.is_new]:
        box.bundle.entries.filter(id__in=new).update(seen=True)


def write(
    box: OpenedBundle,
    words: EntryWords,
    *,
    by: str,
    kind: str,
    author: Person | None = None,
    token: bytes | None = None,
    answers: BundleEntry | None = None,
    **columns: Any,
) -> BundleEntry:
    """The next entry of a locked bundle, with other `columns` of it. What the desk writes promises the mail that says that
    something is new. Raises Refused where there is no room."""
    if by == By.DESK:
        promise_ping(box.bundle)
    number = next_number(box.bundle.entries.all(), "sequence")
    if number > MOST_ENTRIES:
        raise Refused(_("There is no room on this page any more."))
    return BundleEntry.objects.create(
        bundle=box.bundle,
        sequence=number,
        by=by,
        author=author,
        kind=kind,
        text=write_text(box.key, BUNDLE, json.dumps(asdict(words), ensure_ascii=False)).id,
        token=token,
        answers=answers,
        **columns,
    )


def _own(box: OpenedBundle) -> str:
    return By.PARTY if box.is_of_party else By.DESK
