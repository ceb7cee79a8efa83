"""What belongs together with a case: links, matches, names of the perpetrator, handling together, and splitting off."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.access import lead_of
from cases.desk.keys import key_of
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.desk.refusals import Refused
from cases.file.search import by_number
from cases.related.connections import WHY_WORDS, add_name, known_names, link, linked_cases, matches, unlink
from cases.related.joining import join, separate
from organisations.codes import code_list
from organisations.desk.forms import DeskForm
from organisations.desk.notices import Notice, Notices
from reporting.evidence.custody import copied, evidence_of
from reporting.evidence.intake import FileRefused
from reporting.form.drafts import Draft
from vault.compartments import Compartment

NOTICES = Notices(
    {
        "link": Notice(_("The cases are linked.")),
        "unlink": Notice(_("The link is gone.")),
        "name": Notice(_("Kept. Under “Seen before” stands whether other cases are about the same.")),
        "join": Notice(_("The cases are handled together from now on.")),
        "separate": Notice(_("This case is handled by itself again.")),
        "nothing": Notice(_("This was changed already. Here is how it stands."), "info"),
    }
)


class LinkForm(DeskForm):
    ids = "link-%s"
    number = forms.CharField(
        label=_("Number of the other case"),
        help_text=_("One of your own cases, for example 7KQ4-M2PX."),
        max_length=12,
        error_messages={"required": _("Write the number of a case.")},
    )
    why = forms.ChoiceField(
        label=_("Why do they belong together?"),
        choices=[(code.value, words) for code, words in WHY_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why they belong together.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["number"].widget.attrs = {"autocomplete": "off"}


class NameForm(DeskForm):
    ids = "name-%s"
    name = forms.CharField(
        label=_("Name, account, telephone number or registration"),
        help_text=_("Sealed with the file. With it other cases about the same are found."),
        max_length=120,
        error_messages={"required": _("Write a name or an account.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["name"].widget.attrs = {"autocomplete": "off"}


@case_page("case.file", tab="connections", shows="connections", methods=READ_AND_POST, notices=NOTICES)
def connections(page: CasePage) -> HttpResponse:
    """Everything on one page; every button posts here."""
    case, actor = page.case, page.actor
    link_form, name_form = LinkForm(page.sent("link")), NameForm(page.sent("name"))
    form: DeskForm = link_form if page.what == "link" else name_form
    if page.is_sent:
        if not page.may("case.connect"):
            raise Http404
        with page.refusals(form if form.is_bound else None, "number" if page.what == "link" else "name"):
            if what := _act(page, link_form, name_form):
                return page.done("connections", what)
    return page.show(
        "cases/related/connections.html",
        lead=lead_of(case, actor),
        linked=linked_cases(case, actor),
        matches=matches(case, actor),
        names=known_names(case, actor),
        link_form=link_form,
        name_form=name_form,
        form=form,
        works=page.may("case.connect"),
    )


def _act(page: CasePage, link_form: LinkForm, name_form: NameForm) -> str:
    """What was done; empty when a form has to be mended."""
    case, actor, what = page.case, page.actor, page.what
    if what == "link" and link_form.is_valid():
        other = by_number(actor, link_form.cleaned_data["number"])
        if other is None:
            raise Refused(str(_("You have no case with this number.")))
        link(case, other.id, link_form.cleaned_data["why"], actor=actor)
        return "link"
    if what == "name" and name_form.is_valid():
        add_name(case, name_form.cleaned_data["name"].strip(), actor=actor)
        return "name"
    if what in {"link", "name"}:
        return ""
    if what == "separate":
        return "separate" if separate(case, actor=actor) else "nothing"
    try:
        which = UUID(page.request.POST.get("which", ""))
    except ValueError:
        return "nothing"
    if what == "unlink":
        return "unlink" if unlink(case, which, actor=actor) else "nothing"
    if what == "join":
        join(case, which, actor=actor)
        return "join"
    return "nothing"


class SplitForm(DeskForm):
    ids = "split-%s"
    evidence = forms.MultipleChoiceField(
        label=_("Which files come along?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: QueryDict | None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.choose_from("evidence", choices)


@case_page("case.connect", tab="connections", shows="split", methods=READ_AND_POST, work="report.enter")
def split(page: CasePage) -> HttpResponse:
    """A part of a report becomes a report of its own, with its own route and people; the officer writes it down.

    First which files come along, then the doors, each with a sealed draft.
    """
    case, actor = page.case, page.actor
    key = key_of(case, Compartment.CONTENT, actor)
    files = {str(piece.row.number): piece for piece in evidence_of(case.report, key) if piece.row.file}
    form = SplitForm(page.sent(), choices=[(number, f"{number}. {piece.name}") for number, piece in files.items()])
    doors: list[tuple[object, str]] = []
    if page.is_sent and form.is_valid():
        try:
            pieces = [copied(files[number].row, key).to_state() for number in form.cleaned_data["evidence"]]
        except (FileNotFoundError, FileRefused):
            form.add_error("evidence", _("A file cannot be copied now. Go on without it, or try again later."))
        else:
            doors = [(kind, _draft(page, kind.id, pieces)) for kind in code_list("kind").codes]
    return page.show("cases/related/split.html", form=form, doors=doors, organisation=case.report.organisation)


def _draft(page: CasePage, kind: str, pieces: list[dict]) -> str:
    draft = Draft.begin(page.case.report.organisation, kind)
    draft.taker, draft.follows, draft.files = str(page.actor.person.id), str(page.case.report_id), pieces
    return draft.seal()
