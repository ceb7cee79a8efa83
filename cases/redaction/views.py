"""Masking the texts of a case, and a second person who checks it."""

from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.keys import file_key
from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.masking.grounds import grounds
from cases.masking.masking import sentences
from cases.models import Case, Redaction
from cases.redaction.sets import (
    CannotRedact,
    ChosenMasks,
    OpenedRedaction,
    begin_redaction,
    can_check,
    check_redaction,
    mask_text,
    mask_words,
    offer,
    open_redaction,
    versions,
)
from cases.redaction.sources import Source, sources_of
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger

MOST_CHARACTERS = 4000
State = Redaction.State


class BeginForm(forms.Form):
    use_required_attribute = False
    title = forms.CharField(
        label=_("What is this redaction for?"),
        help_text=_("For example: request under the Woo of March. Sealed with the case."),
        max_length=200,
        error_messages={"required": _("Say what it is for.")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, initial={"token": uuid4()}, auto_id="%s")


class GroundForm(forms.Form):
    """The ground for what is chosen now. What was masked before keeps its own."""

    use_required_attribute = False
    ground = forms.ChoiceField(label=_("On which ground?"), required=False)
    reason = forms.CharField(label=_("Which other ground?"), max_length=500, required=False)

    def __init__(self, data: QueryDict | None, *, reason: str = "") -> None:
        super().__init__(data, initial={"reason": reason}, auto_id="%s")
        choices = [("", _("Choose")), *((code, one.in_words) for code, one in grounds().items())]
        self.fields["ground"].choices = choices  # type: ignore[attr-defined]
        for name in ("ground", "reason"):
            self.fields[name].sometimes_needed = True  # type: ignore[attr-defined]


class WordsForm(GroundForm):
    words = forms.CharField(
        label=_("Words to mask everywhere"),
        help_text=_(
            "One on each line: a name, a place, a telephone number. Also found in capitals, with other accents, in a longer word and over two lines."
        ),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    field_order = ("words", "ground", "reason")

    def __init__(self, data: QueryDict | None, *, reason: str = "") -> None:
        super().__init__(data, reason=reason)
        self.fields["words"].sometimes_needed = True  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    use_required_attribute = False
    remark = forms.CharField(
        label=_("What has to change"),
        help_text=_("Needed when you send it back. Sealed with the case."),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    seen = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": _("Look at all of it again.")})

    def __init__(self, data: QueryDict | None, *, seen: int) -> None:
        super().__init__(data, initial={"seen": seen}, auto_id="%s")
        self.fields["remark"].sometimes_needed = True  # type: ignore[attr-defined]


@at_work("work.list")
def begin(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.redact")
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = begin_redaction(case, given["title"], actor=request.actor, token=given["token"])
        return redirect("cases:redaction", case_id=case.id, number=made.number)
    context = {**frame(request, case, "exports"), "form": form}
    return render(request, "cases/redaction/redaction_begin.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def redaction(request: WorkRequest, case_id: UUID, number: int) -> HttpResponse:
    """All texts with how far the redaction is, and offering it for a check."""
    case, opened = _opened(request, case_id, number)
    problem = ""
    if request.method == "POST":
        try:
            offer(case, number, actor=request.actor)
            return redirect("cases:redaction", case_id=case.id, number=number)
        except CannotRedact as cannot:
            problem = str(cannot)
    rows = [
        (one, opened.is_gone_through(one), len(opened.chosen[one.id].grounds) if one.id in opened.chosen else 0)
        for one in sources_of(case, request.actor)
    ]
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="redaction", number=number)
    context = {
        **frame(request, case, "exports"),
        "opened": opened,
        "rows": rows,
        "problem": problem,
        "is_draft": opened.redaction.state == State.DRAFT,
        "checks": opened.redaction.state == State.OFFERED and can_check(opened.redaction, request.actor),
    }
    return render(request, "cases/redaction/redaction.html", context, status=422 if problem else 200)


@at_work("work.list")
def text(request: WorkRequest, case_id: UUID, number: int, source: str) -> HttpResponse:
    """One text in sentences: which are masked, and on which ground."""
    case, opened = _opened(request, case_id, number)
    every = sources_of(case, request.actor)
    found = next((one for one in every if one.id == source), None)
    if found is None:
        raise Http404
    before = opened.chosen.get(source, ChosenMasks())
    kept = before.grounds if before.hash == found.hash else {}
    lines = sentences(found.text)
    form = GroundForm(request.POST or None, reason=before.reason)
    ticked = set(kept)
    if request.method == "POST" and form.is_valid():
        ticked = {
            int(one) for one in request.POST.getlist("s") if one.isdecimal() and len(one) < 9 and int(one) < len(lines)
        }
        ground = form.cleaned_data["ground"]
        if ticked - set(kept) and not ground:
            form.add_error("ground", _("Choose on which ground you mask what you ticked."))
        else:
            try:
                mask_text(
                    case,
                    number,
                    source,
                    grounds_of={at: kept.get(at, ground) for at in sorted(ticked)},
                    reason=form.cleaned_data["reason"],
                    version=_version(request),
                    actor=request.actor,
                )
                return redirect(_next_text(request, case, number, every, found))
            except CannotRedact as cannot:
                form.add_error("reason" if ground == "other" else "ground", str(cannot))
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="redaction", number=number)
    context = {
        **frame(request, case, "exports"),
        "opened": opened,
        "source": found,
        "lines": [
            (at, line, at in ticked, grounds()[kept[at]].short if at in kept else "")
            for at, line in enumerate(lines)
            if line.strip()
        ],
        "pieces": opened.pieces(found),
        "version": before.version,
        "form": form,
        "is_draft": opened.redaction.state == State.DRAFT,
    }
    return render(request, "cases/redaction/redaction_text.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def words(request: WorkRequest, case_id: UUID, number: int) -> HttpResponse:
    """The words that are masked in every text."""
    case, opened = _opened(request, case_id, number)
    form = WordsForm(request.POST or None, reason=opened.reason)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = [" ".join(line.split()) for line in given["words"].splitlines() if line.strip()]
        kept = {word: code for word, code in opened.words.items() if word not in request.POST.getlist("remove")}
        if new and not given["ground"]:
            form.add_error("ground", _("Choose on which ground you mask these words."))
        else:
            try:
                mask_words(
                    case,
                    number,
                    kept | dict.fromkeys(new, given["ground"]),
                    reason=given["reason"],
                    version=_version(request),
                    actor=request.actor,
                )
                return redirect(f"{reverse('cases:redaction', args=[case.id, number])}?gedaan=woorden")
            except CannotRedact as cannot:
                form.add_error("words", str(cannot))
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="redaction", number=number)
    context = {
        **frame(request, case, "exports"),
        "opened": opened,
        "words": [(word, grounds()[code].short) for word, code in opened.words.items()],
        "form": form,
        "is_draft": opened.redaction.state == State.DRAFT,
    }
    return render(request, "cases/redaction/redaction_words.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def check(request: WorkRequest, case_id: UUID, number: int) -> HttpResponse:
    """What a second person sees before it can leave: every text with what is masked in it."""
    case, opened = _opened(request, case_id, number)
    form = CheckForm(request.POST or None, seen=versions(opened.redaction))
    if request.method == "POST" and form.is_valid():
        try:
            check_redaction(
                case,
                number,
                approve="approve" in request.POST,
                remark=form.cleaned_data["remark"],
                seen=form.cleaned_data["seen"],
                actor=request.actor,
            )
            return redirect(f"{reverse('cases:redaction', args=[case.id, number])}?gedaan=nagekeken")
        except CannotRedact as cannot:
            form.add_error("remark", str(cannot))
    sources = sources_of(case, request.actor)
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="redaction", number=number)
    context = {
        **frame(request, case, "exports"),
        "opened": opened,
        "shown": [(one, opened.pieces(one)) for one in sources if opened.is_gone_through(one)],
        "left_out": [one for one in sources if not opened.is_gone_through(one)],
        "words": [(word, grounds()[code].short) for word, code in opened.words.items()],
        "form": form,
        "checks": opened.redaction.state == State.OFFERED and can_check(opened.redaction, request.actor),
    }
    return render(request, "cases/redaction/redaction_check.html", context, status=422 if form.errors else 200)


def _next_text(request: WorkRequest, case: Case, number: int, every: list[Source], after: Source) -> str:
    """The next text that nobody went through, or the list when there is none any more."""
    _case, opened = _opened(request, case.id, number)
    at = every.index(after)
    left = [one for one in every[at + 1 :] + every[:at] if not opened.is_gone_through(one)]
    if left:
        return f"{reverse('cases:mask_text', args=[case.id, number, left[0].id])}?gedaan=gelakt"
    return f"{reverse('cases:redaction', args=[case.id, number])}?gedaan=gelakt#teksten"


def _opened(request: WorkRequest, case_id: UUID, number: int) -> tuple[Case, OpenedRedaction]:
    case = case_or_404(request.actor, case_id, "case.redact")
    row = case.redactions.select_related("made_by", "checked_by").filter(number=number).first()
    if row is None:
        raise Http404
    return case, open_redaction(row, file_key(case, request.actor))


def _version(request: WorkRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0
