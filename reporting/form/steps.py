"""The pages on which a draft grows: the doors, and the steps, of which some take evidence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organisations.codes import code_list
from organisations.models import Organisation
from reporting.dialogue.promised import read_within
from reporting.evidence import intake
from reporting.evidence.custody import lost_of
from reporting.evidence.intake import EvidencePiece, FileRefused
from reporting.evidence.refusals import REFUSALS
from reporting.evidence.uploads import Upload
from reporting.form.drafts import Draft
from reporting.form.written import came_in_writing
from reporting.models import Report
from reporting.questions.meanings import Meaning
from reporting.questions.questions import Step
from vault.files import room_left

PASTED = ""


@dataclass(frozen=True)
class Trouble:
    """A file that was not taken, and why. Pasted messages have no name."""

    name: str
    why: str


def doors_page(request: HttpRequest, organisation: Organisation, draft: Draft | None = None) -> HttpResponse:
    """The doors: one for each kind of report. `draft` is what was written before somebody came back here."""
    context = {"organisation": organisation, "state": draft.seal() if draft else "", "reading": _reading()}
    return render(request, "reporting/form/start.html", context)


def _reading() -> list[tuple[str, str, str]]:
    """(kinds of report, within which time they are read, the same for who stays anonymous), in words. Nothing of a kind of
    which nobody promises it."""
    terms: dict[tuple[str, str], list[str]] = {}
    for kind in code_list("kind").codes:
        named, anonymous = (read_within(kind.id, anonymous=is_anonymous) for is_anonymous in (False, True))
        if named and anonymous:
            terms.setdefault((named, anonymous), []).append(kind.label)
    return [(", ".join(kinds), *times) for times, kinds in terms.items()]


def begin_report(request: HttpRequest, organisation: Organisation, before: Draft | None = None) -> HttpResponse:
    """Start a report of the kind that was chosen. `before`: the draft of somebody who came back to choose another
    kind; what was written stays."""
    kind = request.POST.get("kind", "")
    if kind not in code_list("kind"):
        return doors_page(request, organisation, before)
    draft = before if before and before.kind == kind else Draft.begin(organisation, kind)
    if before and before is not draft:
        draft.typed = {step: dict(typed) for step, typed in before.typed.items()}
        draft.files, draft.taker, draft.follows = before.files, before.taker, before.follows
        draft.came_by, draft.came_on, draft.review_on = before.came_by, before.came_on, before.review_on
    return ask_step(request, draft, draft.steps()[0])


def ask_step(
    request: HttpRequest,
    draft: Draft,
    step: Step,
    answered=None,
    *,
    notice: str = "",
    trouble: list[Trouble] | None = None,
) -> HttpResponse:
    """The page of a step. `answered` is its judged form with errors, `trouble` what could not be taken as evidence."""
    takes_evidence = draft.takes_evidence(step)
    context = {
        "organisation": draft.organisation,
        "draft": draft,
        "state": draft.seal(),
        "step": step,
        "form": answered or draft.form(step),
        "number": draft.number_of(step),
        "total": draft.count,
        "notice": notice,
        "trouble": trouble,
        "pasted": pasted_again(request, trouble),
        "danger": is_in_danger(draft),
        "takes_evidence": takes_evidence,
        "pieces": draft.pieces if takes_evidence else (),
        "room": room_left() if takes_evidence else True,
    }
    failed = trouble or (answered is not None and answered.errors)
    return render(request, "reporting/form/step.html", context, status=422 if failed else 200)


def pasted_again(request: HttpRequest, trouble: list[Trouble] | None) -> str:
    """The pasted messages that could not be taken, so that they stay on the page."""
    return request.POST.get("messages", "") if any(refusal.name == PASTED for refusal in trouble or ()) else ""


def is_in_danger(draft: Draft) -> bool:
    """Whether the reporter chose not to be safe now."""
    return "unsafe" in draft.typed_as(Meaning.DANGER)


def take_evidence(request: HttpRequest, draft: Draft) -> list[Trouble]:
    """Put what was chosen and pasted on the page into the draft. Returns what could not be taken, with the reason."""
    taken, trouble = evidence_in(
        request,
        draft.pieces,
        keep_originals=draft.keeps_originals and ("keep_original" in request.POST or came_in_writing(draft.came_by)),
    )
    draft.files += [piece.to_state() for piece in taken]
    return trouble


def evidence_in(
    request: HttpRequest, before: list[EvidencePiece], *, keep_originals: bool
) -> tuple[list[EvidencePiece], list[Trouble]]:
    """The files and messages of a form as pieces, and what could not be taken. One file never stops the others, and a
    file that is in `before` already is not taken twice."""
    taken: list[EvidencePiece] = []
    trouble: list[Trouble] = []
    tries: list[tuple[str, Callable[[list[EvidencePiece]], EvidencePiece]]] = [
        (file.name or "", partial(_take_file, cast(Upload, file), keep_originals))
        for file in request.FILES.getlist("files")
    ]
    tries += [
        (file.name or "", partial(_take_message_file, cast(Upload, file)))
        for file in request.FILES.getlist("message_file")
    ]
    if pasted := request.POST.get("messages", "").strip():
        tries.append((PASTED, lambda so_far: intake.take_messages(pasted, before=so_far)))
    stopped = ""
    for name, take in tries:
        so_far = before + taken
        if stopped:  # the cleaner is busy, and more files would only lengthen the queue
            trouble.append(Trouble(name, str(REFUSALS[stopped])))
            continue
        try:
            piece = take(so_far)
        except FileRefused as refused:
            stopped = refused.code if refused.code == "busy" else ""
            trouble.append(Trouble(name, str(REFUSALS[refused.code])))
            continue
        if piece.file.sha256 in {other.file.sha256 for other in so_far}:
            intake.drop_piece(piece)
        else:
            taken.append(piece)
    return taken, trouble


def not_kept(report: Report, pieces: Iterable[EvidencePiece]) -> list[Trouble]:
    """What was sent with the report, or in a message to it, and did not become evidence."""
    return [Trouble(piece.name, str(REFUSALS["lost"])) for piece in lost_of(report, pieces)]


def _take_file(file: Upload, keep_original: bool, so_far: list[EvidencePiece]) -> EvidencePiece:
    return intake.take_file(file, keep_original=keep_original, before=so_far)


def _take_message_file(file: Upload, so_far: list[EvidencePiece]) -> EvidencePiece:
    return intake.take_message_file(file, before=so_far)


def remove_evidence(draft: Draft, file: str) -> None:
    """Take the piece with this file out of the draft, and destroy it."""
    for piece in draft.pieces:
        if piece.file.id == file:
            intake.drop_piece(piece)
    draft.files = [state for state in draft.files if state["file"]["id"] != file]
