"""Work that reporting promises to a worker. From 0.8.0 on stored values never change: rows hold them."""

from enum import StrEnum


class ReportJob(StrEnum):
    ALARM = "reporting.alarm"
    ALARM_COMPLAINT = "reporting.alarm_complaint"
    COMPLAINT_DUE = "reporting.complaint_due"
    PING_PERSON = "mail.ping"
    PING_REPORTER = "reporting.ping"
    DROP_UNSENT = "reporting.drop_unsent"
    # A report promises these, and `cases` does them: reporting knows nothing of cases.
    OPEN_CASE = "cases.open_case"
    REPORTER_WROTE = "cases.reporter_wrote"
    END_PARTS = "cases.end_parts"
    RING = "cases.ring"
    ALARM_CALL = "cases.alarm_call"
    ALARM_WEBHOOK = "cases.alarm_webhook"
