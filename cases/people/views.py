"""Who works a case."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.desk.page import CasePage, case_page
from cases.people.handover import people_changes
from organisations.codes import code_list
from organisations.desk.notices import Notice, Notices
from organisations.models import Assignment

NOTICES = Notices(
    {
        "vrij": Notice(_("The access has ended. The next who is free has the case.")),
        "over": Notice(_("Handed over.")),
        "gevraagd": Notice(_("Asked. A second person of this case decides.")),
        "besloten": Notice(_("Recorded.")),
        "veranderd": Notice(
            _("This could not be done: it was decided already, or somebody else must agree."), "warning"
        ),
    }
)


@case_page("case.follow", tab="people", part="people", notices=NOTICES)
def people(page: CasePage) -> HttpResponse:
    case = page.case
    rows = Assignment.objects.holding().filter(case=case.id).select_related("person", "organisation")
    order = [code.id for code in code_list("relation").codes]
    reads_file = page.may("case.file")
    return page.show(
        "cases/people/people.html",
        assignments=sorted(rows, key=lambda row: (order.index(row.relation), row.person.name)),
        actor_id=page.actor.person.id,
        told=people_changes(case, page.actor) if reads_file else [],
        decides_transfer=reads_file,
        asked=case.transfers.filter(state="asked").select_related("to", "asked_by").first(),
        hands_over=page.may("case.hand_over"),
    )
