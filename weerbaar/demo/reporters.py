"""Reporters of the demo who come back: a dialogue, a night of hate messages, a report by telephone, and nonsense."""

from django.http import QueryDict

from cases.deciding.opening import open_case
from organisations.models import Assignment, Organisation
from reporting.dialogue.dialogue import answer_reporter, say
from reporting.evidence.intake import take_messages
from reporting.form.drafts import Draft
from reporting.form.submission import plan, submit
from reporting.models import Report
from vault.compartments import Compartment, open_compartment, open_with
from vault.receipts import open_receipt, receipt_from
from weerbaar.demo.people import Staff, organisations

NONSENSE = 3
TELEPHONE_REPORTER = "Sanne van de Balie"  # nobody at work has this surname


def receipt() -> str:
    """The receipt that the demo prints, so that anybody can try the way back."""
    return receipt_from("demo", "reporter")


def build_reporters(at: Staff) -> None:
    """All at one organisation, by the functions that a browser reaches."""
    _dialogue(at)
    _pile_on(at)
    _by_telephone(at)
    for number in range(NONSENSE):
        told = _told(
            at.organisation, "aggression", aggression_form="insult", account=f"qwe asd zxc {number} http://koop.example"
        )
        submit(told.submission(), lane=Report.Lane.QUARANTINE)


def _dialogue(at: Staff) -> None:
    words = organisations()["dialogue"]
    draft = _told(
        at.organisation, "integrity", integrity_type="conflict_of_interest", subject="alderman:", account=words[0]
    )
    draft.receipt = receipt()
    report = submit(draft.submission())
    open_case(report)
    assignment = Assignment.objects.filter(case=report.case, relation="case_officer").select_related(
        "person", "organisation"
    )[0]
    theirs = open_compartment(report.case, Compartment.CONTENT, assignment.organisation_id, assignment.person_id)
    opened = open_receipt(draft.receipt)
    if opened is None:
        raise ValueError("the demo's receipt does not open")
    own = open_with(report.case, Compartment.CONTENT, opened.key_pair, opened.private)
    answer_reporter(report, theirs, words[1], author=assignment.person)
    say(report, own, words[2])
    answer_reporter(report, theirs, words[3], author=assignment.person)


def _pile_on(at: Staff) -> None:
    words = organisations()["storm"]
    draft = _told(at.organisation, "aggression", aggression_form="hate_message", account=words["account"])
    draft.files = [take_messages("\n\n".join(words["messages"])).to_state()]
    open_case(submit(draft.submission()))


def _by_telephone(at: Staff) -> None:
    draft = _told(
        at.organisation,
        "aggression",
        aggression_form="hitting",
        account=organisations()["telephone"],
        known_as="named",
        name=TELEPHONE_REPORTER,
        reporter_role="on_behalf",
        injury="hurt",
    )
    draft.taker = str(at.people["officer"][0].id)
    open_case(submit(draft.submission()))


def _told(organisation: Organisation, kind: str, **answers: str) -> Draft:
    """A finished draft; anonymous, and safe, unless the answers say otherwise."""
    given = {"known_as": "anonymous", "danger": "safe", **answers}
    draft = Draft.begin(organisation, kind)
    for step in draft.steps():
        data = QueryDict(mutable=True)
        for question in step.asked(kind):
            if question.id in given:
                data[question.id] = given[question.id]
        draft.keep(step, data)
    draft.shown_readers = plan(draft.submission()).fingerprint
    return draft
