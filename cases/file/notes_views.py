"""Notes and to-dos of a case."""

from typing import cast
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.file.notes import mark_todo, notes_of, strike_note, todos_of, workers, write_note, write_todo
from cases.models import Case, Note
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.models import Person
from vault import ledger

MOST_CHARACTERS = 20_000


class NoteForm(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(Note.Kind.NOTE, _("A note")), (Note.Kind.CONTACT, _("A contact with somebody"))],
        widget=forms.RadioSelect,
        initial=Note.Kind.NOTE,
    )
    text = forms.CharField(
        label=_("Note"),
        help_text=_("Sealed with the case. Only who may read the file reads this."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write something first.")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, initial={"token": uuid4(), "kind": Note.Kind.NOTE}, auto_id="note-%s")


class TaskForm(forms.Form):
    use_required_attribute = False
    text = forms.CharField(
        label=_("What has to be done?"), max_length=500, error_messages={"required": _("Say what has to be done.")}
    )
    due = forms.DateField(
        label=_("Before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give a day, for example 1-1-2027.")},
    )
    whom = forms.ChoiceField(label=_("Who"), required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, people: list[Person]) -> None:
        super().__init__(data, initial={"token": uuid4()}, auto_id="task-%s")
        choices = [("", _("Whoever comes first")), *((str(one.id), one.name) for one in people)]
        cast(forms.ChoiceField, self.fields["whom"]).choices = choices


@at_work("work.list")
def notes(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """Both lists and both forms; every button posts here."""
    case = case_or_404(request.actor, case_id, "case.file")
    what = request.POST.get("what", "")
    note_form = NoteForm(request.POST if what == "note" else None)
    task_form = TaskForm(request.POST if what == "task" else None, people=workers(case))
    if request.method == "POST":
        done = _act(request, case, what, note_form, task_form)
        if done:
            return redirect(f"{reverse('cases:notes', args=[case.id])}?gedaan={done}")
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="notes")
    form = note_form if what == "note" else task_form
    context = {
        **frame(request, case, "notes"),
        "notes": notes_of(case, request.actor),
        "tasks": todos_of(case, request.actor),
        "note_form": note_form,
        "task_form": task_form,
        "form": form,
        "writes": bool(may(request.actor, "case.note", case)),
        "actor_id": request.actor.person.id,
    }
    return render(request, "cases/file/notes.html", context, status=422 if form.errors else 200)


def _act(request: WorkRequest, case: Case, what: str, note_form: NoteForm, task_form: TaskForm) -> str:
    """What was done, empty when a form has to be mended."""
    actor = request.actor
    if what == "note" and note_form.is_valid():
        given = note_form.cleaned_data
        write_note(case, given["text"], kind=given["kind"], actor=actor, token=given["token"])
        return "note"
    if what == "task" and task_form.is_valid():
        given = task_form.cleaned_data
        whom = UUID(given["whom"]) if given["whom"] else None
        write_todo(case, given["text"], due=given["due"], whom=whom, actor=actor, token=given["token"])
        return "task"
    if what in {"note", "task"}:
        return ""
    try:
        which = UUID(request.POST.get("which", ""))
    except ValueError:
        return "nothing"
    if what == "strike":
        return "struck" if strike_note(case, which, actor=actor) else "nothing"
    if what in {"done", "again"}:
        return what if mark_todo(case, which, done=what == "done", actor=actor) else "nothing"
    return "nothing"
