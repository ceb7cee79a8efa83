"""Everything that happened in a case, in one order, for people who may read the file. Titles only: the words stay on
their pages.

Of a decision the outcome stands here too, at the moment at which the deed was done. What an anonymous reporter did has
a week and no moment; it stands at the start of that week.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.deciding.decisions import outcomes_of
from cases.documents.kinds import document_kinds
from cases.models import Case, HandOver, Note
from cases.models.case import decision_words
from cases.protocol.kinds.deadline_kinds import beginning_of
from cases.protocol.kinds.file_kinds import file_kinds
from cases.protocol.kinds.forms import record_forms
from organisations.access.policy import Actor
from reporting.events import ReportEvent
from reporting.models import Alarm, AlarmCall, Message
from vault import ledger

_OF_MESSAGES = (ReportEvent.MESSAGE_BY_DESK, ReportEvent.MESSAGE_BY_REPORTER)
_OF_ALARMS = (ReportEvent.ALARM_ANSWERED, ReportEvent.ALARM_CALLED)
KINDS = {
    "decision": gettext_lazy("Decisions"),
    "contact": gettext_lazy("Contact"),
    "evidence": gettext_lazy("Evidence"),
    "document": gettext_lazy("Documents"),
    "file": gettext_lazy("Files"),
    "note": gettext_lazy("Notes and to-dos"),
    "deadline": gettext_lazy("Deadlines"),
    "people": gettext_lazy("People"),
}


@dataclass(frozen=True)
class TimelineEvent:
    """`on` is a moment, or a day where nothing finer is kept. `kind` is one of :data:`KINDS`; `page` is the page of
    the case on which it is read."""

    on: datetime | date
    kind: str
    title: str
    who: str = ""
    page: str = ""

    @property
    def has_moment(self) -> bool:
        return isinstance(self.on, datetime)

    def order(self, received: datetime) -> datetime:
        """Where it stands. Of what has only a day, nothing of the case lies before the report came in."""
        if isinstance(self.on, datetime):
            return self.on
        is_first_day = timezone.localdate(received) == self.on
        return received if is_first_day else beginning_of(self.on)


def timeline(case: Case, actor: Actor, wanted: str = "") -> list[TimelineEvent]:
    """The events, newest first: those of one of :data:`KINDS`, or all of them. The number of queries is fixed. The
    caller has asked `may(actor, "case.file", case)`."""
    entries = list(ledger.entries_of(case.id, *_OF_MESSAGES, *_OF_ALARMS))
    every = [
        *_received(case),
        *_decisions(case, actor),
        *_records(case),
        *_contacts(case, entries),
        *_alarms(case, entries),
        *_evidence(case),
        *_notes(case),
        *_todos(case),
    ]
    every += [*_documents(case), *_files(case), *_deadlines(case), *_people(case)]
    chosen = [event for event in every if wanted not in KINDS or event.kind == wanted]
    came = case.report.came
    received = came if isinstance(came, datetime) else beginning_of(came)
    return sorted(chosen, key=lambda event: event.order(received))[::-1]


def _received(case: Case) -> Iterator[TimelineEvent]:
    yield TimelineEvent(case.report.came, "contact", _("Report received"), page="report")


def _decisions(case: Case, actor: Actor) -> Iterator[TimelineEvent]:
    made = list(case.decisions.select_related("actor", "agreed_by"))
    outcomes = outcomes_of(case, actor, made)
    for decision in made:
        title = decision_words(case.protocol, decision.code)
        if outcome := outcomes.get(decision.id):
            title = f"{title}: {outcome}"
        people = [person.name for person in (decision.actor, decision.agreed_by) if person]
        yield TimelineEvent(decision.done_at, "decision", title, ", ".join(people), "decisions")


def _records(case: Case) -> Iterator[TimelineEvent]:
    """What came to an end."""
    forms = record_forms()
    for record in case.records.exclude(ended_on=None).select_related("ended_by"):
        form = forms.get(record.form)
        title = f"{form.label}: {form.ends.get(record.came_to, record.came_to)}" if form else record.form
        if record.ended_on:
            who = record.ended_by.name if record.ended_by else ""
            yield TimelineEvent(record.ended_on, "decision", title, who, "records")


def _contacts(case: Case, entries: Iterable[ledger.Entry]) -> Iterator[TimelineEvent]:
    messages = list(case.report.messages.select_related("author"))
    moments = _sent_at(case, messages, entries)
    for said in messages:
        if said.by == Message.By.DESK:
            title = _("Message to the reporter")
        elif said.kind == "message":
            title = _("Message of the reporter")
        else:
            title = str(said.kind_label)
        who = said.author.name if said.author else ""
        yield TimelineEvent(moments.get(said.id, said.on), "contact", title, who, "messages")


def _sent_at(case: Case, messages: Iterable[Message], entries: Iterable[ledger.Entry]) -> dict[UUID, date]:
    """When each message was written, as the ledger says; empty where it does not say it of every message of that side."""
    found: dict[UUID, date] = {}
    sides = {Message.By.DESK: ReportEvent.MESSAGE_BY_DESK}
    if not case.report.is_anonymous:
        sides[Message.By.REPORTER] = ReportEvent.MESSAGE_BY_REPORTER
    in_order = sorted(messages, key=lambda message: message.sequence)
    for side, event in sides.items():
        at = [entry.at for entry in entries if entry.action == event]
        ids = [message.id for message in in_order if message.by == side]
        found |= dict(zip(ids, at, strict=True)) if len(at) == len(ids) else {}
    return found


def _alarms(case: Case, entries: Iterable[ledger.Entry]) -> Iterator[TimelineEvent]:
    """Who of the duty roster was alarmed, who said to call, and what the call came to. What was told apart stands in no case.
    The name of a contact outside is for who keeps the roster."""
    wrote = Message.objects.filter(id=OuterRef("alarm__occasion")).values("on")[:1]
    written_on = Message.objects.filter(id=OuterRef("occasion")).values("on")[:1]
    silent = Alarm.objects.filter(report=case.report_id, complaint=None, calls=None).annotate(
        written=Subquery(written_on)
    )
    for written in silent.values_list("written", flat=True):
        title = _("Alarm: nobody of the duty roster could be called")
        yield TimelineEvent(written or case.report.came, "contact", title, "", "messages" if written else "report")
    rows = AlarmCall.objects.filter(alarm__report=case.report_id, alarm__complaint=None).select_related(
        "person", "shift"
    )
    outside = _("a contact outside")
    names: dict[UUID | None, str] = {}
    alarms: dict[UUID, tuple[date | None, list[str]]] = {}
    for call in rows.annotate(wrote_on=Subquery(wrote)).order_by("shift__begins", "id"):
        is_inside = call.shift.begins is not None
        names[call.person_id] = call.person.name if call.person and is_inside else outside
        alarms.setdefault(call.alarm_id, (call.wrote_on, []))[1].append(names[call.person_id])
    for wrote_on, called in alarms.values():
        page = "messages" if wrote_on else "report"
        who = ", ".join(dict.fromkeys(called))
        yield TimelineEvent(wrote_on or case.report.came, "contact", _("Alarm for who is on duty"), who, page)
    words = {
        Alarm.Answer.CALLS: _("Alarm taken: calls the reporter"),
        Alarm.Answer.NO_NUMBER: _("Alarm taken: there is no number to call"),
        Alarm.CameOf.REACHED: _("Called: spoke to the reporter"),
        Alarm.CameOf.NOT_REACHED: _("Called: did not reach the reporter"),
    }
    for said in (entry for entry in entries if entry.action in _OF_ALARMS):
        came = said.detail.get("answer") or said.detail["came_of"]
        yield TimelineEvent(said.at, "contact", words[came], names.get(said.actor, ""))


def _evidence(case: Case) -> Iterator[TimelineEvent]:
    for day, count in Counter(case.report.evidence.values_list("on", flat=True)).items():
        words = ngettext("One piece of evidence received", "%(count)d pieces of evidence received", count)
        yield TimelineEvent(day, "evidence", words % {"count": count}, page="evidence")


def _notes(case: Case) -> Iterator[TimelineEvent]:
    for note in case.notes.select_related("author"):
        is_contact = note.kind == Note.Kind.CONTACT
        title = _("Contact with somebody") if is_contact else _("Note written")
        title = _("%(what)s (struck out)") % {"what": title} if note.struck_by_id else title
        yield TimelineEvent(note.made_at, "contact" if is_contact else "note", title, note.author.name, "notes")


def _todos(case: Case) -> Iterator[TimelineEvent]:
    for todo in case.todos.select_related("made_by", "done_by"):
        yield TimelineEvent(todo.made_at, "note", _("To-do written"), todo.made_by.name, "notes")
        if todo.done_at and todo.done_by:
            yield TimelineEvent(todo.done_at, "note", _("To-do done"), todo.done_by.name, "notes")


def _documents(case: Case) -> Iterator[TimelineEvent]:
    for document in case.documents.select_related("made_by", "withdrawn_by"):
        title = f"{document_kinds()[document.kind].label}, {document.number}"
        yield TimelineEvent(
            document.made_at,
            "document",
            _("Made: %(document)s") % {"document": title},
            document.made_by.name,
            "documents",
        )
        if document.withdrawn_at and document.withdrawn_by:
            words = _("Withdrawn: %(document)s") % {"document": title}
            yield TimelineEvent(document.withdrawn_at, "document", words, document.withdrawn_by.name, "documents")


def _files(case: Case) -> Iterator[TimelineEvent]:
    """Adding, sending and striking out: the kind and number, since the title is sealed."""
    for row in case.files.select_related("added_by", "sent_by", "struck_by"):
        title = f"{file_kinds().kinds[row.kind].label}, {row.number}"
        yield TimelineEvent(
            row.added_at, "file", _("File added: %(file)s") % {"file": title}, row.added_by.name, "files"
        )
        if row.sent_at and row.sent_by:
            words = _("File sent to the reporter: %(file)s") % {"file": title}
            yield TimelineEvent(row.sent_at, "file", words, row.sent_by.name, "files")
        if row.struck_at and row.struck_by:
            words = _("File struck out: %(file)s") % {"file": title}
            yield TimelineEvent(row.struck_at, "file", words, row.struck_by.name, "files")


def _deadlines(case: Case) -> Iterator[TimelineEvent]:
    now = timezone.now()
    for deadline in case.deadlines.all():
        if deadline.is_missed(now) and deadline.due:
            yield TimelineEvent(
                deadline.due,
                "deadline",
                _("Deadline missed: %(deadline)s") % {"deadline": deadline.kind.label},
                page="overview",
            )
        if deadline.met_at:
            yield TimelineEvent(
                deadline.met_at,
                "deadline",
                _("Done: %(deadline)s") % {"deadline": deadline.kind.label},
                page="overview",
            )


def _people(case: Case) -> Iterator[TimelineEvent]:
    words = {
        HandOver.Why.CONFLICT: _("Somebody was not free"),
        HandOver.Why.NAMED: _("Somebody may be concerned"),
        HandOver.Why.HANDED_OVER: _("Assignment handed over"),
        HandOver.Why.TRANSFERRED: _("Case handed to another organisation"),
        HandOver.Why.ROLE_ENDED: _("Role or function ended"),
    }
    for hand_over in case.hand_overs.select_related("made_by"):
        yield TimelineEvent(
            hand_over.made_at,
            "people",
            words[HandOver.Why(hand_over.why)],
            hand_over.made_by.name if hand_over.made_by else "",
            "people",
        )
