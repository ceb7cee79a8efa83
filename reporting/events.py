"""The events of the ledger that reporting records. From 0.8.0 on stored values never change: chains hold them."""

from django.utils.translation import gettext_lazy as _

from vault.ledger import Event


class ReportEvent(Event):
    """What is recorded of a report, mostly by its reporter."""

    RECEIVED = "report.received", _("Report received"), "known_as"
    CODE_MAILED = "report.code_mailed", _("The code was mailed to who sent the report")
    CODE_MADE = "report.code_made", _("A new code made for who sent the report")
    REPORT_SEEN = "report.seen", _("Report read"), "parts"
    SEEN_BY_REPORTER = "report.seen_by_reporter", _("Reporter looked at the mailbox")
    ACCOUNT_CONFIRMED = "account.confirmed", _("Reporter confirmed the account")
    IDENTITY_GIVEN = "identity.given", _("Reporter gave a name"), "known_as"
    EVIDENCE_RECEIVED = "evidence.received", _("Evidence received"), "count", "sealed", "by"
    MESSAGE_BY_REPORTER = "message.by_reporter", _("Message of the reporter"), "kind"
    MESSAGE_BY_DESK = "message.by_desk", _("Message to the reporter")
    ALARM_ANSWERED = "alarm.answered", _("Somebody on duty said to call"), "answer", "shift"
    ALARM_CALLED = "alarm.called", _("Somebody on duty recorded the call"), "came_of", "shift"
    ALARM_AGAIN = "alarm.again", _("The alarm rings again: nobody calls yet")
    NUMBER_OPENED = "alarm.number_opened", _("Somebody on duty saw the number of the reporter"), "shift"
    NUMBER_TAKEN_BACK = "alarm.number_taken_back", _("The number of the reporter was closed again"), "person"
    QUESTIONS_PUBLISHED = "questions.published", _("Own questions put into force"), "number"


class ComplaintEvent(Event):
    """What is recorded of a complaint, in a chain of its own: the chain of the case holds nothing of it."""

    MADE = "complaint.made", _("Told apart"), "kind"
    BY_REPORTER = "complaint.by_reporter", _("Message of the reporter, told apart")
    SEEN = "complaint.seen", _("What was told apart was read"), "part"
    ANSWERED = "complaint.answered", _("Answer to what was told apart")
    CLOSED = "complaint.closed", _("What was told apart was dealt with")
    READER_CAME = "complaint.reader_came", _("Somebody else reads what was told apart"), "person"
    READER_LEFT = "complaint.reader_left", _("Somebody no longer reads what was told apart"), "person"
    CASE_GIVEN = "complaint.case_given", _("The case was given to somebody else"), "relation"
