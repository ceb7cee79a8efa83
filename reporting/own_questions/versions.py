"""Writing a version of an organisation's questions: the draft, putting it into force, and what earlier ones changed."""

import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Organisation, Person
from reporting.events import ReportEvent
from reporting.models import QuestionSet
from reporting.questions.own import OwnQuestion, QuestionChanges, apply, national_questions, version_name
from reporting.questions.questions import OWN_PREFIX, questionnaire
from vault import ledger


class NothingToPublish(Exception):
    """The version that is being written does not differ from the one in force."""


@dataclass(frozen=True)
class QuestionsInWriting:
    """The version that is being written, beside the one in force (number 0: the national questions)."""

    organisation: Organisation
    number: int
    changes: QuestionChanges
    in_force: QuestionChanges
    in_force_number: int
    in_force_on: date | None

    @property
    def is_changed(self) -> bool:
        """Whether there is something to put into force."""
        return self.changes != self.in_force

    @property
    def seen(self) -> str:
        """What a page says that it was made from: the organisation, and a digest of all that can change."""
        body = f"{self.number} {self.changes.model_dump_json()}"
        return f"{self.organisation.slug}:{sha256(body.encode()).hexdigest()[:16]}"


@dataclass(frozen=True)
class Version:
    """One version that was in force, with what it changed in words."""

    number: int
    published_on: date | None
    published_by: str
    differences: list[str]


def questions_in_writing(organisation: Organisation) -> QuestionsInWriting:
    """What is being written now; where nobody writes, the changes in force."""
    last = organisation.question_sets.exclude(published_on=None).order_by("-number").first()
    in_force = QuestionChanges.model_validate(last.changes) if last else QuestionChanges()
    number = last.number if last else 0
    draft = organisation.question_sets.filter(published_on=None, number__gt=number).first()
    changes = QuestionChanges.model_validate(draft.changes) if draft else in_force
    return QuestionsInWriting(organisation, number + 1, changes, in_force, number, last.published_on if last else None)


def questions_locked(organisation: Organisation) -> QuestionsInWriting:
    """What is being written now, locked for somebody who is about to save: others wait until this transaction ends."""
    Organisation.objects.select_for_update().get(id=organisation.id)
    return questions_in_writing(organisation)


@transaction.atomic
def save_changes(organisation: Organisation, changes: QuestionChanges) -> QuestionsInWriting:
    """Keep what is being written. Changes that equal those in force are not kept."""
    writing = questions_locked(organisation)
    if changes == writing.in_force:
        drop_changes(organisation)
    else:
        QuestionSet.objects.update_or_create(
            organisation=organisation,
            number=writing.number,
            published_on=None,
            defaults={"base": questionnaire().version, "changes": changes.model_dump(mode="json")},
        )
    return questions_in_writing(organisation)


def drop_changes(organisation: Organisation) -> None:
    """Throw away what is being written."""
    organisation.question_sets.filter(published_on=None).delete()


@transaction.atomic
def publish_questions(organisation: Organisation, by: Person) -> int:
    """Put what is being written into force and return its number. A reporter who is writing now gets the new questions
    on the next page. Raises :class:`NothingToPublish`."""
    writing = questions_locked(organisation)
    if not writing.is_changed:
        raise NothingToPublish
    apply(writing.changes, version_name(writing.number))
    row = organisation.question_sets.get(published_on=None, number=writing.number)
    row.base, row.published_on, row.published_by = questionnaire().version, timezone.localdate(), by
    row.save()
    ledger.record(organisation.id, ReportEvent.QUESTIONS_PUBLISHED, actor=by.id, number=row.number)
    return row.number


def published_changes(organisation: Organisation, number: int) -> QuestionChanges | None:
    """The changes of a version that was in force. Number 0 is the national questions. None for an unknown number."""
    if number == 0:
        return QuestionChanges()
    row = organisation.question_sets.exclude(published_on=None).filter(number=number).first()
    return QuestionChanges.model_validate(row.changes) if row else None


def published_versions(organisation: Organisation) -> list[Version]:
    """All versions that were in force, newest first."""
    kept, before = [], QuestionChanges()
    rows = organisation.question_sets.exclude(published_on=None).select_related("published_by").order_by("number")
    for row in rows:
        changes = QuestionChanges.model_validate(row.changes)
        by = row.published_by.name if row.published_by else ""
        kept.append(Version(row.number, row.published_on, by, question_differences(before, changes)))
        before = changes
    return kept[::-1]


def new_own_id(organisation: Organisation) -> str:
    """An id that no question of this organisation ever had, so that an old answer never shows under a new question."""
    used = {own["id"] for row in organisation.question_sets.all() for own in row.changes.get("own", [])}
    while (fresh := OWN_PREFIX + secrets.token_hex(4)) in used:
        continue
    return fresh


def question_differences(before: QuestionChanges, after: QuestionChanges) -> list[str]:
    """What changed, in sentences."""
    said = []
    for question in national_questions():
        was_out, is_out = question in before.left_out, question in after.left_out
        if is_out and not was_out:
            said.append(_("No longer asked: “%(question)s”.") % {"question": _national(question)})
        if was_out and not is_out:
            said.append(_("Asked again: “%(question)s”.") % {"question": _national(question)})
    for question in national_questions():
        said += _reworded(before, after, question)
    return said + _own_differences(before, after)


def _reworded(before: QuestionChanges, after: QuestionChanges, question: str) -> list[str]:
    said = []
    named = {"question": _national(question)}
    if before.labels.get(question) != (label := after.labels.get(question)):
        said.append(
            _("The question “%(question)s” now reads: “%(text)s”.") % {**named, "text": label}
            if label
            else _("The question “%(question)s” has the national text again.") % named
        )
    if before.helps.get(question) != (help := after.helps.get(question)):
        said.append(
            _("The explanation of “%(question)s” now reads: “%(text)s”.") % {**named, "text": help}
            if help
            else _("The explanation of “%(question)s” has the national text again.") % named
        )
    return said


def _own_differences(before: QuestionChanges, after: QuestionChanges) -> list[str]:
    was, now = {own.id: own for own in before.own}, {own.id: own for own in after.own}
    said = [_("New own question: “%(question)s”.") % {"question": own.label} for own in after.own if own.id not in was]
    said += [_own_change(was[own.id], own) for own in after.own if own.id in was and was[own.id] != own]
    said += [
        _("Own question taken out: “%(question)s”.") % {"question": own.label}
        for own in before.own
        if own.id not in now
    ]
    if [question for question in was if question in now] != [question for question in now if question in was]:
        said.append(_("The own questions have another order."))
    return said


def _own_change(before: OwnQuestion, after: OwnQuestion) -> str:
    parts = {
        _("the text"): before.label != after.label,
        _("the explanation"): before.help != after.help,
        _("the kinds of report"): before.kinds != after.kinds,
        _("the answers"): before.choices != after.choices,
    }
    changed = ", ".join(part for part, differs in parts.items() if differs)
    return _("Own question “%(question)s” changed: %(parts)s.") % {"question": after.label, "parts": changed}


def _national(question: str) -> str:
    return str(national_questions()[question].label)
