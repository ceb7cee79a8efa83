"""Notes and to-dos of a case."""

from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.file.notes import mark_todo, notes_of, strike_note, todos_of, workers, write_note, write_todo
from cases.models import Note
from cases.people.hearing import about_field
from organisations.desk.forms import MOST_IN_TEXT, DeskForm, day_field, text_area, token_field
from organisations.desk.notices import Notice, Notices
from organisations.models import Person
from organisations.people.namesakes import to_choose

NOTICES = Notices(
    {
        "note": Notice(_("The note is kept.")),
        "todo": Notice(_("The to-do is on the list.")),
        "struck": Notice(_("Struck out. It stays readable.")),
        "done": Notice(_("Done.")),
        "again": Notice(_("The to-do is open again.")),
        "nothing": Notice(_("This was changed already. Here is how it stands."), "info"),
    }
)


class NoteForm(DeskForm):
    ids = "note-%s"
    sometimes_needed = ("about",)
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(Note.Kind.NOTE, _("A note")), (Note.Kind.CONTACT, _("A contact with somebody"))],
        widget=forms.RadioSelect,
        initial=Note.Kind.NOTE,
    )
    text = forms.CharField(
        label=_("Note"),
        help_text=_("Sealed with the case. Only who may read the file reads this."),
        max_length=MOST_IN_TEXT,
        widget=text_area(6),
        error_messages={"required": _("Write something first.")},
    )
    about = about_field()
    token = token_field()


class TodoForm(DeskForm):
    ids = "todo-%s"
    sometimes_needed = ("about",)
    text = forms.CharField(
        label=_("What has to be done?"), max_length=500, error_messages={"required": _("Say what has to be done.")}
    )
    due = day_field(_("Before"), required=False)
    whom = forms.ChoiceField(label=_("Who"), required=False)
    about = about_field()
    token = token_field()

    def __init__(self, data: QueryDict | None, *, people: list[Person]) -> None:
        super().__init__(data)
        self.choose_from("whom", [("", _("Whoever comes first")), *to_choose(people)])


@case_page("case.file", tab="notes", shows="notes", methods=READ_AND_POST, notices=NOTICES)
def notes(page: CasePage) -> HttpResponse:
    """Both lists and both forms; every button posts here."""
    note_form = NoteForm(page.sent("note"))
    todo_form = TodoForm(page.sent("todo"), people=workers(page.case))
    form: DeskForm = note_form if page.what == "note" else todo_form
    if page.is_sent:
        with page.refusals(form if form.is_bound else None, "text"):
            if what := _act(page, note_form, todo_form):
                return page.done_or_away("notes", what)
    return page.show(
        "cases/file/notes.html",
        notes=notes_of(page.case, page.actor),
        todos=todos_of(page.case, page.actor),
        note_form=note_form,
        todo_form=todo_form,
        form=form,
        writes=page.may("case.note"),
        actor_id=page.actor.person.id,
    )


def _act(page: CasePage, note_form: NoteForm, todo_form: TodoForm) -> str:
    """What was done, empty when a form has to be mended."""
    case, actor, what = page.case, page.actor, page.what
    if what == "note" and note_form.is_valid():
        given = note_form.cleaned_data
        write_note(case, given["text"], kind=given["kind"], actor=actor, token=given["token"], about=given["about"])
        return "note"
    if what == "todo" and todo_form.is_valid():
        given = todo_form.cleaned_data
        whom = UUID(given["whom"]) if given["whom"] else None
        todo = {"due": given["due"], "whom": whom, "token": given["token"], "about": given["about"]}
        write_todo(case, given["text"], actor=actor, **todo)
        return "todo"
    if what in {"note", "todo"}:
        return ""
    try:
        which = UUID(page.request.POST.get("which", ""))
    except ValueError:
        return "nothing"
    if what == "strike":
        return "struck" if strike_note(case, which, actor=actor) else "nothing"
    if what in {"done", "again"}:
        return what if mark_todo(case, which, done=what == "done", actor=actor) else "nothing"
    return "nothing"
