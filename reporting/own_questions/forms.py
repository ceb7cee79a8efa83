"""Forms in which an administrator changes the words of a question or writes an own one. Both languages or neither."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.codes import code_list
from organisations.texts import Text
from reporting.questions.own import FEWEST_CHOICES, MOST_CHOICES, OwnQuestion
from reporting.questions.questions import Question

LONGEST_LABEL, LONGEST_HELP, LONGEST_CHOICE = 160, 400, 100
TEXT, CHOICE = "text", "choice"


class InTwoLanguages(forms.Form):
    """The question and its explanation in Dutch and English."""

    label_nl = forms.CharField(label=gettext_lazy("The question in Dutch"), max_length=LONGEST_LABEL, required=False)
    label_en = forms.CharField(label=gettext_lazy("The question in English"), max_length=LONGEST_LABEL, required=False)
    help_nl = forms.CharField(label=gettext_lazy("Explanation in Dutch"), max_length=LONGEST_HELP, required=False)
    help_en = forms.CharField(label=gettext_lazy("Explanation in English"), max_length=LONGEST_HELP, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{"auto_id": "%s", **kwargs})
        for name in ("label_nl", "label_en", "help_nl", "help_en"):
            field = self.fields[name]
            field.widget.attrs["autocomplete"] = "off"
            # The limit is the server's to judge: the browser's own cuts a pasted text off without a word.
            field.widget.attrs.pop("maxlength", None)
            field.error_messages["max_length"] = _("Make this text shorter than %(limit)d characters") % {
                "limit": field.max_length  # type: ignore[attr-defined]
            }

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        missing = {
            "label_nl": _("Write the question in Dutch too"),
            "label_en": _("Write the question in English too"),
            "help_nl": _("Write the explanation in Dutch too"),
            "help_en": _("Write the explanation in English too"),
        }
        for name, words in missing.items():
            other = name[:-2] + {"nl": "en", "en": "nl"}[name[-2:]]
            if name not in self.errors and cleaned.get(other) and not cleaned.get(name):
                self.add_error(name, words)
        return cleaned

    def words(self, name: str) -> Text | None:
        """The text in both languages; None when it was left empty. Call it on a valid form."""
        nl, en = self.cleaned_data[f"{name}_nl"], self.cleaned_data[f"{name}_en"]
        return Text({"nl": nl, "en": en}) if nl else None


class WordingForm(InTwoLanguages):
    """Own words for a national question. Empty: the national text."""

    def __init__(self, *args, national: Question, label: Text, help: Text | None, **kwargs) -> None:
        super().__init__(*args, initial=_initial(label, help), **kwargs)
        for language in ("nl", "en"):
            for name, text in (("label", national.label), ("help", national.help)):
                field = self.fields[f"{name}_{language}"]
                field.sometimes_needed = True  # type: ignore[attr-defined]
                field.help_text = (
                    _("National text: %(text)s") % {"text": text.in_language(language)}
                    if text
                    else _("There is no national explanation.")
                )


class OwnQuestionForm(InTwoLanguages):
    """A question that the organisation adds."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("In which reports do you ask this?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one kind of report")},
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("How is it answered?"),
        choices=[
            (TEXT, gettext_lazy("A short text: the reporter writes at most 200 characters.")),
            (CHOICE, gettext_lazy("A choice from a list: the reporter chooses one of the answers below.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how the question is answered")},
    )
    choices_nl = forms.CharField(
        label=gettext_lazy("Answers in Dutch"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    choices_en = forms.CharField(
        label=gettext_lazy("Answers in English"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    field_order = ("label_nl", "label_en", "help_nl", "help_en", "kinds", "answer", "choices_nl", "choices_en")

    def __init__(self, *args, own: OwnQuestion | None, **kwargs) -> None:
        super().__init__(*args, initial=_initial_own(own) if own else {}, **kwargs)
        self.fields["kinds"].choices = [(kind.id, str(kind)) for kind in code_list("kind").codes]  # type: ignore[attr-defined]
        for name, needed in (
            ("label_nl", _("Write the question in Dutch")),
            ("label_en", _("Write the question in English")),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = needed
        self.fields["choices_nl"].help_text = _(
            "Only for a choice. One answer on a line, %(fewest)d to %(most)d answers."
        ) % {"fewest": FEWEST_CHOICES, "most": MOST_CHOICES}
        self.fields["choices_en"].help_text = _("The same answers in the same order.")
        for name in ("choices_nl", "choices_en"):
            self.fields[name].sometimes_needed = True  # type: ignore[attr-defined]

    def clean_choices_nl(self) -> list[str]:
        return _lines(self.cleaned_data["choices_nl"])

    def clean_choices_en(self) -> list[str]:
        return _lines(self.cleaned_data["choices_en"])

    def clean(self) -> dict:
        cleaned = super().clean()
        nl, en = cleaned.get("choices_nl") or [], cleaned.get("choices_en") or []
        if cleaned.get("answer") == TEXT and (nl or en):
            self.add_error("answer", _("You wrote answers below. Choose “A choice from a list”, or empty the answers."))
        if cleaned.get("answer") == CHOICE:
            wrong = {name: _wrong(lines) for name, lines in (("choices_nl", nl), ("choices_en", en))}
            for name, words in wrong.items():
                if words and name not in self.errors:
                    self.add_error(name, words)
            if not any(wrong.values()) and len(nl) != len(en):
                self.add_error(
                    "choices_en",
                    _("There are %(nl)d answers in Dutch and %(en)d in English. Write every answer in both languages.")
                    % {"nl": len(nl), "en": len(en)},
                )
        return cleaned

    def own_question(self, question: str) -> OwnQuestion:
        """What was written, under this id. Call it on a valid form."""
        cleaned = self.cleaned_data
        pairs = zip(cleaned["choices_nl"], cleaned["choices_en"], strict=True)
        return OwnQuestion(
            id=question,
            kinds=[kind.id for kind in code_list("kind").codes if kind.id in cleaned["kinds"]],
            label=Text({"nl": cleaned["label_nl"], "en": cleaned["label_en"]}),
            help=self.words("help"),
            choices=[Text({"nl": nl, "en": en}) for nl, en in pairs],
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _wrong(lines: list[str]) -> str:
    """What to do about the answers of a choice in one language; empty when they are right."""
    if not FEWEST_CHOICES <= len(lines) <= MOST_CHOICES:
        return _("Write %(fewest)d to %(most)d answers, each on its own line") % {
            "fewest": FEWEST_CHOICES,
            "most": MOST_CHOICES,
        }
    if long := next((line for line in lines if len(line) > LONGEST_CHOICE), ""):
        return _("Make the answer “%(text)s…” shorter than %(limit)d characters") % {
            "text": long[:30],
            "limit": LONGEST_CHOICE,
        }
    if twice := next((line for number, line in enumerate(lines) if line in lines[:number]), ""):
        return _("The answer “%(text)s” is there twice. Take one out.") % {"text": twice}
    return ""


def _initial(label: Text, help: Text | None) -> dict[str, object]:
    return {
        "label_nl": label.in_language("nl"),
        "label_en": label.in_language("en"),
        "help_nl": help.in_language("nl") if help else "",
        "help_en": help.in_language("en") if help else "",
    }


def _initial_own(own: OwnQuestion) -> dict[str, object]:
    return {
        **_initial(own.label, own.help),
        "kinds": own.kinds,
        "answer": CHOICE if own.choices else TEXT,
        "choices_nl": "\n".join(one.in_language("nl") for one in own.choices),
        "choices_en": "\n".join(one.in_language("en") for one in own.choices),
    }
