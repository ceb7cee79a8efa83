"""The coded report of a case with what was decided so far, sealed for the installation."""

from uuid import UUID

from cases.models import Case
from vault.keyring.keys import Codes


def seal_case_codes(organisation: UUID, case: UUID, codes: dict[str, str], sealing: Codes) -> bytes:
    return sealing.seal(organisation, codes, "case", case)


def case_codes(case: Case, codes: Codes | None = None) -> dict[str, str]:
    """The coded report with what was decided so far (outcome, path, police_report)."""
    return (codes or Codes()).open(case.organisation_id, bytes(case.codes), "case", case.id)
