"""Building an edition: count, protect, prove, store. Nothing outside `disclosure` sees a count that is not protected."""

import gzip
import hashlib
import json
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from monitor.disclosure.publication import NotProven, Publication, publish
from monitor.disclosure.rounding import Contradicted, RoundingFailed
from monitor.disclosure.system import System, UnknownLeaf, system_of
from monitor.editions.archive import (
    Contents,
    NotSafe,
    audited,
    catalogue_today,
    contents_of,
    packed_witnesses,
    signed_manifest,
)
from monitor.editions.counting import OrganisationCodes, counted, difference, organisation_codes_today
from monitor.editions.prior import PriorEditions, has_catalogue_of_today, prior_editions
from monitor.editions.profiles import keep_profile
from monitor.editions.revisions import TooLittle, judged_corrections
from monitor.models import Edition, EditionProof, EditionTable, OrganisationCodesOfYear, Tally
from monitor.rules.catalogue import POPULATIONS, Table, catalogue, tables_of
from monitor.rules.periods import (
    REVISION,
    is_edition,
    is_quarter,
    is_revision,
    last_day,
    period_of,
    quarters_of,
    settled_on,
    year_of,
)
from organisations.models import Person
from reporting.counting.corrections import counted_otherwise
from reporting.counting.facts import CannotCount, facts
from vault.keyring.keys import NoKey
from vault.keyring.period_keys import PeriodIsFinal, open_for_period, period_digest, seal_for_period
from vault.sealing.schemes import CannotOpen

METHOD = "socr-1"
Say = Callable[[str], None]


class EditionRefused(Exception):
    """The edition is not built (or not released). The message says why and never names a count."""


def silent(_words: str) -> None:
    """Say nothing: the default of `say`."""
    pass


def build_edition(edition: str, *, proposed_by: Person | None = None, say: Say = silent) -> Edition:
    """The draft of a year ("2026"), a quarter ("2026-Q3") or the revision of a year ("2026-r2"), proven safe. Raises
    :class:`EditionRefused`.

    A build that was interrupted goes on where it stopped, because each quarter's counts are kept as a sealed tally. The
    same facts and the same secret of the period give the same edition.
    """
    check_buildable(edition)
    prior, period, organisations = prior_editions(edition), period_of(edition), _organisation_codes(period_of(edition))
    try:
        counts = {name: _counted(edition, name, organisations, say) for name in _populations(period)}
        wrong = counts
        if is_revision(edition):
            pairs = judged_corrections(period)
            counts = {
                name: first_counts + difference(system_of(name, False), pairs[name], organisations)
                for name, first_counts in wrong.items()
            }
        say(_("rounding and proving"))
        secret = partial(period_digest, period, "offset")
        publications = publish(counts, secret, prior.history, quarterly=is_quarter(period), wrong=wrong)
        return _store(edition, publications, prior, proposed_by)
    except TooLittle as too_little:
        raise EditionRefused(
            _(
                "Too little was corrected in %(year)s for a revision. The changes would point at single reports. That is why a year is only revised when enough reports of enough organisations change. From %(day)s it can be asked again."
            )
            % {"year": period, "day": date_format(too_little.again, "j F Y")}
        ) from None
    except Contradicted:
        raise EditionRefused(
            _("Some facts contradict what the forms and protocols allow. Nothing was stored.")
        ) from None
    except (RoundingFailed, NotProven, NotSafe):  # the message names no cell: that would tell something about counts
        raise EditionRefused(_("No values were found that can be published safely. Nothing was stored.")) from None
    except PeriodIsFinal:
        raise EditionRefused(_("The secret of %(period)s was destroyed: it is final.") % {"period": period}) from None
    except (CannotCount, CannotOpen, NoKey, UnknownLeaf):
        raise EditionRefused(
            _(
                "Something that was counted cannot be read: it was changed outside Weerbaar, or a key is missing. Nothing was stored. Ask the operator to check the database and the master key."
            )
        ) from None


def check_buildable(edition: str) -> None:
    """Raises :class:`EditionRefused` when this edition cannot be built today: a wrong id, one that exists already, a period
    that is not over, or a wrong order."""
    if not is_edition(edition):
        raise EditionRefused(
            _("“%(period)s” is not a year or a quarter. Write it as 2026, 2026-Q3, or 2026-r2 for a revision.")
            % {"period": edition}
        )
    if Edition.objects.filter(id=edition).exists():
        raise EditionRefused(_("There is an edition of %(period)s already.") % {"period": edition})
    period = period_of(edition)
    if settled_on(period) > timezone.localdate():
        raise EditionRefused(
            _("%(period)s is not over yet. It can be built from %(day)s.")
            % {"period": period, "day": date_format(settled_on(period), "j F Y")}
        )
    check_order(edition)
    if is_revision(edition) and not has_catalogue_of_today(Edition.objects.get(id=period)):
        raise EditionRefused(
            _("Tables, code lists or rules have changed since %(year)s was published: it cannot be revised any more.")
            % {"year": period}
        )


def check_order(edition: str) -> None:
    """Raises :class:`EditionRefused` for a quarter after its year, a year after a later year, or a revision without its
    first edition: the editions that are out were proven without it."""
    year = year_of(edition)
    others = set(Edition.objects.released().values_list("id", flat=True))
    if is_quarter(edition) and {year, year + REVISION} & others:
        raise EditionRefused(_("The year %(year)s has been released: no quarter of it can follow.") % {"year": year})
    if edition == year and year + REVISION in others:
        raise EditionRefused(_("The revision of %(year)s has been released: nothing can precede it.") % {"year": year})
    if is_revision(edition) and year not in others:
        raise EditionRefused(_("The year %(year)s has not been released: there is nothing to revise.") % {"year": year})
    later = [released for released in others if not is_quarter(released) and year_of(released) > year]
    if not is_quarter(edition) and later:
        raise EditionRefused(_("%(later)s has been released: an earlier year cannot follow.") % {"later": min(later)})


def _populations(period: str) -> list[str]:
    counted_populations = {table.population for table in tables_of(period)}
    return [name for name in POPULATIONS if name in counted_populations]


def _organisation_codes(period: str) -> OrganisationCodes:
    """Layer, province and size class of each organisation: for a year as they were when it was first built."""
    today = organisation_codes_today()
    if is_quarter(period):
        return today
    as_text = {str(organisation): codes for organisation, codes in today.items()}
    kept, _is_new = OrganisationCodesOfYear.objects.get_or_create(year=period, defaults={"codes": as_text})
    return today | {UUID(organisation): codes for organisation, codes in kept.codes.items()}


def _counted(edition: str, population: str, organisations: OrganisationCodes, say: Say) -> np.ndarray:
    """The counts of a population before corrections, shape (cells,). Each quarter is kept as a sealed tally when it was
    counted, so that a build that was interrupted does not count it again."""
    period = period_of(edition)
    system = system_of(population, is_quarter(period))
    total, cells = np.zeros(len(system.cells), dtype=np.int64), hashlib.sha256(catalogue_today()).hexdigest()
    for quarter in quarters_of(period):
        context = (population, quarter, len(system.cells))
        of_quarter = Tally.objects.filter(period=edition, population=population, quarter=quarter)
        tally = of_quarter.filter(catalogue=cells).first()
        if tally is None:
            counts = counted(system, facts(population, quarter), organisations)
            counts += difference(system, counted_otherwise(population, [quarter]), organisations)
            sealed = seal_for_period(period, json.dumps(counts.tolist()).encode(), *context)
            of_quarter.delete()  # a tally of another catalogue has other cells in this order
            Tally.objects.create(period=edition, population=population, quarter=quarter, catalogue=cells, sealed=sealed)
            say(_("%(quarter)s counted: %(population)s") % {"quarter": quarter, "population": population})
        else:
            counts = np.array(json.loads(open_for_period(period, bytes(tally.sealed), *context)), dtype=np.int64)
        total += counts
    return total


def _store(
    name: str, publications: dict[str, Publication], prior: PriorEditions, proposed_by: Person | None
) -> Edition:
    period = period_of(name)
    edition = Edition(
        id=name,
        cut_off_date=last_day(period),
        proposed_by=proposed_by,
        method=METHOD,
        base=catalogue().base,
        software_version=version("weerbaar"),
        counted_since=prior.counted_since,
        rests_on=prior.ids,
    )
    rows = [(table, _rows(table, publications[table.population])) for table in tables_of(period)]
    witnesses = packed_witnesses(publications)
    contents = Contents(edition, {table.id: values for table, values in rows}, witnesses, catalogue_today())
    edition.audit = audited(contents)  # repeats the proof; raises where it does not hold
    edition.manifest, edition.signature = signed_manifest(contents_of(contents))
    with transaction.atomic():
        edition.number = (Edition.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
        edition.save(force_insert=True)
        EditionTable.objects.bulk_create(
            EditionTable(edition=edition, table=table.id, rows=values) for table, values in rows
        )
        EditionProof.objects.create(
            edition=edition, witnesses=witnesses, catalogue=gzip.compress(catalogue_today(), mtime=0)
        )
        keep_profile(edition)
        Tally.objects.filter(period=name).delete()
    return edition


def _rows(table: Table, publication: Publication) -> list:
    """Rows [code, …, value], totals first, in the order of the code lists."""
    system: System = publication.system
    return [[*codes, int(publication.values[system.index[table.cell_of(codes)]])] for codes in table.rows()]
