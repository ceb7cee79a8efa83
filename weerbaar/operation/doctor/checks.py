"""The list of checks, in the order in which they are told: what others depend on comes first (docs/develop/add-a-check.md)."""

from weerbaar.operation.doctor import installation, machine, working
from weerbaar.operation.doctor.registry import Check

CHECKS = (
    Check("mode", installation.mode, is_quick=True),
    Check("debug", installation.debug, is_quick=True),
    Check("hosts", installation.hosts, is_quick=True),
    Check("secret_key", installation.secret_key, is_quick=True),
    Check("contacts", installation.contacts, is_quick=True),
    Check("database", installation.database, is_quick=True, at_database=True),
    Check("migrations", installation.migrations, at_database=True),
    Check("master_key", installation.master_key, is_quick=True, at_database=True),
    Check("organisation_keys", installation.organisation_keys, at_database=True),
    Check("rules", installation.rules, at_database=True),
    Check("static_files", installation.static_files),
    Check("space", machine.space, is_quick=True),
    Check("clock", machine.clock, is_quick=True, at_database=True),
    Check("mail", machine.mail),
    Check("scanner", machine.scanner),
    Check("walls", machine.walls),
    Check("certificate", machine.certificate),
    Check("scheduler", working.scheduler, is_quick=True, at_database=True),
    Check("worker", working.worker, is_quick=True, at_database=True),
    Check("jobs", working.jobs, is_quick=True, at_database=True),
    Check("backups", working.backups, at_database=True),
    Check("drill", working.drill, at_database=True),
    Check("invariants", working.invariants, at_database=True),
    Check("duty", working.duty, at_database=True),
    Check("phones", working.phones, at_database=True),
    Check("help", working.help_numbers),
)
