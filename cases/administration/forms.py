"""The form in which an organisation composes its protocol, made from the blocks; and the form that puts it into force."""

from collections.abc import Collection
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.protocol.checking.contradictions import MarkedSentence
from cases.protocol.composition import MOST_TEXT, ProtocolBlock, ProtocolChanges, blocks
from cases.protocol.kinds.deadline_kinds import DeadlineKind, deadline_kinds
from organisations.codes import code_list
from organisations.desk.forms import DeskForm, day_field, revision_field, text_area

MOST_COMMITTEE = 400
READ_EACH = _("Read each sentence and tick it, or change the text.")


@dataclass(frozen=True)
class BlockFields:
    """One block of the page with its fields."""

    block: ProtocolBlock
    chosen: forms.BoundField | None
    who: forms.BoundField | None
    deadlines: list[tuple[DeadlineKind, str, forms.BoundField]]
    committee: forms.BoundField | None
    text: forms.BoundField

    @property
    def is_open(self) -> bool:
        """Whether the page shows it unfolded: something in it is wrong."""
        fields = [self.chosen, self.who, self.committee, self.text, *(field for _kind, _unit, field in self.deadlines)]
        return any(field.errors for field in fields if field)


class ProtocolForm(DeskForm):
    adopted_by = forms.CharField(
        label=_("Adopted by"),
        help_text=_("For example: the council, in its meeting of 12 March."),
        max_length=200,
        required=False,
    )
    revision = revision_field()
    organisation = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: QueryDict | None, *, base: str, changes: ProtocolChanges, revision: int, organisation: str = ""
    ) -> None:
        initial: dict[str, object] = {"revision": revision, "adopted_by": changes.adopted_by}
        self.base = base
        initial["organisation"] = organisation
        made: dict[str, forms.Field] = {}
        relation = code_list("relation")
        for name, block in blocks(base).items():
            if block.optional:
                made[f"chosen-{name}"] = forms.BooleanField(
                    label=_("This block is part of our protocol"), required=False
                )
                initial[f"chosen-{name}"] = changes.chosen.get(name, block.chosen)
            if block.change_who:
                made[f"who-{name}"] = forms.MultipleChoiceField(
                    label=_("Who decides"),
                    choices=[(one, str(relation[one])) for one in block.change_who],
                    widget=forms.CheckboxSelectMultiple,
                    error_messages={"required": _("Choose at least one who decides.")},
                )
                initial[f"who-{name}"] = changes.who.get(name, block.who)
            for deadline, bounds in block.deadline_bounds.items():
                kind = deadline_kinds()[deadline]
                unit = str(code_list("deadline_unit")[kind.unit])
                bounded = (
                    _("Between %(least)d and %(most)d.") % {"least": bounds.at_least, "most": bounds.at_most}
                    if bounds.at_least != bounds.at_most
                    else _("Set by law: %(most)d.") % {"most": bounds.at_most}
                )
                if kind.lengths:
                    choices = ", ".join(f"{length} ({kind.rested_on(length)})" for length in kind.lengths)
                    bounded = _("One of: %(choices)s.") % {"choices": choices}
                made[f"length-{deadline}"] = forms.IntegerField(
                    label=f"{kind.label} ({unit})",
                    help_text=f"{bounded} {kind.begins}".strip(),
                    error_messages={"required": _("Give a number."), "invalid": _("Give a whole number.")},
                )
                initial[f"length-{deadline}"] = changes.deadline_lengths.get(deadline, kind.length)
            if block.change_committee:
                made[f"committee-{name}"] = forms.CharField(
                    label=_("Who is in the committee"), max_length=MOST_COMMITTEE, required=False
                )
                initial[f"committee-{name}"] = changes.committees.get(name, "")
            made[f"text-{name}"] = forms.CharField(
                label=_("Text of the article"),
                max_length=MOST_TEXT,
                required=False,
                widget=text_area(5),
                help_text=_("Leave it empty to take the national text."),
            )
            initial[f"text-{name}"] = changes.texts.get(name, "")
        super().__init__(data, initial=initial)
        self.fields.update(made)

    def changes(self) -> ProtocolChanges:
        """What differs from the national protocol; only that is kept."""
        given = self.cleaned_data
        chosen, lengths, who, texts, committees = {}, {}, {}, {}, {}
        for name, block in blocks(self.base).items():
            if block.optional and given[f"chosen-{name}"] != block.chosen:
                chosen[name] = given[f"chosen-{name}"]
            if block.change_who and set(given[f"who-{name}"]) != set(block.who):
                who[name] = [one for one in block.change_who if one in given[f"who-{name}"]]
            for deadline in block.deadline_bounds:
                if given[f"length-{deadline}"] != deadline_kinds()[deadline].length:
                    lengths[deadline] = given[f"length-{deadline}"]
            if text := given[f"text-{name}"].strip():
                texts[name] = text
            if block.change_committee and (committee := given[f"committee-{name}"].strip()):
                committees[name] = committee
        return ProtocolChanges(
            chosen=chosen,
            deadline_lengths=lengths,
            who=who,
            texts=texts,
            committees=committees,
            adopted_by=given["adopted_by"].strip(),
        )

    def by_block(self) -> list[BlockFields]:
        def field(name: str) -> forms.BoundField | None:
            return self[name] if name in self.fields else None

        return [
            BlockFields(
                block=block,
                chosen=field(f"chosen-{name}"),
                who=field(f"who-{name}"),
                deadlines=[
                    (
                        deadline_kinds()[deadline],
                        str(code_list("deadline_unit")[deadline_kinds()[deadline].unit]),
                        self[f"length-{deadline}"],
                    )
                    for deadline in block.deadline_bounds
                ],
                committee=field(f"committee-{name}"),
                text=self[f"text-{name}"],
            )
            for name, block in blocks(self.base).items()
        ]


class PublishForm(DeskForm):
    effective_on = day_field(
        _("In force from"),
        help_text=_("Cases that are opened from this day on run this version."),
        missing=_("Give a day."),
    )
    revision = revision_field()

    def __init__(self, data: QueryDict | None, *, revision: int, marked: Collection[MarkedSentence] = ()) -> None:
        initial = {"revision": revision, "effective_on": timezone.localdate()}
        super().__init__(data, initial=initial)
        self.to_read = {one.id for one in marked}
        if marked:
            self.fields["read"] = forms.MultipleChoiceField(
                label=_("I read these sentences, and they take no right away"),
                choices=[(one.id, f"{one.article}: “{one.sentence}”") for one in marked],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": READ_EACH},
            )

    def clean_read(self) -> list[str]:
        read: list[str] = self.cleaned_data["read"]
        if set(read) != self.to_read:
            raise forms.ValidationError(READ_EACH)
        return read

    def clean_effective_on(self):
        day = self.cleaned_data["effective_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return day
