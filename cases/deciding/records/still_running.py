"""What still runs in a case, without what is written in it."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case
from cases.protocol.kinds.forms import record_forms


def running_records(case: Case) -> list[tuple[str, date | None]]:
    """(words, last day) of each record that still runs, without what is written in it; with a last day first."""
    ending = [form for form, rule in record_forms().items() if rule.ends]
    rows = case.records.running().filter(form__in=ending).order_by("until").values_list("form", "until")
    return sorted(((str(record_forms()[form].label), until) for form, until in rows), key=lambda one: one[1] is None)


def running_in_words(case: Case) -> list[str]:
    """What still runs, each with its last day, its day of review and who looks after it; without what is written in it."""
    ending = [form for form, rule in record_forms().items() if rule.ends]
    rows = (
        case.records.running().filter(form__in=ending).select_related("holder").order_by("until", "decision__sequence")
    )
    found = []
    for row in rows:
        said = [str(record_forms()[row.form].label)]
        if row.until:
            said.append(_("up to and including %(day)s") % {"day": date_format(row.until, "j F Y")})
        if row.review_on:
            said.append(_("looked at again on %(day)s") % {"day": date_format(row.review_on, "j F Y")})
        if row.holder and row.is_held:
            said.append(_("%(name)s looks after it") % {"name": row.holder.name})
        elif row.holder:
            said.append(_("nobody looks after it any more: hand it on anew"))
        found.append(", ".join(said))
    return found
