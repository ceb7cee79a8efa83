"""What is kept of a case, a file for each subject."""

from cases.models.case import (
    Case,
    CaseDecision,
    CaseQuerySet,
    CaseUserObjectPermission,
    Clock,
    ClockQuerySet,
)

__all__ = ["Case", "CaseDecision", "CaseQuerySet", "CaseUserObjectPermission", "Clock", "ClockQuerySet"]
