"""The page on which a case becomes one of another kind: one person asks, another one decides."""

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.corrections.kind import KindAnswers, ask_kind, asked_kind, decide_kind
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.models import Case
from cases.people.hearing import about_field
from organisations.codes import code_list
from organisations.desk.forms import DeskForm, NeededWhen, reason_field
from organisations.desk.notices import Notice, Notices
from organisations.people.appointments import Rosters
from reporting.codes import EXCLUSIVE_GROUPS
from reporting.counting.facts import form_of_kind
from reporting.form.forms import Setting

NOTICES = Notices(
    {
        "asked": Notice(_("Asked. A second person who reads this case decides.")),
        "changed": Notice(_("The case goes on as one of another kind. The reporter reads that.")),
        "refused": Notice(_("Recorded. The case stays as it is.")),
    }
)
CHOOSE = _("Choose what happened.")


class KindForm(DeskForm):
    """Only what the new kind needs. The report with its answers stays."""

    sometimes_needed = ("about",)
    needed_when = {
        **{name: NeededWhen("kind", [kind], CHOOSE) for kind, name in form_of_kind().items()},
        "subject": NeededWhen("kind", ["integrity"], _("Choose whom it is about, or choose ‘I do not know’.")),
    }
    kind = forms.ChoiceField(
        label=_("Of what kind is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose another kind than the case has.")},
    )
    aggression_form = forms.ChoiceField(label=_("What happened, where it is aggression?"), required=False)
    integrity_type = forms.ChoiceField(label=_("What is suspected, where it is integrity?"), required=False)
    pressure_form = forms.ChoiceField(label=_("What happened, where it is pressure?"), required=False)
    subject = forms.ChoiceField(
        label=_("Whom of the organisation is it about?"),
        help_text=_("Whom you choose loses the case at once and never sees it again."),
        required=False,
    )
    perpetrator = forms.ChoiceField(label=_("Who did it, where it is aggression or pressure?"), required=False)
    group = forms.ChoiceField(label=_("Whom did it hit, where it is aggression or pressure?"), required=False)
    reason = reason_field(_("Why is it of another kind?"))
    about = about_field()

    def __init__(self, data: QueryDict | None, *, case: Case) -> None:
        super().__init__(data)
        self.choose_from("kind", [(code.id, str(code)) for code in code_list("kind").codes if code.id != case.kind])
        if case.kind in form_of_kind():
            del self.fields[form_of_kind()[case.kind]]
        for name in (*form_of_kind().values(), "perpetrator"):
            if name in self.fields:
                self.choose_from(name, [("", _("Choose")), *((leaf.id, str(leaf)) for leaf in code_list(name).leaves)])
        layer = case.report.organisation.kind
        elsewhere = {group for other, groups in EXCLUSIVE_GROUPS.items() if other != layer for group in groups}
        groups = [(leaf.id, str(leaf)) for leaf in code_list("group").leaves if leaf.id not in elsewhere]
        self.choose_from("group", [("", _("Choose")), *groups])
        setting = Setting(case.report.organisation, "integrity", Rosters(timezone.localdate()), {}, "")
        self.choose_from("subject", [("", _("Nobody")), *setting.subjects])

    @property
    def answers(self) -> KindAnswers:
        given = self.cleaned_data
        form = given.get(form_of_kind()[given["kind"]], "")
        return KindAnswers(form, given["subject"], given["perpetrator"], given["group"])


@case_page("case.file", tab="report", shows="kind", methods=READ_AND_POST, notices=NOTICES)
def kind(page: CasePage) -> HttpResponse:
    """Ask for another kind, or decide about what somebody asked."""
    case, decides = page.case, page.may("case.decide") and page.case.is_open
    asked = asked_kind(case, page.actor)
    form = KindForm(page.sent("ask"), case=case) if decides and asked is None else None
    if page.is_sent:
        if page.what in {"agree", "refuse"}:
            with page.refusals():
                decide_kind(case, actor=page.actor, agree=page.what == "agree")
                return page.done_or_away("kind", "changed" if page.what == "agree" else "refused")
        elif form is None or page.what != "ask":
            raise Http404
        elif form.is_valid():
            with form.refusals("reason"):
                given = form.cleaned_data
                ask_kind(case, given["kind"], form.answers, given["reason"], actor=page.actor, about=given["about"])
                return page.done_or_away("kind", "asked")
    return page.show(
        "cases/corrections/kind.html",
        form=form,
        asked=asked,
        kind_asked=code_list("kind")[asked.change.kind] if asked else None,
        own=asked is not None and asked.change.asked_by_id == page.actor.person.id,
    )
