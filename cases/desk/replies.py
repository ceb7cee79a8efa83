"""The field in which somebody writes to a reporter."""

from django.utils.translation import gettext_lazy as _

from organisations.desk.forms import MOST_IN_TEXT, WholeText, text_area


def reply_field() -> WholeText:
    """A message to the reporter, of a case or of what was told apart."""
    return WholeText(
        label=_("Your message to the reporter"),
        help_text=_("Write plainly. Do not ask for a name. The reporter reads it with the code."),
        max_length=MOST_IN_TEXT,
        widget=text_area(5),
        error_messages={"required": _("Write something first.")},
    )
