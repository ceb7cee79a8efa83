"""The form of a decision: reason, outcome where the protocol asks one, and the revision of the page."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.people.hearing import about_field
from cases.protocol.decision_questions import decision_questions
from cases.protocol.definitions import Decision
from organisations.codes import code_list
from organisations.desk.forms import DeskForm, NeededWhen, reason_field, revision_field, text_area

MOST_CHARACTERS = 20_000
MOST_WORDS = 2_000
OWN_PLACE = {"outcome", "reason", "about", "revision"}  # fields that are not asked beside the reason


class DecisionForm(DeskForm):
    sometimes_needed = ("about",)
    needed_when = {
        "power": NeededWhen("outcome", {"statutory_power"}, _("Choose which statutory power was used.")),
    }
    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect, error_messages={"required": _("Choose what the outcome is.")}
    )
    reason = reason_field(
        help_text=_("Sealed with the case. Only who may read the file reads this."), max_length=MOST_CHARACTERS, rows=6
    )
    about = about_field()
    revision = revision_field()

    def __init__(self, data: QueryDict | None, *, rule: Decision, revision: int, layer: str) -> None:
        super().__init__(data, initial={"revision": revision})
        self.rule = rule
        if rule.outcome:
            dispositions = code_list("disposition")
            self.choose_from("outcome", [(code, str(dispositions[code])) for code in rule.outcome])
        else:
            del self.fields["outcome"]
        if rule.form == "weighing":
            self._ask_weighing()
        if rule.form == "power":
            self._ask_power(layer)

    def _ask_weighing(self) -> None:
        for name, criterion in decision_questions().weighing.items():
            choices = [(code, str(words)) for code, words in decision_questions().scales[criterion.scale].items()]
            field: forms.Field = (
                forms.ChoiceField(
                    choices=[("", _("Choose")), *choices],
                    error_messages={"required": _("Choose an answer, also when it is not clear.")},
                )
                if choices
                else forms.CharField(max_length=MOST_WORDS, required=False, widget=text_area(2))
            )
            field.label, field.help_text = str(criterion.label), str(criterion.help or "")
            self.fields[name] = field

    def _ask_power(self, layer: str) -> None:
        powers = [(code, power.label) for code, power in decision_questions().powers.items() if layer in power.layers]
        self.fields["power"] = forms.ChoiceField(
            label=_("Which statutory power?"),
            help_text=_("Only where the outcome is a statutory power. Its deadline starts with this decision."),
            choices=[("", _("None")), *((code, str(label)) for code, label in powers)],
            required=False,
        )

    @property
    def details(self) -> dict[str, str]:
        """The answers beside outcome and reason."""
        names = [name for name in self.fields if name not in OWN_PLACE]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    def beside(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in OWN_PLACE]
