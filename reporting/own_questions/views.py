"""The administrator's pages on which an organisation fits the report form to itself."""

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import PARAMETER
from organisations.desk.numbers import number_in
from organisations.people.duty import uncalled
from reporting.own_questions.forms import OwnQuestionForm, WordingForm
from reporting.own_questions.listing import groups_of, optional_of, own_of
from reporting.own_questions.notices import QuestionNotice, notice_of
from reporting.own_questions.preview import preview_steps
from reporting.own_questions.versions import (
    NothingToPublish,
    QuestionsInWriting,
    drop_changes,
    new_own_id,
    publish_questions,
    published_changes,
    published_versions,
    question_differences,
    questions_in_writing,
    questions_locked,
    save_changes,
)
from reporting.questions.own import MOST_OWN, QuestionChanges, national_questions

UNDO = "questions_undo"
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@at_work("admin.questions")
def start(request: WorkRequest) -> HttpResponse:
    """The first page of the administrator."""
    uncalled_names = [row.person.name if row.person else row.name for row in uncalled(request.actor.organisation)]
    context = {**_frame(request), "writing": _writing(request), "uncalled": sorted(set(uncalled_names))}
    return render(request, "reporting/own_questions/start.html", context)


@read_or_write
@at_work("admin.questions")
def questions(request: WorkRequest) -> HttpResponse:
    """All questions with what the organisation changed; every button of the page posts one small change here."""
    if request.method == "POST":
        return _act(request)
    writing = _writing(request)
    notice = notice_of(request.GET)
    context = {
        **_frame(request),
        "writing": writing,
        "differences": question_differences(writing.in_force, writing.changes),
        "optional": optional_of(writing.changes, notice.at),
        "groups": groups_of(writing.changes, notice.at),
        "own": own_of(writing.changes, notice.at),
        "own_full": len(writing.changes.own) >= MOST_OWN,
        "most_own": MOST_OWN,
        "kinds": code_list("kind").codes,
        "notice": notice,
        "can_undo": _undo(request, writing) is not None,
        "has_versions": writing.in_force_number > 0,
    }
    return render(request, "reporting/own_questions/questions.html", context)


@read_or_write
@at_work("admin.questions")
def wording(request: WorkRequest, question: str) -> HttpResponse:
    """Own words for a national question."""
    national = national_questions().get(question)
    if national is None:
        raise Http404
    writing = questions_locked(request.actor.organisation) if request.method == "POST" else _writing(request)
    label = writing.changes.labels.get(question, national.label)
    help = writing.changes.helps.get(question, national.help)
    form = WordingForm(request.POST or None, national=national, label=label, help=help)
    if request.method == "POST" and _is_elsewhere(request, writing):
        return _to_list("elsewhere")
    if request.method == "POST" and form.is_valid():
        changes = writing.changes.reword(question, form.words("label"), form.words("help"))
        return _save(request, writing, changes, "reworded", question)
    context = {**_frame(request), "form": form, "national": national, "seen": _seen(request, writing)}
    return render(request, "reporting/own_questions/wording.html", context, status=422 if form.errors else 200)


@read_or_write
@at_work("admin.questions")
def own(request: WorkRequest, question: str = "") -> HttpResponse:
    """Write an own question, or change one."""
    writing = questions_locked(request.actor.organisation) if request.method == "POST" else _writing(request)
    if request.method == "POST" and _is_elsewhere(request, writing):
        return _to_list("elsewhere")
    before = writing.changes.own_question(question)
    if question and before is None:
        return _to_list("gone")
    if not question and len(writing.changes.own) >= MOST_OWN:
        return _to_list("full")
    form = OwnQuestionForm(request.POST or None, own=before)
    if request.method == "POST" and form.is_valid():
        put = form.own_question(question or new_own_id(request.actor.organisation))
        return _save(request, writing, writing.changes.put_own(put), "changed" if question else "added", put.id)
    context = {**_frame(request), "form": form, "before": before, "seen": _seen(request, writing)}
    return render(request, "reporting/own_questions/own_question.html", context, status=422 if form.errors else 200)


@require_safe
@at_work("admin.questions")
def preview(request: WorkRequest, kind: str) -> HttpResponse:
    """Every step of a kind as the reporter will see it, with what is being written."""
    if kind not in code_list("kind"):
        raise Http404
    writing = _writing(request)
    context = {
        **_frame(request),
        "writing": writing,
        "kind": code_list("kind")[kind],
        "kinds": code_list("kind").codes,
        "steps": preview_steps(request.actor.organisation, writing.changes, kind),
    }
    return render(request, "reporting/own_questions/preview.html", context)


@require_safe
@at_work("admin.questions")
def history(request: WorkRequest) -> HttpResponse:
    """All versions that were in force, with what each changed."""
    writing = _writing(request)
    context = {
        **_frame(request),
        "writing": writing,
        "versions": published_versions(request.actor.organisation),
        "seen": writing.seen,
    }
    return render(request, "reporting/own_questions/versions.html", context)


def _act(request: WorkRequest) -> HttpResponse:
    """Do what a button of the list says. Its value is `what:which`, for example "leave_out:location"."""
    what, _sep, which = request.POST.get("action", "").partition(":")
    writing = questions_locked(request.actor.organisation)
    if _is_elsewhere(request, writing):
        return _to_list("elsewhere")
    if what in {"publish", "drop"}:
        return _end(request, writing, what)
    if what == "undo":
        changes = _undo(request, writing)
        return _save(request, writing, changes, "undone") if changes else _to_list("cannot_undo")
    if what == "again":
        number = number_in(which)
        changes = published_changes(request.actor.organisation, number) if number is not None else None
        return _save(request, writing, changes, "again") if changes else _to_list("gone")
    is_own = what in {"remove", "up", "down"}
    if not is_own and which not in national_questions():
        return HttpResponseBadRequest()
    if is_own and writing.changes.own_question(which) is None:
        return _to_list("gone")
    try:
        changed = _changed(writing.changes, what, which)
    except ValueError:
        return HttpResponseBadRequest()
    return _save(request, writing, changed, what, which)


def _changed(changes: QuestionChanges, what: str, which: str) -> QuestionChanges:
    """The changes after a button was pressed. Raises ValueError for an unknown button or a forbidden change."""
    match what:
        case "leave_out":
            return changes.leave_out(which)
        case "ask":
            return changes.ask_again(which)
        case "national":
            return changes.reword(which, None, None)
        case "remove":
            return changes.remove_own(which)
        case "up" | "down":
            return changes.move_own(which, -1 if what == "up" else 1)
    raise ValueError(what)


def _end(request: WorkRequest, writing: QuestionsInWriting, what: str) -> HttpResponse:
    """Put what is written into force, or throw it away; but never changes that this person did not see."""
    if request.POST.get("seen") != writing.seen:
        return _to_list("look_again")
    request.session.pop(UNDO, None)
    if what == "drop":
        drop_changes(request.actor.organisation)
        _keep_undo(request, writing)
        return _to_list("dropped")
    try:
        publish_questions(request.actor.organisation, request.actor.person)
    except NothingToPublish:
        return _to_list("nothing")
    return _to_list("published")


def _save(
    request: WorkRequest, writing: QuestionsInWriting, changes: QuestionChanges, done: str, at: str = ""
) -> HttpResponse:
    """Keep a change and go back to the list. The last change wins; the list says so when the page was old."""
    save_changes(request.actor.organisation, changes)
    if done == "undone":
        request.session.pop(UNDO, None)
    elif changes != writing.changes:
        _keep_undo(request, writing)
    return _to_list(done, at, is_stale=request.POST.get("seen") != writing.seen)


def _keep_undo(request: WorkRequest, before: QuestionsInWriting) -> None:
    after = _writing(request)
    request.session[UNDO] = {"seen": after.seen, "changes": before.changes.model_dump(mode="json")}


def _undo(request: WorkRequest, writing: QuestionsInWriting) -> QuestionChanges | None:
    """The changes before this person's last one; None when somebody changed something since."""
    kept = request.session.get(UNDO)
    return QuestionChanges.model_validate(kept["changes"]) if kept and kept["seen"] == writing.seen else None


def _to_list(done: str, at: str = "", *, is_stale: bool = False) -> HttpResponse:
    asked = {PARAMETER: done} | ({"bij": at} if at else {}) | ({"intussen": "1"} if is_stale else {})
    anchor = QuestionNotice(done, at).anchor
    return redirect(f"{reverse('administration:questions')}?{urlencode(asked)}{anchor}")


def _writing(request: WorkRequest) -> QuestionsInWriting:
    return questions_in_writing(request.actor.organisation)


def _seen(request: WorkRequest, writing: QuestionsInWriting) -> str:
    """From which changes the page was made. It stays the same after an error, so that an old page stays old."""
    return request.POST.get("seen") or writing.seen


def _is_elsewhere(request: WorkRequest, writing: QuestionsInWriting) -> bool:
    """Whether the page was made for another organisation than the one this person works for now."""
    return request.POST.get("seen", "").partition(":")[0] not in {"", writing.organisation.slug}


def _frame(request: WorkRequest) -> dict:
    return {"section": "admin", "organisation": request.actor.organisation}
