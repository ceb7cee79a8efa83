"""What of a case can be masked and exported: the report, messages, notes, decisions, documents, evidence, files.

They are read in Dutch, so that a text is the same for the person who masks it and the person who checks it, whatever
language they use.
"""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.deciding.decisions import WORDS as DECISION_WORDS
from cases.deciding.decisions import Taken, decisions_taken
from cases.deciding.proposals import proposals_of
from cases.desk.keys import key_of
from cases.desk.refusals import NotAllowed
from cases.file.notes import NOTE, notes_of
from cases.models import Case, Note, Proposal
from cases.people.words.purposes import ANSWER, PROPOSAL
from cases.redaction import pieces
from cases.redaction.source import Source
from organisations.access.policy import Actor
from organisations.codes import code_list
from organisations.models import Assignment
from reporting.dialogue import dialogue
from reporting.dialogue.progress import day_of
from reporting.models import Message
from reporting.questions.reading import ANSWERS, answers
from vault.compartments import Compartment, read_text, sealed_in
from vault.models import SealedText

LANGUAGE = "nl"
_COMPARTMENTS = (Compartment.CONTENT, Compartment.PERPETRATOR, Compartment.FILE)
_PURPOSES = (ANSWERS, dialogue.PURPOSE, NOTE, PROPOSAL, ANSWER, *DECISION_WORDS, *pieces.PURPOSES)
Sealed = Mapping[UUID, SealedText]


def sources_of(case: Case, actor: Actor) -> list[Source]:
    """Every text, document, piece of evidence and file of the case, oldest first within its kind. The caller has
    asked `may(actor, "case.file", case)`.

    The compartment `identity` is left out: who reported is in no redaction and in no export.
    """
    with translation.override(LANGUAGE):
        relations, sealed = _relations(case), sealed_in(case.id, _COMPARTMENTS, _PURPOSES)
        return [
            *_report(case, actor, sealed),
            *_messages(case, actor, relations, sealed),
            *_notes(case, actor, relations, sealed),
            *_decisions(case, actor, relations, sealed),
            *(
                _proposals(case, actor, relations, sealed)
                if any(row.purpose == PROPOSAL for row in sealed.values())
                else []
            ),
            *pieces.documents(case, actor, relations, sealed),
            *pieces.evidence(case, actor, sealed),
            *pieces.files(case, actor, relations, sealed),
        ]


def _report(case: Case, actor: Actor, sealed: Sealed) -> list[Source]:
    sources = []
    for compartment in (Compartment.CONTENT, Compartment.PERPETRATOR):
        try:
            key = key_of(case, compartment, actor)
        except NotAllowed:
            continue
        sources += [
            Source(f"report:{answer.question}", "report", answer.label, answer.text, case.report.received_on)
            for answer in answers(case.report, key, sealed.values())
        ]
    return sources


def _messages(case: Case, actor: Actor, relations: dict, sealed: Sealed) -> list[Source]:
    key = key_of(case, Compartment.CONTENT, actor)
    return [
        Source(
            f"message:{message.id}",
            "message",
            str(message.kind_label),
            read_text(key, sealed[message.text]),
            day_of(case.report, message.on) if message.by == Message.By.REPORTER else message.on,
            None,
            message.author.name if message.author else "",
            relations.get(message.author_id, _("The organisation"))
            if message.by == Message.By.DESK
            else _("The reporter"),
        )
        for message in case.report.messages.select_related("author")
    ]


def _notes(case: Case, actor: Actor, relations: dict, sealed: Sealed) -> list[Source]:
    return [
        Source(
            f"note:{written.note.id}",
            "note",
            _("Contact") if written.note.kind == Note.Kind.CONTACT else _("Note"),
            written.text,
            timezone.localdate(written.note.made_at),
            written.note.made_at,
            written.note.author.name,
            relations.get(written.note.author_id, ""),
            written.note.struck_by_id is not None,
        )
        for written in reversed(notes_of(case, actor, sealed))
    ]


def _decisions(case: Case, actor: Actor, relations: dict, sealed: Sealed) -> list[Source]:
    every = list(reversed(decisions_taken(case, actor, sealed)))
    records: list[Source] = []
    decisions = [
        Source(
            f"decision:{taken.decision.id}",
            "decision",
            taken.label,
            "\n".join([taken.reason, *_together(taken, relations), *_lines(taken.details)]),
            timezone.localdate(taken.decision.done_at),
            taken.decision.done_at,
            taken.decision.actor.name,
            relations.get(taken.decision.actor_id, ""),
        )
        for taken in every
    ]
    for taken in every:
        who = taken.decision.actor
        records += [
            Source(
                f"record:{one.record.id}",
                "decision",
                one.label,
                "\n".join(_lines([*one.rows, *one.ending])),
                timezone.localdate(taken.decision.done_at),
                taken.decision.done_at,
                who.name,
                relations.get(who.id, ""),
            )
            for one in taken.shown
        ]
    return [*decisions, *records]


def _proposals(case: Case, actor: Actor, relations: dict, sealed: Sealed) -> list[Source]:
    """What was proposed and did not become a decision."""
    return [
        Source(
            f"proposal:{one.proposal.id}",
            "decision",
            _("Proposed: %(what)s") % {"what": one.label},
            "\n".join(
                filter(
                    None,
                    [
                        one.choice.reason,
                        *_lines(one.details),
                        one.text,
                        *(line for row in one.records for line in _lines(row)),
                        one.answer,
                    ],
                )
            ),
            timezone.localdate(one.proposal.asked_at),
            one.proposal.asked_at,
            one.proposal.asked_by.name,
            relations.get(one.proposal.asked_by_id, ""),
        )
        for one in reversed(proposals_of(case, actor, sealed))
        if one.proposal.state != Proposal.State.AGREED
    ]


def _lines(rows: list[tuple[str, str]]) -> list[str]:
    return [f"{name}: {value}" for name, value in rows]


def _together(taken: Taken, relations: dict) -> list[str]:
    """Who agreed, by what they are in the case, and when it was recorded where that was later than the deed."""
    said = []
    if taken.decision.agreed_by_id:
        said.append((_("Agreed"), relations.get(taken.decision.agreed_by_id, _("The organisation"))))
    if taken.is_dated:
        said.append((_("Recorded on"), date_format(taken.decision.made_at, "j F Y")))
    return _lines(said)


def _relations(case: Case) -> dict:
    """What each person is or was in the case, {person id: words}: a redacted paper names no people."""
    relation = code_list("relation")
    return {
        assignment.person_id: str(relation[assignment.relation])
        for assignment in Assignment.objects.filter(case=case.id).order_by("ended")
    }
