"""Whether an edition is safe. The proof of disclosure.md is a later issue: until then the answer is "not audited", and
outside demonstration no edition is built."""

from dataclasses import dataclass

from monitor.models import Edition

NOT_AUDITED = "not_audited"


@dataclass(frozen=True)
class AuditResult:
    edition: str
    result: str
    targets: int = 0
    proven: int = 0


def audit(edition: Edition) -> AuditResult:
    return AuditResult(edition.id, NOT_AUDITED)
