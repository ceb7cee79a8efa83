"""Checks of the work that goes on, and of what people must look at from time to time."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.invariants import broken_invariants
from cases.job_kinds import CaseJob
from jobs.daily import last_done
from jobs.heartbeat import silent
from jobs.models import Job
from organisations.models import Organisation
from organisations.people.duty import uncalled
from organisations.people.help_lines import help_lines
from vault.backups import last_backup, last_drill
from vault.models import Backup
from weerbaar.backup import sets
from weerbaar.backup.sets import BackupRefused
from weerbaar.operation import work
from weerbaar.operation.doctor.registry import Finding, Given, fine, mend

YEAR = timedelta(days=365)
MONTH = timedelta(days=35)  # with a few days to do it in
MOST_DAYS = 2


def scheduler(given: Given) -> Finding:
    if not work.scheduler_works():
        do = _("Look whether the worker runs: celery worker, or manage.py work.")
        return mend(_("Nobody promised the work of today: the scheduler is silent."), do)
    return fine(_("The work of today was promised."))


def worker(given: Given) -> Finding:
    if quiet := silent():
        do = _("Look whether the worker runs. Reports are kept meanwhile; cases are opened and mail goes out later.")
        says = _("No worker has looked for two minutes, or one hangs, at: %(queues)s.")
        return mend(says % {"queues": ", ".join(quiet)}, do)
    return fine(_("A worker looks at every queue."))


def jobs(given: Given) -> Finding:
    if found := work.failing():
        count = sum(one.count for one in found)
        says = ngettext(
            "%(count)d job has failed for long; most by: %(cause)s.",
            "%(count)d jobs have failed for long; most by: %(cause)s.",
            count,
        )
        return mend(
            says % {"count": count, "cause": found[0].cause},
            _("See what fails with manage.py jobs; when it is mended, try again with --retry."),
        )
    waiting = Job.claimable().count()
    says = ngettext(
        "No job fails for long; one can be done now.", "No job fails for long; %(count)d can be done now.", waiting
    )
    return fine(says % {"count": waiting})


def backups(given: Given) -> Finding:
    last, do = last_backup(), _("Run manage.py backup every day, from a timer.")
    if last is None:
        return mend(_("There is no backup."), do)
    if settings.BACKUP_DIR and (gone := _not_there(settings.BACKUP_DIR, last, given.is_deep)):
        return gone
    return _not_older(last, _("The last backup is of %(day)s."), timedelta(days=MOST_DAYS), do)


def _not_there(folder: Path, last: Backup, is_deep: bool) -> Finding | None:
    """What is wrong with the last set as it lies in the folder: its label, and each artefact by its size, or with `is_deep` by
    its digest. The keys may lie elsewhere."""
    do = _("Look whether WEERBAAR_BACKUP_DIR can be reached and is whole. If it is, run manage.py backup now.")
    try:
        label = sets.read_label(folder, last.name)
        is_right = sets.label_digest(folder, last.name) == bytes(last.digest)
        for kind, written in label.artefacts.items():
            path = sets.path_of(folder, last.name, kind)
            if kind == sets.KEYS and not path.exists():
                continue
            is_right = is_right and path.stat().st_size == written.size
            if is_deep:
                sets.check_written(path, written, kind)
    except (OSError, BackupRefused):
        is_right = False
    return None if is_right else mend(_("The last backup is not in its folder, or is damaged."), do)


def drill(given: Given) -> Finding:
    last, do = last_drill(), _("Let who keeps the private key of the backups run manage.py drill, every month.")
    if last is None:
        return mend(_("No backup was ever restored as a drill."), do)
    return _not_older(last, _("The last drill of a backup was on %(day)s."), MONTH, do)


def _not_older(last: Backup, says: str, longest: timedelta, do: str) -> Finding:
    words = says % {"day": f"{last.on:%d-%m-%Y}"}
    return mend(words, do) if last.on < timezone.localdate() - longest else fine(words)


def invariants(given: Given) -> Finding:
    do = _("manage.py check_invariants names what it is.")
    if given.is_deep:
        if count := len(broken_invariants()):
            says = ngettext("%(count)d thing is not as it must be.", "%(count)d things are not as they must be.", count)
            return mend(says % {"count": count}, do)
        return fine(_("Everything is as it must be: this was checked just now."))
    if Job.objects.failing().filter(kind=CaseJob.CHECK_INVARIANTS).exists():
        return mend(_("The daily check of everything fails by itself."), _("Run manage.py check_invariants."))
    last = last_done(CaseJob.CHECK_INVARIANTS)
    if last is None or last < timezone.localdate() - timedelta(days=MOST_DAYS):
        return mend(
            _("The daily check of everything was not done for days, or never."), _("Run manage.py check_invariants.")
        )
    if Job.objects.filter(kind=CaseJob.TELL_BROKEN, key__startswith=f"{CaseJob.TELL_BROKEN}:{last}:").exists():
        return mend(_("The last daily check of everything found something."), do)
    says = _(
        "The daily check of everything was last done on %(day)s. What it found went to the log and to the operator by mail; --deep does it now."
    )
    return fine(says % {"day": f"{last:%d-%m-%Y}"})


def duty(given: Given) -> Finding:
    with_roster = Organisation.objects.filter(live=True, duty_shifts__isnull=False).distinct().order_by("slug")
    slugs = [organisation.slug for organisation in with_roster if uncalled(organisation)]
    if count := len(slugs):
        says = ngettext(
            "%(count)d organisation has somebody on its duty roster who gets no alarm: %(first)s.",
            "%(count)d organisations have somebody on their duty roster who gets no alarm; the first is %(first)s.",
            count,
        )
        do = _(
            "Let an administrator of the organisation look at the duty roster (/beheer/dienst/): it says who, and what to do."
        )
        return mend(says % {"count": count, "first": slugs[0]}, do)
    return fine(_("Everybody on a duty roster can get an alarm."))


def phones(given: Given) -> Finding:
    has_number = ~Q(duty_phone="", adviser_phone="")
    old = Q(phones_checked_on=None) | Q(phones_checked_on__lt=timezone.localdate() - YEAR)
    slugs = Organisation.objects.filter(has_number & old, live=True).values_list("slug", flat=True).order_by("slug")
    if count := len(slugs):
        says = ngettext(
            "%(count)d organisation has telephone numbers that nobody tried for a year: %(first)s.",
            "%(count)d organisations have telephone numbers that nobody tried for a year; the first is %(first)s.",
            count,
        )
        do = _("Let them be called, and say so: manage.py phones ORGANISATION --right.")
        return mend(says % {"count": count, "first": slugs[0]}, do)
    return fine(_("All telephone numbers that reporters see were tried within a year."))


def help_numbers(given: Given) -> Finding:
    """The numbers of help.yaml, which every reporter sees and no organisation answers."""
    called_on = settings.HELP_CALLED_ON
    today = timezone.localdate()
    if called_on is None or not today - YEAR <= called_on <= today:
        numbers = ", ".join(f"{line.name} {line.number}" for line in help_lines())
        says = _("Nobody said that the help lines that reporters see were called in the last year: %(numbers)s.")
        do = _(
            "Call each of them, mend organisations/people/help.yaml where one is wrong, and set WEERBAAR_HELP_CALLED_ON."
        )
        return mend(says % {"numbers": numbers}, do)
    return fine(_("The help lines that reporters see were called within a year."))
