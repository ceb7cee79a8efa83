"""What a reporter can do in the mailbox beside writing, each folded away with what is said before it."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from reporting.mailbox.door import Wish
from reporting.mailbox.forms import MailboxForm
from reporting.mailbox.mailbox import Mailbox


def wishes(
    box: Mailbox, forms: Mapping[str, MailboxForm], would_read: Mapping[str, str], failed: Collection[str]
) -> list[Wish]:
    """`would_read`: {action: who would read what is told apart}; `failed`: actions of which the form is shown again."""
    closed = box.is_closed
    wants_to_stop = not closed and box.wants_to_stop
    shown = {
        "experience": closed,
        "retaliation": True,
        "complaint": True,
        "identity": box.can_give_name,
        "other_handler": not closed,
        "go_on": wants_to_stop,
        "withdraw": not closed and not wants_to_stop,
        "ping": True,
    }
    return [
        Wish(name, *_words(name, forms), forms[name], _says(name, would_read), is_open=name in failed)
        for name, is_shown in shown.items()
        if is_shown
    ]


def _words(name: str, forms: Mapping[str, MailboxForm]) -> tuple[str, str]:
    """The words of a wish, and those of its button."""
    if name == "ping":
        new = _("Get a mail when there is something new")
        return (_("Change your mail address") if forms["ping"].initial else new), _("Save")
    return {
        "experience": (_("Tell how this was for you"), _("Send")),
        "retaliation": (_("Say that you are being disadvantaged"), _("Send")),
        "complaint": (_("Complain about how your report is handled"), _("Send")),
        "identity": (_("Give your name after all"), _("Give my name")),
        "other_handler": (_("Ask for another handler"), _("Ask")),
        "go_on": (_("Go on with your report after all"), _("Go on")),
        "withdraw": (_("Withdraw your report"), _("Withdraw")),
    }[name]


def _says(name: str, would_read: Mapping[str, str]) -> list[str]:
    said = {
        "ping": _("The mail says only that there is something new. It does not name this site or what it is about."),
        "withdraw": _(
            "Somebody first looks whether stopping is safe for you and for others. The line in the register stays."
        ),
        "retaliation": _(
            "Does somebody do this who reads or handles your report, or do you not know? Then none of them reads what you"
            " write here, and they do not see that you wrote it."
        ),
        "other_handler": _("Who handles your report does not get to see this, and does not hear that you asked."),
        "complaint": _(
            "You choose whether whom it is about gets to see your complaint. Others who read or handle your report never"
            " do."
        ),
    }
    lines = [said[name]] if name in said else []
    if name in would_read:
        lines.append(_reads(name, would_read[name]))
    if name == "retaliation":
        lines.append(_("If it is somebody else, who handles your report reads it."))
    return lines


def _reads(name: str, reads: str) -> str:
    if not reads:
        return _(
            "There is nobody now who may read this apart. What you write is kept, and two people who have nothing to do"
            " with it get an alarm."
        )
    if name == "retaliation":
        return _("Then this is read by: %(reads)s, or a substitute.") % {"reads": reads}
    return _("This is read by: %(reads)s, or a substitute. Not by who handles your report.") % {"reads": reads}
