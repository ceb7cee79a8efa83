"""A report that is being written. It lives in the browser only: every page carries it, sealed.

The draft keeps what was typed in each step. Answers are made from it at every request, so that a condition or a choice
that changed meanwhile is judged on the server.
"""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from organisations.access.recusal import NO, UNKNOWN
from organisations.codes import code_list
from organisations.models import Organisation
from organisations.people.appointments import Rosters
from reporting.evidence.custody import comparable
from reporting.evidence.intake import EvidencePiece
from reporting.form.coded import coded
from reporting.form.forms import Setting, StepForm
from reporting.form.persons.circle import circle_of, naming
from reporting.form.persons.readers import functions_asked
from reporting.form.submission import Submission
from reporting.form.written import came_in_writing, needs_code_sent
from reporting.models import Report
from reporting.questions.meanings import Meaning
from reporting.questions.own import questions_for
from reporting.questions.questions import Questionnaire, Step, answer_meaning, ids_meaning
from vault import receipts
from vault.compartments import Compartment
from vault.files import room_left
from vault.keyring.keys import stored_digest
from vault.sealed_state import open_state, seal_state

PURPOSE = "report"
CONFIRM_AFTER = timedelta(hours=2)
_CARRIED = (
    "kind", "token", "receipt", "typed", "shown_readers", "files", "taker", "follows", "begun", "shown_at",
    "asked", "asked_of", "came_by", "came_on", "review_on",
)  # fmt: skip


@dataclass
class Draft:
    organisation: Organisation
    kind: str
    token: str
    receipt: str
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    shown_readers: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)  # EvidencePiece.to_state of each
    taker: str = ""  # the person who writes down what somebody else tells
    came_by: str = ""  # of came_by: how it came to who writes it down
    came_on: str = ""  # the day on which it came, where it was another one
    review_on: str = ""  # of a doubt that is parked as a signal: the day on which people look again
    follows: str = ""  # the earlier report to which this one belongs
    begun: float = field(default_factory=time.time)
    shown_at: float = 0.0  # when the page that sends was first shown
    asked: list[str] = field(default_factory=list)  # the functions that the question about readers named when answered
    asked_of: str = ""  # a digest of everything that was written when it was answered
    sealed_at: datetime | None = None
    day: date = field(default_factory=timezone.localdate)
    _answered: dict[str, StepForm] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def begin(cls, organisation: Organisation, kind: str) -> "Draft":
        """An empty draft with a receipt of its own. Raises UnknownCode for what is no kind of report."""
        code_list("kind")[kind]
        return cls(organisation, kind, secrets.token_hex(16), receipts.new_receipt())

    @classmethod
    def open(cls, organisation: Organisation, sealed: str) -> "Draft":
        """Raises StateExpired or StateInvalid of the vault; a draft of another organisation is invalid too."""
        opened = open_state(_purpose(organisation), sealed)
        carried = {name: value for name, value in json.loads(opened.body).items() if name in _CARRIED}
        draft = cls(organisation=organisation, sealed_at=opened.sealed_at, **carried)
        draft._settle()
        return draft

    def seal(self) -> str:
        """The draft as the next page carries it."""
        body = {name: getattr(self, name) for name in _CARRIED}
        return seal_state(_purpose(self.organisation), json.dumps(body).encode())

    @cached_property
    def questions(self) -> Questionnaire:
        """The questions that the organisation asks now, in the words for who fills in the form."""
        asked = questions_for(self.organisation)
        if self.is_signal:
            return asked.of_signal()
        return asked.of_third() if self.taker else asked

    @cached_property
    def rosters(self) -> Rosters:
        """Who holds which function today. A draft lives as long as one request, so this is looked up once."""
        return Rosters(self.day)

    @property
    def pieces(self) -> list[EvidencePiece]:
        """The evidence that was taken so far."""
        return [EvidencePiece.from_state(state) for state in self.files]

    @property
    def keeps_originals(self) -> bool:
        """Whether originals of files may be kept. Only for a reporter who gives a name to all: an original could
        betray who sent it."""
        return self.typed_as(Meaning.KNOWN_AS) == ["named"]

    def number_of(self, step: Step) -> int:
        """The place of a page in the form, from 1; 0 of a page that is not on the way."""
        places = [one.id for one in (*self.way(), self.questions.last_step)]
        return places.index(step.id) + 1 if step.id in places else 0

    @property
    def count(self) -> int:
        """How many pages everybody passes: those of the way and the one that sends."""
        return len(self.way()) + 1

    @property
    def takes_code_along(self) -> bool:
        """Whether the reporter is there to hear the code; else the code is sent."""
        return not needs_code_sent(self.came_by)

    @property
    def is_signal(self) -> bool:
        """Whether it is parked. Where somebody is not safe now nothing is: it becomes a report."""
        return bool(self.review_on) and "unsafe" not in self.typed_as(Meaning.DANGER)

    @property
    def lacks_original(self) -> bool:
        """It came in writing and what came is not kept yet. Of a confidential reporter it is not asked: it would say who
        wrote it to everybody who reads the case. Where there is no room for files, none is asked."""
        confidential = self.typed_as(Meaning.KNOWN_AS) == ["confidential"]
        return came_in_writing(self.came_by) and not confidential and not self.files and room_left()

    @property
    def is_old(self) -> bool:
        """Whether the page is so old that it asks to confirm once more: somebody else may sit at the screen now."""
        return self.sealed_at is not None and timezone.now() - self.sealed_at > CONFIRM_AFTER

    def takes_evidence(self, step: Step) -> bool:
        """Whether files can be chosen on this page. What came in writing is added after it is known whether its original may be
        kept, so only on the page of its own."""
        return step.evidence and (step.optional or not came_in_writing(self.came_by))

    def keep(self, step: Step, data: QueryDict) -> None:
        """Remember what was typed in a step, right or wrong."""
        asked = {question.id for question in step.asked(self.kind)}
        self.typed[step.id] = {name: data.getlist(name) for name in data if name in asked}
        self._answered.clear()
        if step.asks(Meaning.ABOUT_READER):
            self.asked, self.asked_of = self._setting(step).functions, self._written()

    def keep_loose(self, data: QueryDict) -> None:
        """Remember what was typed on a page that there is no more: each answer under the question that has its name."""
        self.typed[""] = {name: data.getlist(name) for name in data}
        self._settle()

    def _settle(self) -> None:
        """Put every answer under the page that asks it now. A page that is still open in a browser may be older than this
        version of the form."""
        typed = {name: values for answers in self.typed.values() for name, values in answers.items()}
        homes = {question.id: step.id for step in self.questions.steps for question in step.questions}
        settled: dict[str, dict[str, list[str]]] = {
            step.id: {} for step in self.questions.steps if step.id in self.typed
        }
        for name, values in typed.items():
            if name in homes:
                settled.setdefault(homes[name], {})[name] = values
        self.typed = settled
        self._answered.clear()

    def form(self, step: Step, *, judged: bool = False) -> StepForm:
        """The form of a step with what was typed; with its errors only when it is judged."""
        return StepForm(self.typed.get(step.id, {}), step, self._setting(step), judged=judged)

    def _setting(self, step: Step) -> Setting:
        """What the form of a step must be told: who and where, and what was typed in the steps before it."""
        earlier: dict[str, list[str]] = {}
        for other in self.questions.steps:
            if other.id == step.id:
                break
            earlier |= self.typed.get(other.id, {})
        return Setting(self.organisation, self.kind, self.rosters, earlier, self.receipt)

    def answered(self, step: Step) -> StepForm:
        """The judged form of a step, made once for what was typed."""
        if step.id not in self._answered:
            self._answered[step.id] = self.form(step, judged=True)
        return self._answered[step.id]

    def typed_as(self, meaning: Meaning) -> list[str]:
        """What was typed, right or wrong, in the questions with this meaning."""
        ids = ids_meaning(meaning)
        return [value for fields in self.typed.values() for name in ids for value in fields.get(name, ())]

    def steps(self) -> list[Step]:
        """The pages of this kind of report. None comes without a question, but the ones that take evidence or send."""
        return [step for step in self.questions.steps if step.evidence or step.sends or step.asked(self.kind)]

    def way(self) -> list[Step]:
        """The pages that everybody passes before the one that sends."""
        return [step for step in self.steps() if not step.optional and not step.sends]

    def first_open_step(self) -> Step | None:
        """The first page that is not answered well, or None when the page that sends can be shown."""
        return next((step for step in self.steps() if not step.sends and not self._is_answered(step)), None)

    def _is_answered(self, step: Step) -> bool:
        if self.takes_evidence(step) and self.lacks_original:
            return False
        return self.answered(step).is_valid()

    def forget_old_answer(self) -> bool:
        """Forget a "no, about none of them" that was said of other words than those that stand there now: it was not about these
        words, whoever they name. Says whether there was one."""
        is_old = self._says_no_of_other_words()
        if is_old:
            for fields in self.typed.values():
                for name in ids_meaning(Meaning.ABOUT_READER):
                    fields.pop(name, None)
            self._answered.clear()
        return is_old

    def _says_no_of_other_words(self) -> bool:
        return NO in self.typed_as(Meaning.ABOUT_READER) and self.asked_of != self._written()

    def _written(self) -> str:
        typed = {name: "\n".join(values) for fields in self.typed.values() for name, values in fields.items()}
        return hashlib.sha256(json.dumps(naming(typed)).encode()).hexdigest()

    def answers(self) -> dict[str, object]:
        """All answers, cleaned: {question id: code, codes or text}. Call it when :meth:`first_open_step` is None."""
        cleaned: dict[str, object] = {}
        for step in self.steps():
            form = self.answered(step)
            form.is_valid()
            cleaned |= {name: value for name, value in form.cleaned_data.items() if value not in ("", [], None)}
        if answer_meaning(Meaning.KNOWN_AS, cleaned) == "anonymous":
            # A name that stayed behind when the choice changed is not kept.
            gone = {*ids_meaning(Meaning.REPORTER_NAME), *ids_meaning(Meaning.REPORTER_CONTACT)}
            cleaned = {name: value for name, value in cleaned.items() if name not in gone}
        if self._says_no_of_other_words():
            cleaned |= dict.fromkeys(cleaned.keys() & set(ids_meaning(Meaning.ABOUT_READER)), UNKNOWN)
        return cleaned

    def submission(self) -> Submission:
        """The report that this draft makes. Call it when :meth:`first_open_step` is None."""
        answers = self.answers()
        follows = UUID(self.follows) if self.follows else None
        earlier = Report.objects.values_list("case", flat=True).get(id=follows) if follows else None
        taker = UUID(self.taker) if self.taker else None
        pieces, words = comparable(self.pieces)
        circle = replace(circle_of(answers, earlier), unasked=words, taker=taker)
        if circle.answer:
            asked = functions_asked(self.organisation, self.kind, circle, self.day, self.rosters)
            # What was chosen may have changed since the question was answered: only functions that it named count.
            circle = replace(circle, asked=frozenset(asked) & set(self.asked))
        by_compartment: dict[Compartment, dict[str, object]] = {}
        for question in self.questions.asked(self.kind):
            if question.id in answers:
                by_compartment.setdefault(question.compartment, {})[question.id] = answers[question.id]
        return Submission(
            organisation=self.organisation,
            kind=self.kind,
            known_as=str(answer_meaning(Meaning.KNOWN_AS, answers)),
            day=self.day,
            questions=self.questions.version,
            token=self.digest,
            receipt=self.receipt,
            answers=answers,
            by_compartment=by_compartment,
            codes=coded(self.organisation, self.kind, self.questions, answers, circle),
            circle=circle,
            rosters=self.rosters,
            pieces=pieces,
            shown_readers=self.shown_readers,
            taker=taker,
            came_by=self.came_by,
            review_on=date.fromisoformat(self.review_on) if self.is_signal else None,
            came_on=date.fromisoformat(self.came_on) if self.came_on else None,
            follows=follows,
        )

    @property
    def digest(self) -> bytes:
        """What is stored of the form, so that one form makes one report."""
        return stored_digest("form", self.organisation.id, self.token)


def _purpose(organisation: Organisation) -> str:
    return f"{PURPOSE}:{organisation.id}"
