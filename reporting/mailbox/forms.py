"""The forms of the mailbox."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.form.base import NewCodeForm, ReporterForm, without_browser_limit
from reporting.form.forms import MOST_CHARACTERS, reader_choices


class MailboxForm(ReporterForm):
    """A form of a page that a code opened. Several stand on one page, so the ids of their fields begin with `name`: that of the
    class, unless a page has several of a class."""

    def __init__(self, data=None, *, name: str = "", **kwargs) -> None:
        super().__init__(data, auto_id=f"{name or self.__class__.__name__.lower()}-%s", **kwargs)


def long_text(label, help_text="", *, required: bool = True, missing="", rows: int = 5) -> forms.CharField:
    field = forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )
    without_browser_limit(field)
    return field


def _choice(label, *choices, missing) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, widget=forms.RadioSelect, choices=choices, error_messages={"required": missing}
    )


class MessageForm(MailboxForm):
    sometimes_needed = ("text", "about")  # a message, or evidence
    text = long_text(_("Your message"), required=False)
    about = forms.ChoiceField(
        label=_("Is your message about one of these people?"),
        help_text=_(
            "They work on your report. Do you only mention somebody, to thank them for example? Choose ‘no’. With another "
            "answer, whom you may mean no longer reads your report."
        ),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data=None, *, readers: Sequence[str] = (), **kwargs) -> None:
        super().__init__(data, **kwargs)
        cast(forms.ChoiceField, self.fields["about"]).choices = reader_choices(readers)
        missing = _("Choose whether your message is about one of these people")
        self.needed_when("about", lambda given: bool(given.get("text")), str(missing))


class WithdrawalForm(MailboxForm):
    text = long_text(_("Why do you want to stop?"), _("You need not say why."), required=False)


class GoOnForm(MailboxForm):
    """The reporter takes the withdrawal back."""

    text = long_text(_("Do you want to say something about it?"), required=False)


class OtherHandlerForm(MailboxForm):
    text = long_text(_("Why somebody else?"), _("You need not say why."), required=False)


class RetaliationForm(MailboxForm):
    by_whom = forms.ChoiceField(
        label=_("Who does this?"),
        help_text=_("If you choose nothing, nobody who handles your report reads it."),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("handler", _("Somebody who reads or handles my report")),
            ("other", _("Somebody else")),
            ("unknown", _("I do not know")),
        ],
    )
    text = long_text(
        _("What happens?"),
        _("For example: no contract any more, being left out, other tasks."),
        missing=_("Write in a few words what happens."),
    )


class ComplaintForm(MailboxForm):
    way = _choice(
        _("How do you want to say this?"),
        ("complaint", _("Between me and who reads this: whom it is about does not get to see it.")),
        (
            "formal_complaint",
            _(
                "As a formal complaint: whom it is about gets it too. You get an answer within six weeks, or ten where a "
                "committee advises (Awb 9:9 and 9:11). The law asks for your name and address: write them in your text."
            ),
        ),
        missing=_("Choose how you want to say this"),
    )
    text = long_text(
        _("What is your complaint?"),
        _("For example: I hear nothing, or I am not taken seriously."),
        missing=_("Write in a few words what your complaint is."),
    )


class ApartForm(MailboxForm):
    """A further message in something that was told apart. `complaint`: which one."""

    complaint = forms.UUIDField(widget=forms.HiddenInput)
    text = long_text(_("Write something more"), missing=_("Write something first."))

    def __init__(self, data=None, **kwargs) -> None:
        super().__init__(data, **kwargs)
        which = kwargs.get("initial", {}).get("complaint") or (data or {}).get("complaint", "")
        self.auto_id = f"apart-{which}-%s"


class IdentityForm(MailboxForm):
    known_as = _choice(
        _("Who may know your name?"),
        ("named", _("Who handles my report: they know your name and can call you.")),
        ("confidential", _("Only the confidential adviser: nobody else sees your name.")),
        missing=_("Choose who may know your name"),
    )
    name = forms.CharField(label=_("Your name"), max_length=200, error_messages={"required": _("Write your name")})
    contact = forms.CharField(
        label=_("Telephone number or e-mail address"),
        help_text=_("Only if we may reach you there. Better not one of your work."),
        max_length=200,
        required=False,
    )


class PingForm(MailboxForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Better not one of your work. Leave it empty to get no mail any more."),
        required=False,
        error_messages={"invalid": _("This is no e-mail address. Check it once more.")},
    )


class ExperienceForm(MailboxForm):
    score = _choice(
        _("Did you feel heard?"),
        ("5", _("Yes, fully")),
        ("4", _("Mostly")),
        ("3", _("Partly")),
        ("2", _("Hardly")),
        ("1", _("Not at all")),
        missing=_("Choose what fits"),
    )
    text = long_text(_("What could be better?"), required=False)


class ConfirmForm(NewCodeForm, MailboxForm):
    field_order = ("account", "last_group")
    account = long_text(
        _("What was written down for you"),
        _("Correct what is not right. The first version is kept beside yours."),
        missing=_("Write in a few words what happened"),
    )


FORMS: dict[str, type[MailboxForm]] = {
    "message": MessageForm,
    "withdraw": WithdrawalForm,
    "go_on": GoOnForm,
    "other_handler": OtherHandlerForm,
    "retaliation": RetaliationForm,
    "complaint": ComplaintForm,
    "apart": ApartForm,
    "identity": IdentityForm,
    "ping": PingForm,
    "experience": ExperienceForm,
    "confirm": ConfirmForm,
}
