"""The way back: the reporter's page, opened by the receipt each time. Nothing is kept in the browser."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reporting.advice import advice_for
from reporting.cookieless import cookieless
from reporting.forms import ReceiptForm
from reporting.models import Report
from reporting.progress import lines, week_of
from reporting.reading import READABLE_BY_REPORTER, answers
from vault import ledger
from vault.compartments import open_with
from vault.keys import NoKey
from vault.receipts import OpenedReceipt, open_receipt


@cookieless
def mailbox(request: HttpRequest) -> HttpResponse:
    form = ReceiptForm(request.POST if request.method == "POST" else None, auto_id="%s")
    if form.is_bound and form.is_valid():
        opened = open_receipt(form.cleaned_data["receipt"])
        if opened:
            return _show(request, opened)
        form.add_error(
            "receipt",
            _(
                "We do not know this code. Compare it group by group with what you wrote down. If you lost the code, "
                "nobody can open your report with a new one; make a new report and say that it belongs to an earlier one."
            ),
        )
    return render(request, "reporting/return.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _show(request: HttpRequest, opened: OpenedReceipt) -> HttpResponse:
    report = Report.objects.select_related("place").get(id=opened.report)
    given = []
    for compartment in READABLE_BY_REPORTER:
        try:
            given += answers(report, open_with(report.case, compartment, opened.key_pair, opened.private))
        except NoKey:
            continue  # nothing was sealed there
    today = timezone.localdate()
    ledger.record(report.case, "report.seen_by_reporter", on=week_of(today) if report.is_anonymous else today)
    context = {
        "report": report,
        "place": report.place,
        "lines": lines(report),
        "answers": given,
        "advice": advice_for(report.kind),
    }
    return render(request, "reporting/mailbox.html", context)
