"""What the administrator reads after a change, and at which question of the list it stands."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.desk.notices import PARAMETER, Notice

INFO, WARNING = "info", "warning"
WORDS = {
    "leave_out": Notice(_("This question is left out, as soon as you put the changes into force.")),
    "ask": Notice(_("This question is asked again.")),
    "national": Notice(_("This question has the national text again.")),
    "reworded": Notice(_("The text is saved. It is asked so as soon as you put the changes into force.")),
    "added": Notice(_("Your question is saved. It is asked as soon as you put the changes into force.")),
    "changed": Notice(_("Your question is saved. It is asked so as soon as you put the changes into force.")),
    "remove": Notice(_("The question is taken out. Reports in which it was answered keep the answer.")),
    "up": Notice(_("The question stands one place higher.")),
    "down": Notice(_("The question stands one place lower.")),
    "undone": Notice(_("Your last change is undone.")),
    "again": Notice(_("The earlier version is ready as a change. Look at it and put it into force.")),
    "published": Notice(_("The questions are in force. Whoever reports from now on, gets them.")),
    "dropped": Notice(_("Your changes are thrown away. The form asks what it asked.")),
    "nothing": Notice(_("There is nothing to put into force: the form already asks this."), INFO),
    "full": Notice(_("There are ten own questions, and that is the most. Take one out first."), WARNING),
    "gone": Notice(_("This is no longer there. Somebody else took it out meanwhile."), WARNING),
    "cannot_undo": Notice(_("This can no longer be undone: something was changed after it."), WARNING),
    "look_again": Notice(
        _("Something was changed while you had this page open. Look at the changes below and then choose again."),
        WARNING,
    ),
    "elsewhere": Notice(
        _("You work for another organisation now than when you opened that page. Nothing was saved."), WARNING
    ),
}
IN_OWN = {"remove", "full", "gone"}


@dataclass(frozen=True)
class QuestionNotice:
    """What the list says after `done`, at the question `at`. `is_stale`: whether the page was older than the last change."""

    done: str = ""
    at: str = ""
    is_stale: bool = False

    @property
    def kind(self) -> str:
        """How it is shown: ok, info or warning."""
        return WORDS[self.done].kind

    @property
    def text(self) -> str:
        """The words, in the reader's language."""
        return str(WORDS[self.done].text)

    @property
    def anchor(self) -> str:
        """Where the page opens: at the question, at the own questions, or on top."""
        if self.done in IN_OWN:
            return "#eigen"
        return f"#vraag-{self.at}" if self.at else ""


def notice_of(asked: QueryDict) -> QuestionNotice:
    """The notice that the address of the page asks for. Only words of this module are ever shown."""
    done = asked.get(PARAMETER, "")
    return QuestionNotice(done, asked.get("bij", ""), "intussen" in asked) if done in WORDS else QuestionNotice()
