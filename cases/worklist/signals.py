"""Signals: a doubt that is parked until a day. It is sealed and routed as a report, and is no case: it counts nowhere, and
nobody is told of it but who would handle it. On its day people drop it, park it again, or make it a case."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deciding.opening import open_case
from cases.desk.keys import file_key, key_of
from cases.desk.refusals import NotAllowed, Refused, reason_of
from cases.destroying.everything import destroy
from cases.events import CaseEvent
from cases.models import Case, Ground
from cases.people.barring import keep_out_beside
from cases.people.concerned import Question, questions_of
from cases.people.hearing import hear
from cases.people.words.purposes import SIGNAL
from organisations.access import bars
from organisations.access.policy import Actor, cases_held
from organisations.access.recusal import KeptOut, rows_of_one
from organisations.models import HANDLING
from reporting.form.persons.weighing import bar
from reporting.form.submission import begin_parked
from reporting.models import Report, Signal
from reporting.questions.reading import Answered, answers, codes_of, main_code
from vault import ledger
from vault.compartments import Compartment, read_text, texts, write_text
from vault.keyring.keys import Codes
from vault.tombstones import keep_beside_backups

MOST_DAYS = 184  # until people look
MOST_TIMES = 3  # parked, the first time with it
LAST_DAY = 365  # days after it was written down on which it can wait no longer
KEPT_FOR = timedelta(days=14)  # after it was dropped, so that its readers can still say that this was wrong


@dataclass(frozen=True)
class OpenedSignal:
    """A signal with its words, which the key of the actor opens. `why`: what was said when it was parked again or dropped."""

    signal: Signal
    title: str
    answers: list[Answered]
    why: str


def signals_of(actor: Actor) -> QuerySet[Signal]:
    """The signals that this actor may see: with an assignment of theirs, not kept out; the next day first."""
    rows = Signal.objects.filter(report__case__in=cases_held(actor, *HANDLING)).select_related(
        "report__organisation", "report__handled_by"
    )
    hidden = bars.hidden_cases(actor.person.id, list(rows.values_list("report__case", flat=True)))
    return rows.exclude(report__case__in=hidden).order_by("review_on", "report__number")


def titles(signals: list[Signal]) -> list[tuple[Signal, str]]:
    """The signals with what they are about in a word or two."""
    codes = Codes()
    return [(one, main_code(codes_of(one.report, codes))) for one in signals]


def opened(signal: Signal, actor: Actor) -> OpenedSignal:
    """A signal with its words. Who reads it stands in the ledger."""
    report, said = signal.report, []
    case = Case.before_opening(report)
    for compartment in (Compartment.CONTENT, Compartment.PERPETRATOR):
        with suppress(NotAllowed):  # nothing was sealed there
            said += answers(report, key_of(case, compartment, actor))
    ledger.record(report.case, CaseEvent.SIGNAL_SEEN, actor=actor.person.id)
    why = ""
    if signal.words:
        row = texts(report.case, Compartment.FILE, SIGNAL).get(id=signal.words)
        why = str(json.loads(read_text(file_key(case, actor), row))["reason"])
    return OpenedSignal(signal, main_code(codes_of(report)), said, why)


def questions(signal: Signal, actor: Actor) -> list[Question]:
    """Who is out of a signal until people look, and whom people let back; of :func:`questions_of`."""
    return questions_of(Case.before_opening(signal.report), actor)


def last_review(signal: Signal) -> date:
    """The last day on which people can look again: not longer ahead than :data:`MOST_DAYS`, and within a year."""
    return min(timezone.localdate() + timedelta(days=MOST_DAYS), signal.report.received_on + timedelta(days=LAST_DAY))


def can_park(signal: Signal) -> bool:
    """Whether it can be parked once more: not too often, and not for more than a year in all."""
    return (
        signal.state == Signal.State.PARKED and signal.times < MOST_TIMES and last_review(signal) > timezone.localdate()
    )


@transaction.atomic
def park_again(actor: Actor, report: UUID, review_on: date, reason: str, about: str = "", *, revision: int) -> None:
    """Let it wait until another day. `revision`: how often it was parked when the page was made. Raises Refused, AskFirst, and
    Signal.DoesNotExist for what is not theirs."""
    signal = _locked(actor, report)
    if signal.times != revision:
        raise Refused(
            _("This was parked meanwhile. Look above until which day, and send it again only to change that.")
        )
    if not can_park(signal):
        raise Refused(_("This was parked as often or as long as it can be. Drop it, or make it a case."), "review_on")
    if not timezone.localdate() < review_on <= last_review(signal):
        raise Refused(
            _("Give a day after today, at most half a year ahead and within a year of the signal."), "review_on"
        )
    signal.review_on, signal.times = review_on, signal.times + 1
    signal.words = _keep_why(signal.report, reason, about, actor)
    signal.save()
    ledger.record(signal.report.case, CaseEvent.SIGNAL_PARKED, actor=actor.person.id)


@transaction.atomic
def drop(actor: Actor, report: UUID, reason: str, about: str = "") -> None:
    """Say that it is nothing; a second person must say so too. That holds for every signal: were it asked only where somebody
    inside may be meant, it would tell its readers who is kept out. Raises as :func:`park_again`."""
    signal = _locked(actor, report)
    if signal.state != Signal.State.PARKED:
        raise Refused(_("Somebody says already to drop this. Look at it again."), "reason")
    signal.words = _keep_why(signal.report, reason, about, actor)
    signal.state, signal.asked_by = Signal.State.ASKED, actor.person
    signal.save()
    ledger.record(signal.report.case, CaseEvent.SIGNAL_DROP_ASKED, actor=actor.person.id)


def asked_by_same(signal: Signal, actor: Actor) -> bool:
    """Whether the actor asked themselves to drop it, under whatever row."""
    return bool(signal.asked_by_id and rows_of_one(signal.asked_by_id, [actor.person.id]))


@transaction.atomic
def answer_drop(actor: Actor, report: UUID, *, agrees: bool) -> None:
    """A second person says whether it is nothing; where not, it waits again, also where it was dropped and not yet destroyed.
    Raises Refused."""
    signal = _locked(actor, report, dropped=True)
    if signal.state == Signal.State.DROPPED and not agrees:
        _take_up_again(signal, actor)
        return
    if signal.state != Signal.State.ASKED or signal.asked_by_id is None:
        raise Refused(_("Nobody asks this any more. Look at it again."))
    if asked_by_same(signal, actor):
        raise Refused(_("Somebody else must agree to this."))
    if agrees:
        _dropped(signal, actor)
        return
    signal.state, signal.asked_by = Signal.State.PARKED, None
    signal.save()
    ledger.record(signal.report.case, CaseEvent.SIGNAL_KEPT, actor=actor.person.id)


@transaction.atomic
def begin(actor: Actor, report: UUID) -> Case:
    """It becomes a case, as a report that comes in now."""
    begun = _locked(actor, report).report
    begin_parked(begun, timezone.now())
    ledger.record(begun.case, CaseEvent.SIGNAL_BEGAN, actor=actor.person.id)
    return open_case(begun)


@transaction.atomic
def say_not_free(actor: Actor, report: UUID) -> None:
    """The actor is not free to read it: out at once and for good; a worker lets the next who is free come."""
    signal = _locked(actor, report)
    bar(signal.report, KeptOut(recused=frozenset([actor.person.id])))
    ledger.record(signal.report.case, CaseEvent.SIGNAL_LEFT, actor=actor.person.id)
    keep_out_beside(Case.before_opening(signal.report), actor.person.id, said_by=actor.person.id)


def destroy_dropped(today: date) -> None:
    """Destroy what was dropped :data:`KEPT_FOR` ago: words, keys, files, marks and rows. The ledger stays, without content.
    Where backups are written on this machine, the list of tombstones goes beside them; else the next backup takes it along."""
    over = Signal.objects.filter(state=Signal.State.DROPPED, dropped_on__lte=today - KEPT_FOR)
    for row in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            locked = over.select_for_update(of=("self",)).select_related("report").filter(pk=row)
            if signal := locked.first():  # a reader may have said meanwhile that dropping it was wrong
                destroy(signal.report.case, signal.report_id, Ground.SIGNAL, today)
                ledger.record(signal.report.case, CaseEvent.SIGNAL_DESTROYED)
    if settings.BACKUP_DIR:
        transaction.on_commit(keep_beside_backups, robust=True)


def _dropped(signal: Signal, actor: Actor) -> None:
    signal.state, signal.dropped_on = Signal.State.DROPPED, timezone.localdate()
    signal.save()
    ledger.record(signal.report.case, CaseEvent.SIGNAL_DROPPED, actor=actor.person.id)


def _take_up_again(signal: Signal, actor: Actor) -> None:
    """Whoever reads it says alone that dropping it was wrong: it waits again, and people look at it the next day at the
    earliest; at once where the year in which it may wait is over."""
    today = timezone.localdate()
    longest = max(today, signal.report.received_on + timedelta(days=LAST_DAY))
    signal.state, signal.asked_by, signal.dropped_on = Signal.State.PARKED, None, None
    signal.review_on = min(max(signal.review_on, today + timedelta(days=1)), longest)
    signal.save()
    ledger.record(signal.report.case, CaseEvent.SIGNAL_KEPT, actor=actor.person.id)


def _locked(actor: Actor, report: UUID, *, dropped: bool = False) -> Signal:
    mine = signals_of(actor).filter(report=report)
    mine = mine if dropped else mine.exclude(state=Signal.State.DROPPED)
    return mine.select_for_update(of=("self",)).get()


def _keep_why(report: Report, reason: str, about: str, actor: Actor) -> UUID:
    """Seal why it waits or is dropped, and ask whom these words are about."""
    case, words = Case.before_opening(report), {"reason": reason_of(reason), "by": str(actor.person.id)}
    row = write_text(file_key(case, actor), SIGNAL, json.dumps(words))
    hear(case, reason, about, actor=actor)
    return row.id
