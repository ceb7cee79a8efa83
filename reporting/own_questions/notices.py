"""What the administrator reads after a change, and at which question of the list it stands."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

OK, INFO, WARNING = "ok", "info", "warning"
WORDS = {
    "leave_out": (OK, _("This question is left out, as soon as you put the changes into force.")),
    "ask": (OK, _("This question is asked again.")),
    "national": (OK, _("This question has the national text again.")),
    "reworded": (OK, _("The text is saved. It is asked so as soon as you put the changes into force.")),
    "added": (OK, _("Your question is saved. It is asked as soon as you put the changes into force.")),
    "changed": (OK, _("Your question is saved. It is asked so as soon as you put the changes into force.")),
    "remove": (OK, _("The question is taken out. Reports in which it was answered keep the answer.")),
    "up": (OK, _("The question stands one place higher.")),
    "down": (OK, _("The question stands one place lower.")),
    "undone": (OK, _("Your last change is undone.")),
    "again": (OK, _("The earlier version is ready as a change. Look at it and put it into force.")),
    "published": (OK, _("The questions are in force. Whoever reports from now on, gets them.")),
    "dropped": (OK, _("Your changes are thrown away. The form asks what it asked.")),
    "nothing": (INFO, _("There is nothing to put into force: the form already asks this.")),
    "full": (WARNING, _("There are ten own questions, and that is the most. Take one out first.")),
    "gone": (WARNING, _("This is no longer there. Somebody else took it out meanwhile.")),
    "cannot_undo": (WARNING, _("This can no longer be undone: something was changed after it.")),
    "look_again": (
        WARNING,
        _("Something was changed while you had this page open. Look at the changes below and then choose again."),
    ),
    "elsewhere": (
        WARNING,
        _("You work for another organisation now than when you opened that page. Nothing was saved."),
    ),
}
IN_OWN = {"remove", "full", "gone"}


@dataclass(frozen=True)
class Notice:
    done: str = ""
    at: str = ""
    is_stale: bool = False

    @property
    def kind(self) -> str:
        """How it is shown: ok, info or warning."""
        return WORDS[self.done][0]

    @property
    def text(self) -> str:
        """The words, in the reader's language."""
        return str(WORDS[self.done][1])

    @property
    def anchor(self) -> str:
        """Where the page opens: at the question, at the own questions, or on top."""
        if self.done in IN_OWN:
            return "#eigen"
        return f"#vraag-{self.at}" if self.at else ""


def notice_of(asked: QueryDict) -> Notice:
    """The notice that the address of the page asks for. Only words of this module are ever shown."""
    done = asked.get("gedaan", "")
    return Notice(done, asked.get("bij", ""), "intussen" in asked) if done in WORDS else Notice()
