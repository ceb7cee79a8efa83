"""Masking the texts of a case, and a second person who checks it."""

from collections.abc import Collection
from typing import ClassVar

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.desk.keys import file_key
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.masking.grounds import grounds, grouped_grounds
from cases.masking.masking import sentences
from cases.models import Redaction
from cases.people.hearing import about_field
from cases.redaction.copies import FOLDERS, How, NotMasked, copy_of, fate_of, name_of
from cases.redaction.sets import (
    ChosenMasks,
    OpenedRedaction,
    begin_redaction,
    check_redaction,
    mask_text,
    mask_words,
    offer,
    open_redaction,
)
from cases.redaction.source import COLUMNS, Shape, Source
from cases.redaction.sources import sources_of
from organisations.desk.forms import MOST_IN_REASON, DeskForm, text_area, token_field
from organisations.desk.notices import Notice, Notices
from organisations.desk.numbers import number_in
from organisations.desk.saving import to_save
from reporting.evidence.custody import MEDIA_TYPES
from reporting.evidence.sandbox import FileRefused
from reporting.pdf import NoPdf

State = Redaction.State
KEPT = Notices({code: Notice(_("Kept.")) for code in ("masked", "words", "checked")})
NEXT = Notices({"masked": Notice(_("Kept. This is the next text."))})


class BeginForm(DeskForm):
    sometimes_needed = ("about",)
    title = forms.CharField(
        label=_("What is this redaction for?"),
        help_text=_("For example: request under the Woo of March. Sealed with the case."),
        max_length=200,
        error_messages={"required": _("Say what it is for.")},
    )
    about = about_field()
    token = token_field()


class GroundForm(DeskForm):
    """The ground for what is chosen now. What was masked before keeps its own."""

    sometimes_needed: ClassVar[Collection[str]] = ("ground", "reason", "about")
    ground = forms.ChoiceField(label=_("On which ground?"), required=False)
    reason = forms.CharField(label=_("Which other ground?"), max_length=500, required=False)
    about = about_field()

    def __init__(self, data: QueryDict | None, *, reason: str = "") -> None:
        super().__init__(data, initial={"reason": reason})
        self.choose_from("ground", [("", _("Choose")), *grouped_grounds()])


class WordsForm(GroundForm):
    sometimes_needed = ("words", "ground", "reason", "about")
    words = forms.CharField(
        label=_("Words to mask everywhere"),
        help_text=_(
            "One on each line: a name, a place, a telephone number. Also found in capitals, with other accents, in a longer word and over two lines."
        ),
        max_length=MOST_IN_REASON,
        required=False,
        widget=text_area(5),
    )
    field_order = ("words", "ground", "reason", "about")


class CheckForm(DeskForm):
    """`seen` is how many versions of masks the page showed."""

    sometimes_needed = ("remark", "about")
    remark = forms.CharField(
        label=_("What has to change"),
        help_text=_("Needed when you send it back. Sealed with the case."),
        max_length=MOST_IN_REASON,
        required=False,
        widget=text_area(4),
    )
    about = about_field()
    seen = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": _("Look at all of it again.")})

    def __init__(self, data: QueryDict | None, *, seen: int) -> None:
        super().__init__(data, initial={"seen": seen})


@case_page("case.redact", tab="exports", methods=READ_AND_POST)
def begin(page: CasePage) -> HttpResponse:
    form = BeginForm(page.sent())
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        with form.refusals("title"):
            redaction = begin_redaction(
                page.case, given["title"], actor=page.actor, token=given["token"], about=given["about"]
            )
            return redirect(page.address("redaction", redaction.number))
    return page.show("cases/redaction/redaction_begin.html", form=form)


@case_page("case.redact", tab="exports", shows="redaction", keeps=["number"], methods=READ_AND_POST, notices=KEPT)
def redaction(page: CasePage, number: int) -> HttpResponse:
    """All texts with how far the redaction is, and offering it for a check."""
    opened = _opened(page, number)
    if page.is_sent:
        with page.refusals():
            offer(page.case, number, actor=page.actor)
            return redirect(page.address("redaction", number))
    rows = [
        (
            source,
            opened.is_gone_through(source),
            len(opened.chosen[source.id].grounds) if source.id in opened.chosen else 0,
        )
        for source in sources_of(page.case, page.actor)
    ]
    return page.show(
        "cases/redaction/redaction.html",
        opened=opened,
        rows=rows,
        is_draft=opened.redaction.state == State.DRAFT,
        checks=opened.redaction.state == State.OFFERED and opened.may_be_checked_by(page.actor.person.id),
    )


@case_page("case.redact", tab="exports", shows="redaction", keeps=["number"], methods=READ_AND_POST, notices=NEXT)
def text(page: CasePage, number: int, source: str) -> HttpResponse:
    """One thing in its parts: which are masked, and on which ground."""
    opened = _opened(page, number)
    sources = sources_of(page.case, page.actor)
    shown = next((candidate for candidate in sources if candidate.id == source), None)
    if shown is None:
        raise Http404
    before = opened.chosen.get(source, ChosenMasks())
    kept = before.grounds if before.hash == shown.hash else {}
    try:
        most = shown.units
    except FileNotFoundError:
        raise Http404 from None
    form = GroundForm(page.sent(), reason=before.reason)
    ticked = set(kept)
    if page.is_sent and form.is_valid():
        ticked = set(range(most)) if "all" in page.request.POST else _ticked(page, most)
        ground = form.cleaned_data["ground"]
        if ticked - set(kept) and not ground:
            form.add_error("ground", _("Choose on which ground you mask what you ticked."))
        else:
            with form.refusals("reason" if ground == "other" else "ground"):
                mask_text(
                    page.case,
                    number,
                    source,
                    grounds_of={at: kept.get(at, ground) for at in sorted(ticked)},
                    reason=form.cleaned_data["reason"],
                    version=_version(page),
                    actor=page.actor,
                    about=form.cleaned_data["about"],
                )
                return _to_next_text(page, number, sources, shown)
    return page.show(
        "cases/redaction/redaction_text.html",
        opened=opened,
        source=shown,
        lines=[
            (at, words, at in ticked, grounds()[kept[at]].short if at in kept else "") for at, words in _parts(shown)
        ],
        pieces=opened.pieces(shown) if shown.is_text else [],
        fate=fate_of(shown, opened),
        picture=_address_of(page, shown) if shown.shape == Shape.PICTURE else "",
        whole=_address_of(page, shown) if shown.form else "",
        version=before.version,
        form=form,
        is_draft=opened.redaction.state == State.DRAFT,
    )


@case_page("case.redact", tab="exports", shows="redaction", keeps=["number"])
def copy(page: CasePage, number: int, source: str) -> HttpResponse:
    """A document, piece of evidence or file as it would leave: for who masks and for who checks."""
    opened = _opened(page, number)
    shown = next((one for one in sources_of(page.case, page.actor) if one.id == source), None)
    if shown is None or shown.kind not in FOLDERS or shown.id.startswith("evidence:messages"):
        raise Http404
    try:
        if fate_of(shown, opened).how not in {How.WHOLE, How.MASKED}:
            raise Http404
        content = copy_of(shown, opened, timezone.localdate())
    except (FileNotFoundError, FileRefused, NotMasked, NoPdf):
        raise Http404 from None
    name = name_of(shown)
    media_type = MEDIA_TYPES[name.rsplit(".", 1)[1]]
    return to_save(
        content, media_type, f"{page.case.number}-{name.replace('/', '-')}", shown=shown.shape == Shape.PICTURE
    )


@case_page("case.redact", tab="exports", shows="redaction", keeps=["number"], methods=READ_AND_POST)
def words(page: CasePage, number: int) -> HttpResponse:
    """The words that are masked in every text."""
    opened = _opened(page, number)
    form = WordsForm(page.sent(), reason=opened.reason)
    if page.is_sent and form.is_valid():
        given = form.cleaned_data
        new = [" ".join(line.split()) for line in given["words"].splitlines() if line.strip()]
        removed = page.request.POST.getlist("remove")
        kept = {word: code for word, code in opened.words.items() if word not in removed}
        if new and not given["ground"]:
            form.add_error("ground", _("Choose on which ground you mask these words."))
        else:
            with form.refusals("words"):
                mask_words(
                    page.case,
                    number,
                    kept | dict.fromkeys(new, given["ground"]),
                    reason=given["reason"],
                    version=_version(page),
                    actor=page.actor,
                    about=given["about"],
                )
                return page.done_or_away("redaction", "words", number)
    return page.show(
        "cases/redaction/redaction_words.html",
        opened=opened,
        words=_words(opened),
        form=form,
        is_draft=opened.redaction.state == State.DRAFT,
    )


@case_page("case.redact", tab="exports", shows="redaction", keeps=["number"], methods=READ_AND_POST)
def check(page: CasePage, number: int) -> HttpResponse:
    """What a second person sees before it can leave: every text with what is masked in it."""
    opened = _opened(page, number)
    form = CheckForm(page.sent(), seen=opened.versions)
    if page.is_sent and form.is_valid():
        with form.refusals("remark"):
            check_redaction(
                page.case,
                number,
                approve="approve" in page.request.POST,
                remark=form.cleaned_data["remark"],
                seen=form.cleaned_data["seen"],
                actor=page.actor,
                about=form.cleaned_data["about"],
            )
            return page.done_or_away("redaction", "checked", number)
    sources = sources_of(page.case, page.actor)
    return page.show(
        "cases/redaction/redaction_check.html",
        opened=opened,
        shown=[
            (source, opened.pieces(source) if source.is_text else [], fate_of(source, opened))
            for source in sources
            if opened.is_gone_through(source)
        ],
        left_out=[source for source in sources if not opened.is_gone_through(source)],
        words=_words(opened),
        form=form,
        checks=opened.redaction.state == State.OFFERED and opened.may_be_checked_by(page.actor.person.id),
    )


def _parts(source: Source) -> list[tuple[int, str]]:
    """The parts of something with their numbers, in words; of a text without what is empty."""
    match source.shape:
        case Shape.TEXT:
            return [(at, line) for at, line in enumerate(sentences(source.words)) if line.strip()]
        case Shape.PAGES:
            return [(at, gettext("Page %(number)d") % {"number": at + 1}) for at in range(source.units)]
        case Shape.PICTURE:
            words = gettext("Row %(row)d, column %(column)d")
            squares = [(at, divmod(at, COLUMNS)) for at in range(source.units)]
            return [(at, words % {"row": row + 1, "column": column + 1}) for at, (row, column) in squares]
    return [(0, gettext("Leave it out whole"))]


def _address_of(page: CasePage, source: Source) -> str:
    """Where the thing itself is opened."""
    address = page.address("file" if source.kind == "evidence" else "save_file", source.number)
    return f"{address}?show" if source.shape == Shape.PICTURE else address


def _to_next_text(page: CasePage, number: int, sources: list[Source], after: Source) -> HttpResponse:
    """The next text that nobody went through, or the list when there is none any more."""
    opened = _opened(page, number)
    at = sources.index(after)
    left = [source for source in sources[at + 1 :] + sources[:at] if not opened.is_gone_through(source)]
    if left:
        return page.done("mask_text", "masked", number, left[0].id)
    return page.done("redaction", "masked", number, anchor="teksten")


def _opened(page: CasePage, number: int) -> OpenedRedaction:
    row = page.case.redactions.select_related("made_by", "checked_by").filter(number=number).first()
    if row is None:
        raise Http404
    return open_redaction(row, file_key(page.case, page.actor))


def _words(opened: OpenedRedaction) -> list[tuple[str, str]]:
    return [(word, grounds()[code].short) for word, code in opened.words.items()]


def _ticked(page: CasePage, most: int) -> set[int]:
    """The numbers of the sentences that were ticked, as far as they exist."""
    given = page.request.POST.getlist("s")
    return {number for text in given if (number := number_in(text)) is not None and number < most}


def _version(page: CasePage) -> int:
    return number_in(page.request.POST.get("version", "")) or 0
