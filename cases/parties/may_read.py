"""Whether a person of a case may read anything of it yet: nobody whom it is about does before they were told, in whatever part
they were written down."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from cases.models import Bundle, Case, Party
from cases.people.handover import recovery_of
from cases.people.words.said import Said
from cases.protocol.kinds.parts import parts
from organisations.access.failing_closed import failing_closed
from organisations.access.names import Likeness


def may_have_bundle(case: Case, party: Party) -> str:
    """Why a person of the case cannot get, read or be sent a papers page now, in words; empty where they can. Raises CannotWeigh."""
    part = parts()[party.part]
    if party.is_ended:
        return _("This person was taken out of the case or written down anew.")
    if not part.mailbox:
        return _("Somebody in this part does not get a papers page.")
    # Whoever acts for somebody tells them: neither reads anything before the other may.
    for told in filter(None, [party, party.speaks_for]):
        papers = parts()[told.part].told_by
        if papers and not _was_told(case, told, papers):
            if told != party:
                return _("First tell the person for whom they act: send the letter, and record to whom it went out.")
            return _("First tell this person: send the letter, and record to whom it went out.")
        if not papers and _may_be_concerned(case, told):
            return _(
                "The case is, or may be, about somebody of this name. Whoever it is about reads nothing before they were told, and"
                " then only as the person concerned. Is it somebody else? Write them down anew with their whole name."
            )
    return ""


def refuse_untold(bundle: Bundle) -> None:
    """Nothing is put on the page of somebody who may not read it now. Raises :class:`Refused` and CannotWeigh."""
    if why := may_have_bundle(bundle.case, bundle.party):
        raise Refused(why)


def _was_told(case: Case, party: Party, papers: Iterable[str]) -> bool:
    """Whether a decision was taken that asks one of these papers as its proof, and that names this very person."""
    telling = {code for code, rule in case.protocol.every_decision() if set(rule.done_by.document) & set(papers)}
    return case.decisions.filter(code__in=telling, party__in=party.all_of_them()).exists()


def _may_be_concerned(case: Case, party: Party) -> bool:
    """Whether this may be whom the case is about, under another part: whoever has that name, and until the person concerned was
    told also whoever may have it."""
    with failing_closed():
        likeness = Said(case, recovery_of(case)).concerns(party)
    return likeness == Likeness.SAME or (likeness == Likeness.POSSIBLE and not _is_somebody_told(case))


def _is_somebody_told(case: Case) -> bool:
    concerned = [other for other in case.parties.filter(ended_at=None) if parts()[other.part].told_by]
    return bool(concerned) and all(_was_told(case, other, parts()[other.part].told_by) for other in concerned)
