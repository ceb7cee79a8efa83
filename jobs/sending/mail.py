"""Mail without content: it says that something is new, never what, about whom or where."""

from datetime import date
from smtplib import SMTPDataError, SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.faults import answered
from jobs.queues import Away

_GOES_AWAY = 421  # "service not available": RFC 5321, 3.8


def send_ping(address: str, job_key: UUID) -> None:
    """To one person, that something is new. Raises :class:`~jobs.queues.Away` where the mail server does not answer, and what
    it says where it refuses this mail."""
    with translation.override("nl"):
        _send(
            address,
            job_key,
            _("There is something new in Weerbaar"),
            _("There is something new for you in Weerbaar.\n\nSign in the way you always do to read it."),
        )


def send_waiting(address: str, job_key: UUID) -> None:
    """To one person, that something has been waiting for them for some days."""
    with translation.override("nl"):
        _send(
            address,
            job_key,
            _("Something waits for you in Weerbaar"),
            _(
                "Something in Weerbaar has been waiting for you for more than two working days.\n\nSign in the way you"
                " always do to see what it is."
            ),
        )


def send_alarm(address: str, job_key: UUID) -> None:
    """To one person on duty: something cannot wait. The same words for every case."""
    with translation.override("nl"):
        _send(
            address,
            job_key,
            _("Alarm in Weerbaar"),
            _(
                "Something in Weerbaar cannot wait, and you are on duty.\n\nSign in the way you always do, and press “I"
                " call now” if you call. Can you not sign in? Then call who is in charge of reports there."
            ),
        )


def send_alarm_link(address: str, link: str, job_key: UUID) -> None:
    """To a fixed contact outside, who has no account: the same words, and a link that works once and not for long."""
    with translation.override("nl"):
        _send(
            address,
            job_key,
            _("Alarm in Weerbaar"),
            _(
                "Something in Weerbaar cannot wait, and you are the one who is called.\n\nOpen this page, and say there"
                " whether you call. It works once, and until tomorrow at the latest:\n\n%(link)s\n\nDo you not expect"
                " this? Then call who asked you to stand in."
            )
            % {"link": link},
        )


def send_neutral_ping(address: str, job_key: UUID) -> None:
    """To a reporter: who looks over a shoulder learns nothing. The sender's name is the installation's to choose."""
    with translation.override("nl"):
        subject, body = _("A message"), _("There is something new for you, in the place you know.")
        _send(address, job_key, subject, body, sender=settings.PING_FROM_EMAIL, domain="mail.invalid")


def send_code(address: str, code: str, where: str) -> None:
    """To somebody whose words were written down by another: the code with which they read them over once. The same words for
    every report; sent at once, since nothing that is stored may hold the code. Raises as :func:`send_ping`."""
    with translation.override("nl"):
        body = _(
            "Somebody wrote down what you told or wrote. With this code you read it over and correct it:\n\n%(code)s"
            "\n\nUse it here: %(where)s\n\nThe code works once. After that you get a code that only you know."
        )
        message = EmailMessage(
            subject=_("A message"),
            body=body % {"code": code, "where": where},
            from_email=settings.PING_FROM_EMAIL,
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        _deliver(message)


def send_to_operator(address: str, broken: int, job_key: UUID) -> None:
    """To who operates the installation: how many invariants are broken, and the command that says which."""
    with translation.override("nl"):
        body = ngettext(
            "The check of today found %(count)d thing that is not as it must be. Run this command to see what it is:"
            "\n\n    manage.py check_invariants",
            "The check of today found %(count)d things that are not as they must be. Run this command to see what"
            " they are:\n\n    manage.py check_invariants",
            broken,
        )
        _send(address, job_key, _("Weerbaar: a check found something"), body % {"count": broken})


def send_fault(address: str, cause: str, since: date | None, count: int, job_key: UUID) -> None:
    """To who operates the installation: what fails for long, or nobody does. `cause`: as :class:`jobs.telling.Failing`."""
    with translation.override("nl"):
        body = _(
            "Work of Weerbaar stays undone:\n\n    %(cause)s\n    jobs that wait for it: %(count)s\n    since: %(since)s\n\n"
            "Nothing is lost: it is tried again until it succeeds. Run this command to see more, and with --retry when it is"
            " mended:\n\n    manage.py jobs"
        )
        given = {"cause": cause, "count": count or "-", "since": date_format(since) if since else "-"}
        _send(address, job_key, _("Weerbaar: work stays undone"), body % given)


def _send(
    address: str, job_key: UUID, subject: str, body: str, *, sender: str | None = None, domain: str = "weerbaar.invalid"
) -> None:
    """One mail to one person. The same job gives the same Message-ID, so that a repeated sending is one message. `sender`:
    None for the usual one."""
    headers = {"Message-ID": f"<{job_key}@{domain}>", "Auto-Submitted": "auto-generated"}
    _deliver(EmailMessage(subject=subject, body=body, from_email=sender, to=[address], headers=headers))


def _deliver(message: EmailMessage) -> None:
    """A refusal that is about this mail alone is raised as it is; anything else means that the server cannot be used now."""
    try:
        message.send()
    except (SMTPRecipientsRefused, SMTPDataError) as refused:
        if _GOES_AWAY in _codes(refused):
            raise Away("mail") from refused
        raise
    except OSError as error:  # of smtplib too: every error there is one
        raise Away("mail") from error
    answered("mail")


def _codes(refused: SMTPRecipientsRefused | SMTPDataError) -> set[int]:
    if isinstance(refused, SMTPDataError):
        return {refused.smtp_code}
    return {code for code, _words in refused.recipients.values()}
