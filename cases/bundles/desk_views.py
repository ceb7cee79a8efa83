"""The papers page of a person of the case, as who works the case sees it: made, filled, read, given another code, ended."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.bundles.copies import copies_for
from cases.bundles.forms import AnswerForm, CopyForm, FileForm, OpenForm, WriteForm
from cases.bundles.shown import shown_at_desk
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.desk.refusals import Refused
from cases.documents.issue import documents_of, names_of_reporter, words_of_document
from cases.documents.kinds import document_kinds
from cases.events import CaseEvent
from cases.masking.masking import survivors
from cases.measures.measures import measure_files, object_until
from cases.models import Bundle, BundleEntry
from cases.parties.asking import answer
from cases.parties.bundles import (
    READABLE_AFTER,
    code_in_words,
    end_bundle,
    ends_early,
    open_bundle,
    renew_code,
)
from cases.parties.entries import EntryWords, OpenedEntry, file_of, mark_seen, put, read
from cases.parties.may_read import may_have_bundle
from cases.parties.opened import open_at_desk
from cases.parties.parties import OpenedParty, parties_of
from organisations.desk.notices import Notice, Notices
from organisations.desk.saving import to_save
from organisations.models import WORKING
from reporting.dialogue.dialogue import page_digest
from reporting.dialogue.shown import ShownMessage
from reporting.evidence.custody import MEDIA_TYPES
from vault import ledger

NOTICES = Notices(
    {
        "put": Notice(gettext_lazy("It stands on the page now.")),
        "answered_before": Notice(gettext_lazy("This was answered before. Here is how it stands.")),
        "ended": Notice(gettext_lazy("The page has ended. This person can open nothing any more.")),
    }
)


Earlier = list[tuple[Bundle, str, list[ShownMessage]]]  # with what each was for


@case_page("case.file", tab="parties")
def bundle_file(page: CasePage, party_id: UUID, entry_id: UUID) -> HttpResponse:
    """A file of a papers page, to be saved."""
    entry = (
        BundleEntry.objects.select_related("bundle__case", "bundle__party")
        .filter(bundle__party=party_id, id=entry_id)
        .first()
    )
    if entry is None or entry.bundle.case_id != page.case.id:
        raise Http404
    try:
        words, pieces = file_of(open_at_desk(entry.bundle, actor=page.actor), entry.sequence)
    except FileNotFoundError:
        raise Http404 from None
    ledger.record(page.case.id, CaseEvent.BUNDLE_READ, actor=page.actor.person.id, number=entry.bundle.party.number)
    return to_save(b"".join(pieces), MEDIA_TYPES[words.form], f"{words.title}.{words.form}")


@case_page("case.file", tab="parties", shows="bundle", methods=READ_AND_POST, notices=NOTICES)
def bundle(page: CasePage, party_id: UUID) -> HttpResponse:
    """The page of one person: the form that makes it, or what stands on it with what can be done."""
    one = next((one for one in parties_of(page.case, page.actor) if one.party.id == party_id), None)
    if one is None:
        raise Http404
    rows = Bundle.objects.select_related("case__report", "organisation", "party").filter(party=party_id)
    pages = list(rows.order_by("-made_on", "-id"))
    row = next((made for made in pages if made.ended_on is None), None)
    again: dict[UUID, AnswerForm] = {}
    if page.is_sent and page.what == "answer" and (answered := _answer(page, one, again)):
        return answered
    earlier = _earlier(page, one, [made for made in pages if made.ended_on], again)
    return _no_page(page, one, earlier, again) if row is None else _page(page, one, row, earlier, again)


def _answer(page: CasePage, one: OpenedParty, again: dict[UUID, AnswerForm]) -> HttpResponse | None:
    """Answer what the person asked, on this page or on one that has ended. `again` gets the form that has to be mended."""
    if not page.may("case.decide"):
        raise Http404
    number = page.request.POST.get("entry", "")
    asked = BundleEntry.objects.to_answer().filter(bundle__party=one.party).select_related("bundle__case")
    entry = next((row for row in asked if str(row.id) == number), None)
    if entry is None:
        return page.done("bundle", "answered_before", one.party.id)
    form = again[entry.id] = AnswerForm(page.request.POST, asked=entry)
    with page.refusals(form, "text"):
        if form.is_valid():
            given = form.cleaned_data
            _refuse_words(page, given["text"], "text")
            token = page_digest(given["token"])
            answer(entry.bundle, entry.id, given["text"], actor=page.actor, token=token, about=given["about"])
            return page.done("bundle", "put", one.party.id)
    return None


def _earlier(page: CasePage, one: OpenedParty, ended: list[Bundle], again: dict[UUID, AnswerForm]) -> Earlier:
    """What stood on the pages of this person that have ended, the newest first. It stays in the file."""
    found = []
    for row in ended:
        purpose, entries = _read(page, row)
        found.append((row, purpose, _shown(page, one, entries, again)))
    return found


def _read(page: CasePage, row: Bundle) -> tuple[str, list[OpenedEntry]]:
    """What a page is for, and what stands on it. What the person wrote no longer waits for who works the case, also when the
    case has ended."""
    box = open_at_desk(row, actor=page.actor)
    sealed = box.texts()
    entries = read(box, sealed)
    if page.standing.relations & set(WORKING):
        mark_seen(box, entries)
    return box.purpose_in(sealed), entries


def _shown(
    page: CasePage, one: OpenedParty, entries: list[OpenedEntry], again: dict[UUID, AnswerForm]
) -> list[ShownMessage]:
    return shown_at_desk(entries, one.words.name, answers=again, works=page.may("case.decide"))


def _no_page(page: CasePage, one: OpenedParty, earlier: Earlier, again: dict[UUID, AnswerForm]) -> HttpResponse:
    why_not = may_have_bundle(page.case, one.party) or ("" if page.case.is_open else _("This case is closed"))
    form = OpenForm(page.sent("open"))
    failed = next(iter(again.values()), form)
    if page.is_sent and not page.may("case.decide"):
        raise Http404
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with form.refusals("purpose"):
            _refuse_words(page, given["purpose"], "purpose")  # the person reads it
            row, code = open_bundle(
                page.case, one.party.id, given["purpose"], given["until"], actor=page.actor, about=given["about"]
            )
            return _code(page, one, row, code)
    return page.show(
        "cases/bundles/none.html",
        one=one,
        form=failed,
        opens=form,
        why_not=why_not,
        days_after=READABLE_AFTER.days,
        knows_name=bool(names_of_reporter(page.case, page.actor)),
        works=page.may("case.decide"),
        earlier=earlier,
    )


def _page(
    page: CasePage, one: OpenedParty, row: Bundle, earlier: Earlier, again: dict[UUID, AnswerForm]
) -> HttpResponse:
    works = page.may("case.decide") and row.can_write
    write, copy = WriteForm(page.sent("write")), CopyForm(page.sent("copy"), documents=_documents(page))
    sends = FileForm(page.sent("file"), files=_files(page) if works else [])
    form, field = {"copy": (copy, "document"), "file": (sends, "file")}.get(page.what, (write, "text"))
    form = next(iter(again.values()), form)
    if page.is_sent and not again:
        if not works:
            raise Http404
        with page.refusals(form if form.is_bound else None, field):
            if answer := _act(page, one, row, write, copy, sends):
                return answer
    purpose, entries = _read(page, row)
    ledger.record(page.case.id, CaseEvent.BUNDLE_READ, actor=page.actor.person.id, number=one.party.number)
    return page.show(
        "cases/bundles/bundle.html",
        one=one,
        bundle=row,
        purpose=purpose,
        ends_early=ends_early(row),
        code_in_words=code_in_words(row, (one.entry for one in entries)),
        entries=_shown(page, one, entries, again),
        write=write,
        copy=copy,
        sends=sends,
        form=form,
        works=works,
        earlier=earlier,
    )


def _act(
    page: CasePage, one: OpenedParty, row: Bundle, write: WriteForm, copy: CopyForm, sends: FileForm
) -> HttpResponse | None:
    """What was done, or None when a form has to be mended."""
    match page.what:
        case "write" if write.is_valid():
            given = write.cleaned_data
            _refuse_words(page, given["text"], "text")
            token = page_digest(given["token"])
            put(row, EntryWords(given["text"]), actor=page.actor, token=token, about=given["about"])
            return page.done("bundle", "put", one.party.id)
        case "copy" if copy.is_valid():
            _copy(page, row, copy)
            return page.done("bundle", "put", one.party.id)
        case "file" if sends.is_valid():
            _copy_file(page, row, sends)
            return page.done("bundle", "put", one.party.id)
        case "open":
            raise Refused(
                _(
                    "This page was made already. Its code was shown once and is kept nowhere. Did you not see it? Then"
                    " make another one."
                )
            )
        case "code":
            return _code(page, one, row, renew_code(row, actor=page.actor))
        case "end":
            end_bundle(row, actor=page.actor)
            return page.done("bundle", "ended", one.party.id)
    return None


def _copy(page: CasePage, row: Bundle, copy: CopyForm) -> None:
    """The words of a document, as a letter or as a draft to which the person can reply."""
    given = copy.cleaned_data
    number, last = int(given["document"]), given["reply_until"]
    text = words_of_document(page.case, number, page.actor)
    _refuse_words(page, text, "document")
    title = dict(_documents(page))[given["document"]]
    kind = BundleEntry.Kind.DRAFT if last else BundleEntry.Kind.LETTER
    token = page_digest(given["token"])
    until = None if last else _object_until(page, number)
    put(row, EntryWords(text, title), actor=page.actor, token=token, kind=kind, reply_until=last, object_until=until)


def _object_until(page: CasePage, number: int) -> date | None:
    """The last day on which the person can object to what this letter tells; None where it tells of no measure, or of one
    against which nobody can object."""
    document = page.case.documents.filter(number=number).exclude(record=None).first()
    if document is None:
        return None
    told = [one for one in measure_files(page.case, page.actor) if one.shown.record.id == document.record_id]
    return object_until(told[0]) if told else None


def _files(page: CasePage) -> list[tuple[str, str]]:
    return [(str(one.source.number), one.label) for one in copies_for(page.case, page.actor)]


def _copy_file(page: CasePage, row: Bundle, sends: FileForm) -> None:
    """A file of the case, as the approved redaction leaves it."""
    given = sends.cleaned_data
    copy = next(one for one in copies_for(page.case, page.actor) if str(one.source.number) == given["file"])
    _refuse_words(page, copy.source.title, "file")
    content = copy.content()
    words = EntryWords(title=copy.source.title, form=copy.form, size=len(content))
    token = page_digest(given["token"])
    put(row, words, actor=page.actor, token=token, kind=BundleEntry.Kind.FILE, file=[content])


def _refuse_words(page: CasePage, text: str, field: str) -> None:
    """Nobody of the other side may read who reported (Wbk 1a), or by which number the case and the report are known."""
    if page.case.number in text or page.case.report.number in text:
        raise Refused(_("The number of the case stands in this text. Write it without."), field)
    if survivors([text], names_of_reporter(page.case, page.actor)):
        raise Refused(_("The name or address of the reporter stands in this text. Write it without."), field)


def _documents(page: CasePage) -> list[tuple[str, str]]:
    """The documents that can be copied, [(number, title)]: no letter to the reporter."""
    return [
        (str(one.document.number), f"{one.label}, {date_format(one.document.made_at, 'j F Y')}")
        for one in documents_of(page.case, page.actor)
        if not (one.document.withdrawn_at or document_kinds()[one.document.kind].to_reporter)
    ]


def _code(page: CasePage, one: OpenedParty, row: Bundle, code: str) -> HttpResponse:
    """The code, which no other page shows."""
    address = page.request.build_absolute_uri(reverse("papers"))
    return page.show("cases/bundles/code.html", one=one, bundle=row, code=code.split("-"), address=address)
