"""Checks of settings, the database, the master key and what was installed."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.checks import ERROR, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vault.inspection import broken_organisation_keys
from vault.keyring.master import KeyState, key_state
from weerbaar.backup.unfinished import set_begun
from weerbaar.operation.doctor.registry import Finding, Given, fine, mend, stops
from weerbaar.operation.health import can_write

SECRET = 50  # characters, as Django's own check asks


def mode(given: Given) -> Finding:
    if settings.PRODUCTION:
        return fine(_("This is production."))
    do = _("Leave WEERBAAR_MODE out for real reports.")
    return mend(_("This is no production: WEERBAAR_MODE is %(mode)s.") % {"mode": settings.MODE}, do)


def debug(given: Given) -> Finding:
    if settings.DEBUG:
        return mend(_("Error pages show what is inside."), _("Leave WEERBAAR_DEBUG out."))
    return fine(_("Error pages show nothing of what is inside."))


def hosts(given: Given) -> Finding:
    if "*" in settings.ALLOWED_HOSTS or not settings.ALLOWED_HOSTS:
        return mend(_("Every host name is answered."), _("Set WEERBAAR_HOSTS to the names of this site."))
    names = ", ".join(settings.ALLOWED_HOSTS)
    if any(_is_example(name) for name in settings.ALLOWED_HOSTS):
        do = _("Set WEERBAAR_HOSTS to the names of this site.")
        return mend(_("A host name is that of an example: %(names)s.") % {"names": names}, do)
    return fine(_("The site answers to %(names)s.") % {"names": names})


def secret_key(given: Given) -> Finding:
    secret = settings.SECRET_KEY
    if len(secret) < SECRET or len(set(secret)) < 10:
        do = _(
            "Set WEERBAAR_SECRET_KEY to a long random text (openssl rand -base64 48). Everybody signs in again then."
        )
        return mend(_("The secret key can be guessed: it is short, or always the same."), do)
    return fine(_("The secret key is long enough."))


def contacts(given: Given) -> Finding:
    wanted = {
        "WEERBAAR_OPERATOR_EMAIL": settings.OPERATOR_EMAIL,
        "WEERBAAR_SECURITY_CONTACT": settings.SECURITY_CONTACT,
        "WEERBAAR_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
    }
    if lacking := [name for name, address in wanted.items() if not address or _is_example(address)]:
        says = _("An address of people is missing, or that of an example: %(names)s.") % {"names": ", ".join(lacking)}
        return mend(says, _("Set it to an address that somebody reads."))
    return fine(_("The addresses of operator, security contact and sender are set."))


def database(given: Given) -> Finding:
    if not can_write():
        return stops(_("The database takes no write."), _("Look whether it runs, has space and may be reached."))
    if set_begun():
        do = _("Run manage.py restore again, with --drop-unfinished.")
        return stops(_("A restore of a backup began in this database and did not end."), do)
    return fine(_("The database takes a write (%(vendor)s).") % {"vendor": connection.vendor})


def migrations(given: Given) -> Finding:
    executor = MigrationExecutor(connection)
    if count := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        says = ngettext(
            "%(count)d change of the database was not made yet.",
            "%(count)d changes of the database were not made yet.",
            count,
        )
        return stops(says % {"count": count}, _("Run manage.py migrate."))
    return fine(_("The database has the form of this version."))


def master_key(given: Given) -> Finding:
    state = key_state()
    if state is KeyState.UNREADABLE:
        do = _("Put the key back from its copy, at WEERBAAR_MASTER_KEY_FILE. Is this a new installation? Then run"
               " manage.py create_master_key.")  # fmt: skip
        return stops(_("The master key cannot be read, or is not 32 bytes."), do)
    if state is not KeyState.RIGHT:
        do = _("Set WEERBAAR_MASTER_KEY_FILE to the key with which this database was made.")
        return stops(_("The master key is not that of this database."), do)
    file = settings.MASTER_KEY_FILE
    if file.stat().st_mode & 0o077:
        return mend(_("Others on this machine can read the master key."), _("Give the file mode 0400."))
    if settings.PRODUCTION and connection.vendor == "sqlite" and _is_beside(file):
        do = _("Put it elsewhere and set WEERBAAR_MASTER_KEY_FILE: a copy of this folder would open every case.")
        return mend(_("The master key lies in the folder of the database."), do)
    return fine(_("The master key is that of this database."))


def organisation_keys(given: Given) -> Finding:
    if count := len(broken_organisation_keys()):
        says = ngettext(
            "The key of %(count)d organisation does not open.",
            "The keys of %(count)d organisations do not open.",
            count,
        )
        do = _("manage.py check_invariants names them. Put the rows back from a backup; do not make new ones.")
        return mend(says % {"count": count}, do)
    return fine(_("The keys of all organisations open."))


def static_files(given: Given) -> Finding:
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        return fine(_("Styles and scripts are served from the source."))
    named = staticfiles_storage.hashed_files
    wanted = {name for finder in get_finders() for name, _storage in finder.list([])}
    if any(name not in named or not staticfiles_storage.exists(named[name]) for name in wanted):
        return stops(
            _("Styles or scripts of this version are missing, so pages do not open."), _("Run manage.py collectstatic.")
        )
    return fine(_("Styles and scripts of this version are there."))


def rules(given: Given) -> Finding:
    if count := sum(message.level >= ERROR for message in run_checks()):
        says = ngettext("Django's checks find %(count)d error.", "Django's checks find %(count)d errors.", count)
        return mend(says % {"count": count}, _("manage.py check names them."))
    return fine(_("Django's checks and the rule files are in order."))


def _is_beside(file: Path) -> bool:
    return file.resolve().parent == Path(str(connection.settings_dict["NAME"])).resolve().parent


def _is_example(name: str) -> bool:
    return name.endswith((".example", "@localhost", ".invalid")) or "example." in name
