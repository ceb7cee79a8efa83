"""Checks of the machine and of the services that it asks."""

import smtplib
import socket
import ssl
from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.daily import last_promised
from reporting.evidence.sandbox import is_walled
from reporting.evidence.scan import day_of_signatures, is_awake
from weerbaar.operation import disk
from weerbaar.operation.doctor.registry import Finding, Given, fine, mend, stops

SMTP = "django.core.mail.backends.smtp.EmailBackend"
OLD = 7  # days after which signatures are too old
EXPIRES = 21  # days before which a certificate must be renewed
SKEW = 5  # seconds between two clocks
SECONDS = 5
GIB = 1024**3


def mail(given: Given) -> Finding:
    if settings.EMAIL_BACKEND != SMTP:
        do = _("Leave WEERBAAR_EMAIL_BACKEND out and set WEERBAAR_SMTP_HOST.")
        return mend(_("Mail goes to nobody: it is written to a folder, or kept in memory."), do)
    try:
        with get_connection() as server:
            if given.mail:
                body = _("manage.py doctor sent this mail, to see whether mail arrives. You need not do anything.")
                EmailMessage(_("Weerbaar: trial"), body, to=[given.mail], connection=server).send()
    except (OSError, smtplib.SMTPException) as error:
        says = _("The mail server takes nothing (%(error)s).") % {"error": type(error).__name__}
        return mend(
            says, _("Look at WEERBAAR_SMTP_HOST, its port, user, password and TLS. Mail waits, and goes out later.")
        )
    if given.mail:
        return fine(_("The mail server took one mail. Look whether it arrived."))
    return fine(_("The mail server answers. No mail was sent; --mail ADDRESS sends one."))


def scanner(given: Given) -> Finding:
    if not settings.CLAMD:
        return mend(_("Files of reporters are not scanned for viruses."), _("Run ClamAV and set WEERBAAR_CLAMD."))
    if not is_awake():
        do = _("Look whether ClamAV runs. Files are not taken meanwhile; texts are.")
        return mend(_("ClamAV does not answer, or does not find the trial virus."), do)
    day = day_of_signatures()
    if day and (age := (timezone.localdate() - day).days) > OLD:
        says = _("The signatures of ClamAV are %(days)d days old.") % {"days": age}
        return mend(says, _("Look whether freshclam runs."))
    return fine(_("ClamAV answers and finds the trial virus."))


def walls(given: Given) -> Finding:
    if not is_walled():
        do = _("Install bubblewrap (bwrap) and allow user namespaces.")
        return mend(_("Files of reporters are cleaned without walls: a broken file could read this machine."), do)
    return fine(_("Files of reporters are cleaned behind walls."))


def space(given: Given) -> Finding:
    least = min(disk.free_space().items(), key=lambda item: item[1])
    words = {"place": least[0], "free": f"{least[1] / GIB:.1f}".replace(".", ",")}
    says = _("Where least is free (%(place)s) there is %(free)s GB.") % words
    if least[1] < settings.DISK_STOP:
        return stops(says, _("Make space at once: reports cannot be kept."))
    if least[1] < settings.EVIDENCE_DISK_FLOOR:
        return mend(says, _("Make space: files are not taken any more, texts still are."))
    return fine(says)


def clock(given: Given) -> Finding:
    do = _("Let the machine get its time from a time server (timedatectl).")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            if abs((cursor.fetchone()[0] - timezone.now()).total_seconds()) > SKEW:
                return mend(_("The clock of this machine and that of the database differ."), do)
    last = last_promised()
    if last and last > timezone.localdate():
        return mend(_("The clock runs behind: work of a later day was promised already."), do)
    return fine(_("The clock agrees with the database and with the work that was promised."))


def certificate(given: Given) -> Finding:
    if not settings.PRODUCTION or not settings.FIRST_HOST:
        return fine(_("Outside of production there is no certificate to look at."))
    host = settings.FIRST_HOST
    do = _("Renew the certificate of %(host)s, or look why it is not served.") % {"host": host}
    try:
        plain = socket.create_connection((host, 443), SECONDS)
        with plain, ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured:
            ends = ssl.cert_time_to_seconds(str((secured.getpeercert() or {})["notAfter"]))
    except (OSError, KeyError) as error:
        says = _("The certificate of the site could not be looked at (%(error)s).") % {"error": type(error).__name__}
        return mend(says, do)
    days = (datetime.fromtimestamp(ends, UTC) - timezone.now()).days
    says = _("The certificate of the site is valid for %(days)d days.") % {"days": days}
    return mend(says, do) if days < EXPIRES else fine(says)
