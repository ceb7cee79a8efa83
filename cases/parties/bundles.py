"""What a person of the case may read and write: a papers page of their own, under keys of its own.

The person opens it with a code. Who works the case opens it with a second code, which is sealed in the file of the case: who
loses the file loses this too. Nothing of it is in the report, the mailbox of the reporter or the account of anybody.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.desk.keys import file_key, opened_file
from cases.desk.refusals import MIN_REASON, Refused
from cases.desk.sealed_files import seal
from cases.events import CaseEvent
from cases.models import Bundle, BundleEntry, Case, Party
from cases.people.hearing import hear
from cases.people.said import BUNDLE, BUNDLE_PURPOSE
from cases.protocol.parts import parts
from jobs.outbox import Promise, enqueue_all
from organisations.access.bars import not_barred
from organisations.access.policy import Actor
from organisations.access.recusal import Circle
from organisations.models import HANDLING, Assignment, Person
from reporting.form.weighing import weigh
from reporting.job_kinds import ReportJob
from reporting.pings import ping_key
from vault import ledger, receipts
from vault.compartments import (
    Compartment,
    ContentKey,
    add_reader,
    create_case_keys,
    open_with,
    read_text,
    sealed_by_id,
    texts,
    write_text,
)
from vault.keys import OrganisationKeys, recovery_key_pair
from vault.receipts import OpenedReceipt, create_reporter_key_pair, new_receipt, open_receipt

BUNDLE_CODE = "bundle_code"  # stored purpose of the sealed second code
READABLE_AFTER = timedelta(days=28)  # how long a bundle can still be read when its case has ended
LONGEST = timedelta(days=366)
MOST_ENTRIES = 1000
OPENS_NOTHING = gettext_lazy(
    "This code opens nothing. Compare it with the letter. Does the code not work any more, or was it used by somebody else? Call the number in the letter."
)
Kind, By = BundleEntry.Kind, BundleEntry.By


@dataclass(frozen=True)
class EntryWords:
    """What is sealed of an entry. `title`: of a paper; `name`: of its file."""

    text: str = ""
    title: str = ""
    name: str = ""


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
            }[Kind(self.entry.kind)]
        )

    @property
    def can_be_answered(self) -> bool:
        """Whether it is a draft without an answer, of which the term has not passed."""
        entry = self.entry
        term_runs = entry.reply_until is not None and entry.reply_until >= timezone.localdate()
        return entry.kind == Kind.DRAFT and term_runs and not hasattr(entry, "answered_by")


@dataclass(frozen=True)
class OpenedBundle:
    """A bundle that was opened by one of its two codes."""

    bundle: Bundle
    opened: OpenedReceipt
    key: ContentKey

    @property
    def is_of_party(self) -> bool:
        return self.opened.key_pair.id == self.bundle.reader


def may_have_bundle(case: Case, party: Party) -> str:
    """Why a person of the case cannot get a papers page now, in words; empty where they can."""
    part = parts()[party.part]
    if party.is_ended or not part.mailbox:
        return _("Somebody in this part does not get a papers page.")
    client = party.speaks_for  # whoever acts for somebody tells them: neither reads anything before the other may
    told_by = [*part.told_by, *(parts()[client.part].told_by if client else ())]
    if told_by and not _was_told(case, told_by):
        return _("First tell this person of the case: send the letter, and record that it went out.")
    return ""


def _was_told(case: Case, papers: Iterable[str]) -> bool:
    """Whether a decision was taken that asks one of these papers as its proof."""
    telling = {code for code, rule in case.protocol.every_decision() if set(rule.done_by.document) & set(papers)}
    return case.decisions.filter(code__in=telling).exists()


@transaction.atomic
def open_bundle(
    case: Case, party: UUID, purpose: str, until: date, *, actor: Actor, about: str = ""
) -> tuple[Bundle, str]:
    """Make a papers page for a person of the case; returns it with the code that this person gets, which is kept nowhere.
    `purpose`: why they read these papers. `about` as for :func:`hear`. Raises NotAllowed, AskFirst and :class:`Refused`."""
    case, key = opened_file(case, actor, "case.decide")
    row = case.parties.filter(id=party, ended_at=None).first()
    if not case.is_open or row is None:
        raise Refused(_("This person was changed meanwhile. Here is how it stands."))
    if why := may_have_bundle(case, row):
        raise Refused(why)
    if row.bundles.filter(ended_on=None).exists():
        raise Refused(_("This person has a papers page already."))
    if len(purpose.strip()) < MIN_REASON:
        raise Refused(_("Give a reason of at least %(count)d characters.") % {"count": MIN_REASON}, "purpose")
    if not timezone.localdate() <= until <= timezone.localdate() + LONGEST:
        raise Refused(_("Give a last day: not before today, and within a year."), "until")
    code, desk_code = new_receipt(), new_receipt()
    bundle = Bundle(case=case, party=row, organisation=case.organisation, until=until, made_by=actor.person)
    keys = OrganisationKeys([case.organisation_id])
    pair = create_reporter_key_pair(case.organisation_id, bundle.id, code, keys)
    desk = create_reporter_key_pair(case.organisation_id, _desk_holder(bundle), desk_code, keys)
    create_case_keys(
        bundle.id,
        case.organisation_id,
        {Compartment.CONTENT: [pair, desk, recovery_key_pair(case.organisation_id)]},
        keys,
    )
    bundle.reader = pair.id
    bundle.purpose = write_text(key, BUNDLE_PURPOSE, purpose.strip()).id
    bundle.desk_code = write_text(key, BUNDLE_CODE, desk_code).id
    bundle.save(force_insert=True)
    ledger.record(case.id, CaseEvent.BUNDLE_OPENED, actor=actor.person.id, number=row.number)
    hear(case, purpose, about, actor=actor)
    return bundle, code


@transaction.atomic
def renew_code(bundle: Bundle, *, actor: Actor) -> str:
    """Another code for a person who lost theirs; the former opens nothing from now on, and the person reads that there is
    another. Raises NotAllowed and :class:`Refused`."""
    case, key = opened_file(bundle.case, actor, "case.decide")
    bundle = _locked(bundle)
    desk = _open_at_desk(bundle, key)
    code = new_receipt()
    receipts.forget(bundle.reader)
    pair = create_reporter_key_pair(bundle.organisation_id, bundle.id, code, OrganisationKeys([bundle.organisation_id]))
    add_reader(bundle.id, Compartment.CONTENT, pair, through=desk.opened.key_pair, private=desk.opened.private)
    bundle.reader, bundle.is_taken = pair.id, False
    bundle.save(update_fields=["reader", "is_taken"])
    _write(desk, EntryWords(), by=By.DESK, kind=Kind.NEW_CODE, author=actor.person)
    ledger.record(case.id, CaseEvent.BUNDLE_CODE, actor=actor.person.id, number=bundle.party.number)
    return code


def open_at_desk(bundle: Bundle, *, actor: Actor) -> OpenedBundle:
    """A bundle for who holds the key of the file of its case. The caller has asked `may(actor, "case.file", case)`. Raises
    NotAllowed."""
    return _open_at_desk(bundle, file_key(bundle.case, actor))


def open_by_code(code: str) -> OpenedBundle | None:
    """The papers page of a person, by the code they have; None for a code that opens nothing today. Raises Misread for a
    typing mistake."""
    opened = open_receipt(code)
    if opened is None:
        return None
    bundle = (
        Bundle.objects.readable()
        .select_related("case", "organisation", "party")
        .filter(reader=opened.key_pair.id)
        .first()
    )
    return _opened(bundle, opened) if bundle else None


@transaction.atomic
def take_code(box: OpenedBundle, code: str) -> None:
    """The person takes a code of their own; the one that was sent opens nothing any more. Also where nothing can be added any
    more: who made the page has seen the code that was sent. Raises :class:`Refused`."""
    bundle = _locked(box.bundle, reader=box.opened.key_pair.id, writes=False)
    if bundle.is_taken:
        raise Refused(str(OPENS_NOTHING))
    receipts.exchange(box.opened, code)
    bundle.is_taken = True
    bundle.save(update_fields=["is_taken"])
    ledger.record(bundle.case_id, CaseEvent.BUNDLE_TAKEN, on=timezone.localdate(), number=bundle.party.number)


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
    about: str = "",
) -> None:
    """Put a message or the copy of a paper on the page of a person. `reply_until`: the last day to reply to a draft. The same
    page (`token`) sent twice puts it once. `about` as for :func:`hear`. Raises NotAllowed, AskFirst and :class:`Refused`."""
    case, key = opened_file(bundle.case, actor, "case.decide")
    bundle = _locked(bundle)
    if BundleEntry.objects.filter(token=token).exists():
        return
    box = _open_at_desk(bundle, key)
    stored = seal(box.key, file) if file is not None else None
    _write(box, words, by=By.DESK, kind=kind, author=actor.person, token=token, file=stored, reply_until=reply_until)
    ledger.record(case.id, CaseEvent.BUNDLE_ADDED, actor=actor.person.id, number=bundle.party.number, kind=kind)
    if kind == Kind.MESSAGE:
        hear(case, words.text, about, actor=actor)


@transaction.atomic
def write_back(
    box: OpenedBundle, text: str, *, token: bytes, kind: str = Kind.MESSAGE, answers: UUID | None = None
) -> bool:
    """What the person writes: a message, or the answer to a draft (`answers`). Compared with everybody who could come to read
    it. False when the same page was sent before. Raises :class:`Refused` and CannotWeigh."""
    bundle = _locked(box.bundle, reader=box.opened.key_pair.id)
    if BundleEntry.objects.filter(token=token).exists():
        return False
    draft = None
    if kind != Kind.MESSAGE:
        draft = next((one.entry for one in read(box) if one.entry.id == answers and one.can_be_answered), None)
        if draft is None:
            raise Refused(_("You answered this already, or the term has passed. You can still write a message."))
    weigh(bundle.case.report, Circle(unasked=(text,)))
    entry = _write(box, EntryWords(text), by=By.PARTY, kind=kind, token=token, answers=draft)
    _tell_desk(bundle, entry)
    ledger.record(
        bundle.case_id, CaseEvent.BUNDLE_WRITTEN, on=timezone.localdate(), number=bundle.party.number, kind=kind
    )
    return True


def read(box: OpenedBundle) -> list[OpenedEntry]:
    """All entries, the oldest first. Nothing counts as seen by this."""
    sealed = sealed_by_id(box.bundle.id, Compartment.CONTENT, BUNDLE)
    own = By.PARTY if box.is_of_party else By.DESK
    rows = box.bundle.entries.select_related("author", "answered_by")
    return [
        OpenedEntry(row, EntryWords(**json.loads(read_text(box.key, sealed[row.text]))), row.by != own and not row.seen)
        for row in rows
    ]


def mark_seen(box: OpenedBundle) -> None:
    """What the other side wrote counts as read."""
    own = By.PARTY if box.is_of_party else By.DESK
    box.bundle.entries.exclude(by=own).filter(seen=False).update(seen=True)


def end_bundle(bundle: Bundle, *, actor: Actor) -> None:
    """End a papers page now. Raises NotAllowed."""
    with transaction.atomic():
        opened_file(bundle.case, actor, "case.decide")
        _end(bundle)
        ledger.record(bundle.case_id, CaseEvent.BUNDLE_ENDED, actor=actor.person.id, number=bundle.party.number)


def end_of_party(party: Party, *, actor: Actor) -> None:
    """Who no longer counts as this person of a case reads nothing of it any more. Part of the caller's transaction."""
    for bundle in party.bundles.filter(ended_on=None):
        _end(bundle)
        ledger.record(party.case_id, CaseEvent.BUNDLE_ENDED, actor=actor.person.id, number=party.number)


def pass_bundle(party: Party, comes: Party) -> None:
    """The papers page of a person who was written down anew stays theirs. Part of the caller's transaction."""
    party.bundles.filter(ended_on=None).update(party=comes)


def end_with_case(case: Case, today: date) -> None:
    """The papers pages of a case that has just ended: nothing is added any more, and they can be read a while longer."""
    last = today + READABLE_AFTER
    case.bundles.filter(ended_on=None, until__gt=last).update(until=last)


def end_past(today: date) -> None:
    """End what nobody may read any more: codes and keys of the people go."""
    for bundle in Bundle.objects.filter(ended_on=None, until__lt=today).select_related("party"):
        with transaction.atomic():
            _end(bundle)
            ledger.record(bundle.case_id, CaseEvent.BUNDLE_ENDED, number=bundle.party.number)


def _end(bundle: Bundle) -> None:
    receipts.forget(bundle.reader)
    Bundle.objects.filter(id=bundle.id, ended_on=None).update(ended_on=timezone.localdate())


def _tell_desk(bundle: Bundle, entry: BundleEntry) -> None:
    """A mail without content to who handles the case."""
    rows = Assignment.objects.holding().filter(case=bundle.case_id, relation__in=HANDLING).exclude(person__email=None)
    people = {row.person_id for row in not_barred(bundle.case_id, rows)}
    enqueue_all(
        Promise(ReportJob.PING_PERSON, person, ping_key("bundle", bundle.case_id, entry.id, person))
        for person in people
    )


def _locked(bundle: Bundle, *, reader: UUID | None = None, writes: bool = True) -> Bundle:
    """The bundle as it stands now. `reader`: the key pair by which a person opened it. Raises :class:`Refused` where nothing
    can be added (or, without `writes`, read) any more, and where the person has another code by now."""
    rows = Bundle.objects.select_for_update(of=("self",)).select_related("case__report", "organisation", "party")
    bundle = rows.get(id=bundle.id)
    if reader and bundle.reader != reader:
        raise Refused(str(OPENS_NOTHING))
    if not (bundle.can_write if writes else bundle.is_readable):
        raise Refused(_("This page has ended: nothing can be added any more."))
    return bundle


def _open_at_desk(bundle: Bundle, key: ContentKey) -> OpenedBundle:
    sealed = texts(bundle.case_id, Compartment.FILE, BUNDLE_CODE).get(id=bundle.desk_code)
    opened = open_receipt(read_text(key, sealed))
    if opened is None:
        raise Refused(_("This page cannot be opened any more."))
    return _opened(bundle, opened)


def _opened(bundle: Bundle, opened: OpenedReceipt) -> OpenedBundle:
    return OpenedBundle(bundle, opened, open_with(bundle.id, Compartment.CONTENT, opened.key_pair, opened.private))


def _desk_holder(bundle: Bundle) -> UUID:
    """The name under which the second code stands; each holder has one key pair."""
    return uuid5(bundle.id, "desk")


def _write(
    box: OpenedBundle,
    words: EntryWords,
    *,
    by: str,
    kind: str,
    author: Person | None = None,
    token: bytes | None = None,
    file: UUID | None = None,
    reply_until: date | None = None,
    answers: BundleEntry | None = None,
) -> BundleEntry:
    number = (box.bundle.entries.aggregate(last=Max("sequence"))["last"] or 0) + 1
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
        file=file,
        reply_until=reply_until,
        answers=answers,
    )
