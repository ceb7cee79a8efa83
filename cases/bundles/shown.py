"""What stands on a papers page, as each of its two sides sees it: as messages, with the days and terms that belong to them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.bundles.forms import AnswerForm, NoReplyForm, ReplyForm
from cases.models import Bundle, BundleEntry
from cases.parties.entries import OpenedEntry, ReplyState
from cases.protocol.kinds.rights import rights
from reporting.dialogue.shown import ShownFile, ShownMessage
from reporting.mailbox.forms import MailboxForm

Kind, By = BundleEntry.Kind, BundleEntry.By


@dataclass(frozen=True)
class Reply:
    """How the person can answer a draft: with a reply, or by saying that they do not want to."""

    number: int
    reply: MailboxForm
    no_reply: MailboxForm


def shown_to_party(
    entries: Iterable[OpenedEntry], bundle: Bundle, failed: Mapping[tuple[str, str], MailboxForm]
) -> list[ShownMessage]:
    """As the person sees it. `failed`: forms that are shown again, {(action, number of the entry): form}."""
    them = str(bundle.organisation)

    def replying(one: OpenedEntry) -> Reply | None:
        if not (bundle.can_write and one.can_be_answered):
            return None
        number = str(one.entry.sequence)
        return Reply(
            one.entry.sequence,
            failed.get(("reply", number)) or ReplyForm(name=f"reply-{number}"),
            failed.get(("no_reply", number)) or NoReplyForm(name=f"no-reply-{number}"),
        )

    return [
        _shown(
            one,
            _("You") if one.entry.by == By.PARTY else them,
            is_own=one.entry.by == By.PARTY,
            notes=_to_party(one, them),
            file=lambda entry: {"number": entry.sequence},
            beneath=replying(one),
        )
        for one in entries
    ]


def shown_at_desk(
    entries: Iterable[OpenedEntry], name: str, *, answers: Mapping[UUID, AnswerForm] | None = None, works: bool = False
) -> list[ShownMessage]:
    """As who works the case sees it. `name`: of the person; `answers`: forms that are shown again, {id of what was asked: form};
    `works`: whether they can answer what the person asks."""

    def answering(one: OpenedEntry) -> AnswerForm | None:
        entry = one.entry
        return (answers or {}).get(entry.id) or AnswerForm(None, asked=entry) if works and entry.awaits_desk else None

    def url(entry: BundleEntry) -> dict[str, str]:
        bundle = entry.bundle
        return {"url": reverse("cases:bundle_file", args=[bundle.case_id, bundle.party_id, entry.id])}

    return [
        _shown(
            one,
            one.entry.author.name if one.entry.author else name,
            is_own=one.entry.by == By.DESK,
            notes=_to_desk(one),
            file=url,
            beneath=answering(one),
        )
        for one in entries
    ]


def _shown(
    one: OpenedEntry,
    who: str,
    *,
    is_own: bool,
    notes: list[str],
    file: Callable[[BundleEntry], Mapping],
    beneath: object,
) -> ShownMessage:
    entry, words = one.entry, one.words
    says_kind = words.title.startswith(one.kind_label)  # “Draft: Draft for …” says it twice
    label = words.title if says_kind else ": ".join(filter(None, [one.kind_label, words.title]))
    return ShownMessage(
        who=who,
        is_own=is_own,
        on=entry.on,
        is_new=one.is_new,
        text=words.text,
        under=[label] if entry.kind != Kind.MESSAGE else [],
        file=ShownFile(words.title, words.size, **file(entry)) if entry.file else None,
        notes=notes,
        beneath=beneath,
    )


def _day(day: date | None) -> dict[str, str]:
    return {"day": date_format(day, "l j F Y") if day else ""}


def _reply_days(entry: BundleEntry) -> dict[str, str]:
    answered = entry.answered_by.on if hasattr(entry, "answered_by") else None
    return _day(entry.reply_until) | {"on": _day(answered)["day"]}


# How it stands with the reply to a draft, as each side reads it.
_TO_PARTY = {
    ReplyState.RUNS: gettext_lazy("You can reply up to and including %(day)s."),
    ReplyState.GIVEN: gettext_lazy("You replied on %(on)s."),
    ReplyState.WAIVED: gettext_lazy("On %(on)s you wrote that you do not want to reply."),
    ReplyState.PASSED: gettext_lazy("You could reply up to and including %(day)s. That term has passed."),
    ReplyState.CUT_OFF: gettext_lazy(
        "The term to reply was up to and including %(day)s. What this was about ended before that, so you can no longer reply."
    ),
}
_TO_DESK = {
    ReplyState.RUNS: gettext_lazy("Reply up to and including %(day)s"),
    ReplyState.GIVEN: gettext_lazy("Replied on %(on)s"),
    ReplyState.WAIVED: gettext_lazy("Wrote on %(on)s that they do not want to reply"),
    ReplyState.PASSED: gettext_lazy("No reply: the term passed on %(day)s"),
    ReplyState.CUT_OFF: gettext_lazy("No reply: the page was closed to replies before the term ended on %(day)s"),
}


def _to_party(one: OpenedEntry, organisation: str) -> list[str]:
    entry, notes = one.entry, []
    if entry.kind == Kind.NEW_CODE:
        words = _("A new code was made on this day. Did you not ask for it? Then call %(organisation)s.")
        notes.append(words % {"organisation": organisation})
    if entry.kind == Kind.ENDED:
        notes.append(_("What this page is about ended on this day."))
    if one.reply:
        notes.append(_TO_PARTY[one.reply] % _reply_days(entry))
    if entry.object_until:
        words = _("You can object to this decision up to and including %(day)s (Awb 6:7 and 6:8).")
        notes.append(words % _day(entry.object_until))
    if entry.kind != Kind.REQUEST:
        return notes
    right = rights()[entry.right]
    if one.is_overdue:
        notes.append(_("The term passed on %(day)s, and you got no answer.") % _day(entry.answer_by))
    elif entry.awaits_desk:
        words = _("You must have an answer on %(day)s at the latest (%(source)s).")
        notes.append(words % (_day(entry.answer_by) | {"source": right.rests_on}))
        if entry.answer_by and entry.answer_by > entry.bundle.until:
            notes.append(_("This page closes before that day. Write how else you can be reached."))
    elif hasattr(entry, "answered_by") and entry.answer_by:
        notes.append(_("Answered on %(day)s.") % _day(entry.answered_by.on))
    return [*notes, str(right.place)] if right.place else notes


def _to_desk(one: OpenedEntry) -> list[str]:
    entry, notes = one.entry, []
    if one.reply:
        notes.append(_TO_DESK[one.reply] % _reply_days(entry))
    if entry.object_until:
        notes.append(_("This person can object up to and including %(day)s") % _day(entry.object_until))
    if entry.awaits_desk:
        notes.append(str(rights()[entry.right].to_do))
        words = _("The term passed on %(day)s.") if one.is_overdue else _("Answer on %(day)s at the latest.")
        notes.append(words % _day(entry.answer_by))
    elif entry.kind == Kind.REQUEST and hasattr(entry, "answered_by"):
        notes.append(_("Answered on %(day)s.") % _day(entry.answered_by.on))
    if entry.by == By.DESK and entry.seen:
        notes.append(_("The page was opened after this."))
    return notes
