"""A report that is being written. It lives in the browser only: every page carries it, sealed.

The draft keeps what was typed, per step; answers are made from it anew each time, so that a condition or a choice that
changed meanwhile is judged on the server.
"""

import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from organisations.access.recusal import Circle
from organisations.codes import code_list
from organisations.models import Organisation
from organisations.people.appointments import Rosters
from reporting.codes import NOT_GIVEN, counted_group
from reporting.counting.facts import form_of_kind
from reporting.evidence.intake import Piece
from reporting.form.circle import circle_of
from reporting.form.forms import Setting, StepForm
from reporting.models import Report
from reporting.questions.own import questions_for
from reporting.questions.questions import Question, Questionnaire, Step
from vault import receipts
from vault.compartments import Compartment
from vault.sealed_state import open_state, seal_state

PURPOSE = "report"
CONFIRM_AFTER = timedelta(hours=2)
_CARRIED = (
    "kind", "token", "receipt", "typed", "shown_readers", "files", "taker", "follows", "begun", "shown_receipt",
)  # fmt: skip


@dataclass
class Draft:
    organisation: Organisation
    kind: str
    token: str
    receipt: str
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    shown_readers: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)  # Piece.to_state of each
    taker: str = ""  # the person who writes down what somebody else tells
    follows: str = ""  # the earlier report to which this one belongs
    begun: float = field(default_factory=time.time)
    shown_receipt: float = 0.0
    sealed_at: datetime | None = None
    day: date = field(default_factory=timezone.localdate)
    _answered: dict[str, StepForm] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def begin(cls, organisation: Organisation, kind: str) -> "Draft":
        code_list("kind")[kind]
        return cls(organisation, kind, secrets.token_hex(16), receipts.new_receipt())

    @classmethod
    def open(cls, organisation: Organisation, sealed: str) -> "Draft":
        """Raises StateExpired or StateInvalid of the vault; a draft of another organisation is invalid too."""
        opened = open_state(_purpose(organisation), sealed)
        return cls(organisation=organisation, sealed_at=opened.sealed_at, **json.loads(opened.body))

    def seal(self) -> str:
        body = {name: getattr(self, name) for name in _CARRIED}
        return seal_state(_purpose(self.organisation), json.dumps(body).encode())

    @cached_property
    def questions(self) -> Questionnaire:
        return questions_for(self.organisation)

    @cached_property
    def rosters(self) -> Rosters:
        """Looked up once: a draft lives as long as one request."""
        return Rosters(self.day)

    @property
    def pieces(self) -> list[Piece]:
        return [Piece.from_state(one) for one in self.files]

    @property
    def keeps_originals(self) -> bool:
        """Whether a file may be kept as it came: only for who gives a name to all; it could betray others."""
        return self.typed.get("known_as", {}).get("known_as") == ["named"]

    @property
    def is_old(self) -> bool:
        """So old that the page asks to confirm anew: somebody else may sit at the screen now."""
        return self.sealed_at is not None and timezone.now() - self.sealed_at > CONFIRM_AFTER

    def keep(self, step: Step, data: QueryDict) -> None:
        """Remember what was typed in a step, right or wrong."""
        asked = {question.id for question in step.asked(self.kind)}
        self.typed[step.id] = {name: data.getlist(name) for name in data if name in asked}
        self._answered.clear()

    def form(self, step: Step, *, judged: bool = False) -> StepForm:
        """The form of a step with what was typed; with its errors only when it is judged."""
        earlier: dict[str, list[str]] = {}
        for one in self.questions.steps:
            if one.id == step.id:
                break
            earlier |= self.typed.get(one.id, {})
        setting = Setting(self.organisation, self.kind, self.rosters, earlier, self.receipt)
        return StepForm(self.typed.get(step.id, {}), step, setting, judged=judged)

    def steps(self) -> list[Step]:
        """The steps that are asked: "heaviest" only when more than one thing was chosen, and none without a question."""
        chosen = self._chosen_codes().get(form_of_kind()[self.kind], [])
        steps = [step for step in self.questions.steps if step.evidence or step.asked(self.kind)]
        return [step for step in steps if step.id != "heaviest" or len(chosen) > 1]

    def first_open_step(self) -> Step | None:
        """The first step that is not answered well, or None when the summary can be shown."""
        return next((step for step in self.steps() if not self._answer(step).is_valid()), None)

    def _answer(self, step: Step) -> StepForm:
        """The judged form of a step, made once for what was typed."""
        if step.id not in self._answered:
            self._answered[step.id] = self.form(step, judged=True)
        return self._answered[step.id]

    def answers(self) -> dict[str, object]:
        """All answers, cleaned. Call it when :meth:`first_open_step` is None."""
        cleaned: dict[str, object] = {}
        for step in self.steps():
            form = self._answer(step)
            form.is_valid()
            cleaned |= {name: value for name, value in form.cleaned_data.items() if value not in ("", [], None)}
        if cleaned.get("known_as") == "anonymous":  # a name that stayed behind when the choice changed is not kept
            cleaned = {name: value for name, value in cleaned.items() if name not in {"name", "contact"}}
        return cleaned

    def circle(self) -> Circle:
        """Whom recusal must look at."""
        return circle_of(self.answers(), self._earlier_case)

    @cached_property
    def _earlier_case(self) -> UUID | None:
        return Report.objects.values_list("case", flat=True).get(id=self.follows) if self.follows else None

    def codes(self) -> dict[str, str]:
        """The coded answers: what is counted, and what routing and clocks need. Codes only, never words."""
        answers = self.answers()
        codes = {"kind": self.kind, "group": NOT_GIVEN}
        for question in self.questions.asked(self.kind):
            if question.counts_as:
                codes[question.counts_as] = self._leaf(question, answers)
        if self.kind == "integrity":
            group = counted_group(self.circle().subjects[0].function, self.organisation.kind)
            codes["group"] = group if group in code_list("group") else "employee"
            codes["group"] = NOT_GIVEN if group == "unknown" else codes["group"]
        codes["subject"] = "given" if self.kind == "integrity" or self.circle().subjects else "none"
        codes["danger"] = "now" if answers.get("danger") == "unsafe" else "not_now"
        return codes

    def by_compartment(self) -> dict[Compartment, dict[str, object]]:
        """The answers where they are sealed: {compartment: {question id: answer}}."""
        answers = self.answers()
        sealed: dict[Compartment, dict[str, object]] = {}
        for question in self.questions.asked(self.kind):
            if question.id in answers:
                sealed.setdefault(question.compartment, {})[question.id] = answers[question.id]
        return sealed

    def _leaf(self, question: Question, answers: dict) -> str:
        value = answers.get("heaviest") if question.type == "codes" else None
        value = value or answers.get(question.id)
        if isinstance(value, list):
            value = value[0]
        return str(value) if value else NOT_GIVEN

    def _chosen_codes(self) -> dict[str, list[str]]:
        name = form_of_kind()[self.kind]
        return {name: [code for code in self.typed.get("what", {}).get(name, []) if code in code_list(name)]}


def _purpose(organisation: Organisation) -> str:
    return f"{PURPOSE}:{organisation.id}"
