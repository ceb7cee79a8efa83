"""With what a text to the reporter begins: the words of messages.yaml, filled in from the case and from who writes."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.desk.keys import key_of
from cases.desk.refusals import NotAllowed
from cases.models import Case, Deadline
from cases.protocol.definitions import Decision
from cases.protocol.kinds.forms import message_forms, record_forms
from organisations.access.policy import Actor
from organisations.models import Assignment, function_code
from reporting.questions.reading import is_for_another, raw_answers
from vault.compartments import Compartment


def offered_text(case: Case, message: str, actor: Actor, *, for_another: bool) -> str:
    """The beginning of this text of messages.yaml for this writer; empty where the text has none. `for_another`: the reporter
    is somebody else than who it happened to."""
    form = message_forms()[message]
    begins = str((for_another and form.begins_for_another) or form.begins or "")
    return begins.format_map(_Known(_known(case, actor))) if begins else ""


def is_for_somebody_else(case: Case, rule: Decision, actor: Actor) -> bool:
    """Whether a decision tells the reporter something or is about who it happened to, and the report says that these are two
    people. False in a case of integrity, and for who does not read the report."""
    record = record_forms().get(rule.done_by.record)
    if case.kind == "integrity" or not (rule.done_by.message or (record and record.of_victim)):
        return False
    try:
        key = key_of(case, Compartment.CONTENT, actor)
    except NotAllowed:
        return False
    return is_for_another(raw_answers(case.report, key))


class _Known(dict[str, str]):
    """What is not known stays between brackets, so that the writer fills it in."""

    def __missing__(self, name: str) -> str:
        return f"[{name}]"


def _known(case: Case, actor: Actor) -> dict[str, str]:
    known = {"number": case.number}
    held = Assignment.objects.holding().filter(case=case.id, person=actor.person, organisation=actor.organisation)
    if assignment := held.first():
        known["function"] = str(function_code(assignment.capacity))
    feedback = Deadline.objects.pending().filter(case=case, code="FEEDBACK_3M").exclude(due=None).first()
    if feedback and feedback.due:  # this text acknowledges the report, and so moves that day
        known["day"] = date_format(localtime(feedback.once_acknowledged or feedback.due), "j F Y")
    phone = case.report.organisation.adviser_phone
    if phone:
        known["adviser"] = _("You can call the confidential adviser: %(phone)s.") % {"phone": phone}
    return known
