"""Everything of a case, wherever it is kept, and its end.

What belongs to a case is found and not listed: rows that point to it, rows that point to those, and rows that stand under the
name of one of them. So what a later version keeps of a case is destroyed with it, without a line here.
"""

from collections import defaultdict
from datetime import date
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from cases.models import Case
from jobs.models import Job
from reporting.models import Complaint, Report
from vault import files, tombstones
from vault.models import KeyGrant, KeyPair

Rows = dict[type[models.Model], set]

# Rows of another case that point to this one, and stay without pointing.
STAYING = {"cases.Case.joined_to", "reporting.Report.follows"}
NAME = "case"  # the column in which rows of every floor keep the name under which they stand


def rows_of(case: UUID, report: UUID | None) -> Rows:
    """All rows of a case and its report, {model: their keys}."""
    found: Rows = defaultdict(set)
    _add(found, Case, set(Case.objects.filter(id=case).values_list("pk", flat=True)))
    _add(found, Report, set(Report.objects.filter(Q(id=report) | Q(case=case)).values_list("pk", flat=True)))
    names = names_in(found, case)
    for model in apps.get_models():
        if model not in (Case, Report) and _has_name(model):
            _add(found, model, set(model._base_manager.filter(**{f"{NAME}__in": names}).values_list("pk", flat=True)))
    for pair in KeyPair.objects.filter(purpose=KeyPair.Purpose.REPORTER).filter(
        Q(holder__in=names) | Q(grants__case__in=names)
    ):
        if not KeyGrant.objects.filter(reader=pair).exclude(case__in=names).exists():
            _add(found, KeyPair, {pair.pk})
    jobs = Q(target__in=names)
    for name in {case, *found[Report], *found[Complaint]}:  # a mail to somebody names in its key what it is about
        jobs |= Q(key__contains=str(name)) | Q(key__contains=name.hex)
    _add(found, Job, set(Job.objects.filter(jobs).values_list("pk", flat=True)))
    return found


def names_in(found: Rows, case: UUID) -> set[UUID]:
    """Every name under which something of these rows can stand elsewhere."""
    return {case} | {key for keys in found.values() for key in keys if isinstance(key, UUID)}


@transaction.atomic
def destroy(case: UUID, report: UUID | None, ground: str, today: date, *, again: bool = False) -> None:
    """Destroy all rows of a case and its report, its keys, and the bytes of its files once the transaction is through; leave
    a tombstone, unless it has one and is destroyed `again`. Its chain of the ledger stays, without content, and what was
    counted has no link with it."""
    found = rows_of(case, report)
    files.destroy_of_cases(names_in(found, case))
    for label in STAYING:
        model, field = apps.get_model(label.rpartition(".")[0]), label.rpartition(".")[2]
        model._base_manager.filter(**{f"{field}__in": found[model]}).exclude(pk__in=found[model]).update(
            **{field: None}
        )
    for model, keys in found.items():  # in any order: references between rows are checked at the end of the transaction
        rows = model._base_manager.filter(pk__in=keys)
        rows._raw_delete(rows.db)
    if not again:
        tombstones.leave_tombstone(case, ground, today)


def _add(found: Rows, model: type[models.Model], keys: set) -> None:
    """These rows, and every row that points to them."""
    new = keys - found[model]
    if not new:
        return
    found[model] |= new
    for relation in model._meta.related_objects:
        other, field = relation.related_model, relation.field
        if f"{other._meta.label}.{field.name}" not in STAYING:
            pointing = other._base_manager.filter(**{f"{field.name}__in": new})
            _add(found, other, set(pointing.values_list("pk", flat=True)))


def _has_name(model: type[models.Model]) -> bool:
    return any(field.name == NAME and isinstance(field, models.UUIDField) for field in model._meta.concrete_fields)
