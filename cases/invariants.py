"""What must always hold, checked over the whole database by `manage.py check_invariants`."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import Exists, OuterRef

from cases.desk.agreement import disagreements
from cases.desk.codes import case_codes
from cases.models import AddedFile, BundlePing, Case, SavedFilter
from cases.parties.pings import PURPOSE as PAPERS_PING
from cases.people.departure.leaving import without_handler
from jobs.models import Job
from organisations.access.bars import suspended_in
from organisations.models import DeclaredRelation, Suspension
from organisations.people.relations import open_relation
from reporting.counting.corrections import corrected, counted_otherwise, newest_correction
from reporting.counting.facts import CannotCount, facts
from reporting.job_kinds import ReportJob
from reporting.models import Fact, Message, PingAddress, Report
from reporting.questions.reading import codes_of
from vault import files, inspection
from vault.compartments import Compartment
from vault.keyring.keys import Codes, NoKey
from vault.models import CaseShare, KeyGrant, SealedFile, SealedText
from vault.sealing import schemes

STORED = {  # {column: the scheme that wrote what stands in it}
    "vault.MasterKeyCheck.value": schemes.DIGEST,
    "vault.OrganisationKey.sealed": schemes.ORGANISATION_KEY,
    "vault.KeyPair.seal_of_public": schemes.PUBLIC_KEY,
    "vault.KeyPair.private_sealed": schemes.PRIVATE_KEY,
    "vault.Unlocker.sealed": schemes.UNLOCKER,
    "vault.Receipt.lookup": schemes.DIGEST,
    "vault.CaseShare.sealed": schemes.CASE_SHARE,
    "vault.KeyGrant.wrapped": schemes.GRANT,
    "vault.SealedText.ciphertext": schemes.TEXT,
    "vault.SealedFile.key_sealed": schemes.FILE_KEY,
    "vault.SigningKey.sealed": schemes.SIGNING_KEY,
    "vault.LedgerEvent.body": schemes.EVENT,
    "vault.PeriodKey.sealed": schemes.PERIOD_KEY,
    "organisations.Recusal.token": schemes.DIGEST,
    "organisations.Suspension.token": schemes.DIGEST,
    "organisations.Suspension.sealed": schemes.CODES,
    "organisations.DeclaredRelation.mark": schemes.DIGEST,
    "organisations.DeclaredRelation.sealed": schemes.CODES,
    "organisations.KeptForm.mark": schemes.DIGEST,
    "organisations.KeptForm.sealed": schemes.STATE,
    "reporting.Report.codes": schemes.CODES,
    "reporting.Report.token": schemes.DIGEST,
    "reporting.Message.token": schemes.DIGEST,
    "reporting.ComplaintMessage.token": schemes.DIGEST,
    "reporting.PingAddress.sealed": schemes.CODES,
    "reporting.Mark.token": schemes.DIGEST,
    "reporting.Fact.key": schemes.DIGEST,
    "reporting.Fact.codes": schemes.FACT,
    "reporting.FactCorrection.codes": schemes.CORRECTION,
    "cases.Case.codes": schemes.CODES,
    "cases.BarredVisitor.sealed": schemes.CODES,
    "cases.BundleEntry.token": schemes.DIGEST,
    "cases.BundlePing.sealed": schemes.CODES,
    "cases.CalendarFeed.token": schemes.DIGEST,
    "cases.PoliceContact.sealed": schemes.CODES,
    "cases.SavedFilter.sealed": schemes.CODES,
    "monitor.Tally.sealed": schemes.TALLY,
}


def broken_invariants() -> list[str]:
    """In words, without names; empty when all is well."""
    return list(
        chain(
            disagreements(),
            _reports_that_nobody_opens(),
            _cases_without_handler(),
            files.unreadable(),
            _files_elsewhere(),
            inspection.strange_schemes(STORED),
            inspection.unreadable_keys(),
            _unreadable_codes(),
            _uncountable_facts(),
            inspection.broken_chains(),
            _jobs_taken_out(),
        )
    )


def _reports_that_nobody_opens() -> Iterator[str]:
    share, key = (model.objects.filter(case=OuterRef("case")) for model in (CaseShare, KeyGrant))
    for report in Report.objects.exclude(Exists(share), Exists(key)).values_list("id", flat=True).iterator():
        yield f"report {report} has no key any more"
    for report in Report.objects.filter(handled_by=None).values_list("id", flat=True).iterator():
        yield f"report {report} waits: nobody may open it"
    unopened = (
        Report.objects.filter(lane=Report.Lane.NORMAL)
        .exclude(handled_by=None)
        .exclude(case__in=Case.objects.values("id"))
        .count()
    )
    pending = Job.objects.filter(kind=ReportJob.OPEN_CASE, state="open").count()
    if unopened > pending:
        yield f"{unopened - pending} reports have no case and no job that will open it"


def _cases_without_handler() -> Iterator[str]:
    for number in without_handler().values_list("number", flat=True):
        yield f"case {number} has no handler: nobody in its chain is free"


def _files_elsewhere() -> Iterator[str]:
    """Files that people at work added, and copies that went to a mailbox: each is sealed in its own case, in its own
    compartment, and its description too."""
    for model, of_case, text, compartment in (
        (AddedFile.objects.all(), "case", "described", Compartment.FILE),
        (Message.objects.exclude(file=None), "report__case", "described", Compartment.CONTENT),
    ):
        here = {"case": OuterRef(of_case), "compartment": compartment}
        file = SealedFile.objects.filter(id=OuterRef("file"), **here)
        described = SealedText.objects.filter(id=OuterRef(text), **here)
        for row in model.exclude(Exists(file), Exists(described)).values_list("id", flat=True).iterator():
            yield f"the file of {model.model.__name__} {row} is not sealed in its case"


def _unreadable_codes() -> Iterator[str]:
    """What is sealed for the installation: the codes of reports and cases, addresses of reporters, saved filters, declared
    relations."""
    codes = Codes()

    def ping(row: PingAddress) -> None:
        codes.open(row.report.organisation_id, bytes(row.sealed), "ping", row.report.id)

    def papers(row: BundlePing) -> None:
        codes.open(row.bundle.organisation_id, bytes(row.sealed), PAPERS_PING, row.bundle_id)

    def choice(row: SavedFilter) -> None:
        codes.open(row.organisation_id, bytes(row.sealed), "filter", row.id)

    def relation(row: DeclaredRelation) -> None:
        open_relation(row, codes)

    def report(row: Report) -> None:
        codes_of(row, codes)

    def case(row: Case) -> None:
        case_codes(row, codes)

    pings = PingAddress.objects.select_related("report")
    suspensions = Suspension.objects.all()
    yield from inspection.unreadable(suspensions, "who suspension {0.id} is about", lambda row: suspended_in(row))
    yield from inspection.unreadable(Report.objects.all(), "the codes of report {0.id}", report)
    yield from inspection.unreadable(Case.objects.all(), "the codes of case {0.id}", case)
    yield from inspection.unreadable(pings, "the address for report {0.report_id}", ping)
    papers_pings = BundlePing.objects.select_related("bundle")
    yield from inspection.unreadable(papers_pings, "the address for papers page {0.bundle_id}", papers)
    yield from inspection.unreadable(SavedFilter.objects.all(), "saved filter {0.id}", choice)
    yield from inspection.unreadable(DeclaredRelation.objects.all(), "declared relation {0.id}", relation)


def _uncountable_facts() -> Iterator[str]:
    """Facts and their corrections, opened and read as an edition counts them."""
    newest = newest_correction()
    parts = Fact.objects.order_by("period", "population").values_list("population", "period").distinct()
    for population, period in parts:
        try:
            for _batch in facts(population, period):
                pass
            for _pair in chain(counted_otherwise(population, [period]), corrected(population, [period], newest)):
                pass
        except (schemes.CannotOpen, NoKey, CannotCount) as error:
            yield f"the facts of {period} ({population}) cannot be counted: {error}"


def _jobs_taken_out() -> Iterator[str]:
    for job, kind in Job.objects.filter(state="dead").values_list("id", "kind"):
        yield f"job {job} of kind {kind} was taken out by an operator"
