"""A case in which something of everything has happened, and the address of every page of the workplace for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from cases import urls
from cases.alarm.alarm import ring
from cases.deciding.judging import options_of
from cases.deciding.opening import open_case
from cases.deciding.records.rows import until_of
from cases.documents.kinds import Type, document_kinds
from cases.models import Case, CaseRecord, Masks
from cases.parties.bundles import open_bundle
from cases.parties.entries import EntryWords, put
from cases.redaction.sources import sources_of
from organisations.access.bars import Suspended, suspend
from organisations.models import Assignment, DutyShift
from organisations.people.duty import WEEK
from reporting.complaints.complaints import complain
from reporting.dialogue.alarm import raise_alarm
from reporting.dialogue.dialogue import say
from reporting.form.submission import submit
from reporting.mailbox.mailbox import open_mailbox
from reporting.models import Complaint, Report, Signal
from tests.support.build import a_case, a_draft, a_report, posted, signed_in, walk, who
from tests.support.evidence import a_photo, add, sent_with, to_evidence
from tests.support.places import Place
from tests.support.reporter import words_of
from vault.compartments import Compartment, open_compartment, write_text
from vault.keyring.keys import stored_digest
from weerbaar.demo.deeds import a_row

CASE = "<uuid:case_id>"
LETTER = "closing_letter"


@dataclass(frozen=True)
class FullCase:
    case: Case
    task: UUID  # assignment of the case officer
    request: UUID  # the request to see the reporter's name
    transfer: UUID
    source: str  # a text that can be masked
    decision: str  # can be taken now
    record: UUID  # a measure that runs
    suspension: UUID  # of somebody whom the case may concern
    proposal: UUID  # waits for a second person
    alarm: UUID  # its occasion: it calls the case officer
    party: UUID  # the victim, who has a papers page
    against: UUID  # a measure against somebody from outside that runs
    entry: UUID  # a file on that page

    def address(self, pattern: URLPattern, case_id: UUID | None = None) -> str:
        """The page of this pattern, for this case or with the identifier of another one."""
        given = {
            "case_id": case_id or self.case.id,
            "complaint_id": case_id or self.case.id,  # there is none
            "report_id": case_id or self.case.id,  # no signal
            "assignment_id": self.task,
            "request_id": self.request,
            "transfer_id": self.transfer,
            "which": self.suspension,
            "proposal_id": self.proposal,
            "occasion": case_id or self.alarm,
            "number": 1,
            "what": "start",
            "code": self.decision,
            "record_id": self.against if pattern.name == "measure_letter" else self.record,
            "party_id": self.party,
            "entry_id": self.entry,
            "came_to": "done",
            "kind": LETTER,
            "form": "pdf",
            "source": "file:1" if pattern.name == "masked_copy" else self.source,
        }
        names = re.findall(r"<\w+:(\w+)>", str(pattern.pattern))
        return reverse(f"cases:{pattern.name}", kwargs={name: given[name] for name in names})


def patterns() -> Iterator[URLPattern]:
    """Every URL of the workplace, from the URL list itself: a new one cannot be forgotten."""
    yield from urls.urlpatterns


def case_patterns() -> list[URLPattern]:
    return [pattern for pattern in patterns() if CASE in str(pattern.pattern)]


def a_full_case(place: Place, *, papers: bool = True) -> FullCase:
    """Evidence, messages, notes, decisions, deadlines, a joined case, a request for the name, and a transfer that was asked.
    With `papers` also a document, a redaction that is approved, and an export. The evidence store must be set."""
    reporter = Client()
    page = to_evidence(reporter)
    for colour in ("red", "green"):
        file = SimpleUploadedFile(f"foto-{colour}.jpg", a_photo(colour))
        page = add(reporter, page, files=file, keep_original="on")
    case = walk(sent_with(reporter, page)[0], "acknowledge", "assess")
    officer = signed_in(who(case.id, "case_officer").person)

    def post(name: str, fields: dict, client: Client = officer, **names) -> None:
        answer = client.post(reverse(f"cases:{name}", kwargs={"case_id": case.id, **names}), fields)
        assert answer.status_code == 302, (name, answer.status_code, words_of(answer)[-1500:])

    actor = who(case.id, "case_officer")
    content = open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    for words in ("Hoe gaat het verder?", "Er is weer iets gebeurd."):
        say(case.report, content, words)
        post("messages", {"text": "Wij spreken u morgen.", "token": uuid4()})
    for words in ("Gebeld met de melder.", "Met een collega besproken."):
        post("notes", {"what": "note", "kind": "note", "text": words, "token": uuid4()})
        post("notes", {"what": "todo", "text": words, "due": "2030-01-01", "whom": "", "token": uuid4()})
    post(
        "deadline_change",
        {"code": "WOO_4W", "day": f"{timezone.localdate() - timedelta(days=40)}", "reason": "Daar vroeg iemand om."},
        what="start",
    )
    joined = walk(a_case(place), "acknowledge", "assess")
    assert (
        officer.post(reverse("cases:connections", args=[joined.id]), {"what": "join", "which": case.id}).status_code
        == 302
    )
    linked = a_case(place)
    post("connections", {"what": "link", "number": linked.number, "why": "same_matter"})
    post("connections", {"what": "name", "name": "Jan van Dörenbosch"})
    post("identity", {"what": "ask", "motive": "care", "words": "Zij moet nog gebeld worden.", "token": uuid4()})
    elsewhere = re.search(
        r'name="to"[^>]*value="([^"]+)"', officer.get(reverse("cases:transfer", args=[case.id])).content.decode()
    )
    assert elsewhere
    post("transfer", {"to": elsewhere[1], "reason": "Daar hoort deze zaak thuis."})
    post(
        "add_file",
        {
            "files": SimpleUploadedFile("verslag.txt", b"Verslag"),
            "kind": "minutes",
            "received_on": "2026-01-05",
            "token": uuid4(),
        },
    )
    post("parties", {"part": "victim", "name": "Mevrouw T. Zonderland", "token": uuid4()})
    party = case.parties.get(part="victim")
    last = timezone.localdate() + timedelta(days=30)
    bundle, _code = open_bundle(case, party.id, "Om te lezen wat er gebeurt.", last, actor=actor)
    put(bundle, EntryWords("Wij houden u op de hoogte."), actor=actor, token=b"a page")
    copy = EntryWords(title="Verslag", form="txt", size=7)
    put(bundle, copy, actor=actor, token=b"another page", kind="file", file=[b"Verslag"])
    record = _a_measure(case)
    if papers:
        _papers(case, post)
    walk(case, "may_be_criminal", "offer_police_report", "decide_outsider_measure")
    post("decision", posted(case, "no_police_report"), code="no_police_report")
    [suspension] = suspend(case.id, place.organisation, [Suspended(str(place["alderman"].id))])
    raise_alarm(case.report, case.report.id)
    officer_on_duty = {"person": who(case.id, "case_officer").person, "begins": 0, "ends": WEEK}
    DutyShift.objects.create(organisation=place.organisation, **officer_on_duty)
    ring(case.report.alarms.get().id)
    case.refresh_from_db()
    return FullCase(
        case,
        Assignment.objects.filter(case=case.id, relation="case_officer", ended=False)[0].id,
        case.identity_requests.get().id,
        case.transfers.get().id,
        _account(case),
        next(option.code for option in options_of(case) if option.allowed and "case_officer" in option.decision.who),
        record,
        suspension.id,
        case.proposals.get(state="asked").id,
        case.report.id,
        party.id,
        case.records.get(form="outsider_measure").id,
        bundle.entries.get(kind="file").id,
    )


def a_signal(place: Place) -> Signal:
    """A doubt that is parked for a month."""
    draft = a_draft(place)
    draft.taker, draft.review_on = str(place["officer"].id), (timezone.localdate() + timedelta(days=30)).isoformat()
    return submit(draft.submission(), lane=Report.Lane.SIGNAL).signal


def _a_measure(case: Case) -> UUID:
    actor, now = who(case.id, "case_officer"), timezone.now()
    key = open_compartment(case.id, Compartment.FILE, actor.organisation.id, actor.person.id)
    row = a_row("measure", now)
    record = CaseRecord.objects.create(
        case=case,
        decision=case.decisions.order_by("-sequence")[0],
        form="measure",
        number=9,
        words=write_text(key, "record", json.dumps(row)).id,
        until=until_of("measure", row),
    )
    return record.id


def _account(case: Case) -> str:
    return next(source.id for source in sources_of(case, who(case.id, "case_officer")) if source.kind == "report")


def _papers(case: Case, post) -> None:
    second = signed_in(who(case.id, "handler").person)
    post("redact", {"title": "Woo-verzoek van maart", "token": uuid4()})
    masked = {"s": ["0"], "ground": "woo_5_1_2_e", "reason": "", "version": 0}
    post("mask_words", {"words": "Robin", "ground": "woo_5_1_2_e", "reason": "", "version": 0}, number=1)
    post("mask_text", masked, number=1, source=_account(case))
    post("mask_text", {"reason": "", "version": 0}, number=1, source="file:1")
    post("redaction", {}, number=1)
    post("check_redaction", {"approve": "1", "seen": Masks.objects.count()}, client=second, number=1)
    asked = {"what": "1", "where": "inside", "for_whom": "Verzoeker", "purpose": "Woo", "ground": "Woo 4.1"}
    post("export", asked | {"token": uuid4()})
    letter = {"token": uuid4(), "make": "1"} | {name: _answer(field) for name, field in _letter().fields.items()}
    post("write_document", letter, kind=LETTER)


def _letter():
    return document_kinds()[LETTER]


def _answer(field) -> str:
    match field.type:
        case Type.CHOICE:
            return next(iter(field.choices))
        case Type.DATE:
            return "2027-03-01"
        case Type.MOMENT:
            return "2026-03-01T14:00"
    return "Ingevuld"


@dataclass(frozen=True)
class ConfidentialCase:
    """A case of which only the confidential adviser knows who reported. `asked` waits for the adviser; of `untold` the
    reporter was not told yet that the name was opened by law."""

    case: Case
    asked: UUID
    untold: UUID


def a_complaint(place: Place, kind: str = "other_handler", **answers) -> tuple[Complaint, str]:
    """Something that a reporter told apart, and the receipt."""
    report, receipt = a_report(place, **({"kind": "integrity", "subject": "employee:"} | answers))
    open_case(report)
    box = open_mailbox(receipt)
    assert box
    made = complain(report, box.opened, kind, "Dat is de broer van de dader.", token=stored_digest("page", uuid4()))
    assert made
    return made, receipt


def a_confidential_case(place: Place) -> ConfidentialCase:
    case = open_case(a_report(place, "integrity", known_as="confidential", name="Robin Geheimnaam")[0])
    requests = []
    for relation, motive in (("handler", "legal_duty"), ("case_officer", "care")):
        client = signed_in(who(case.id, relation).person)
        words = {"what": "ask", "motive": motive, "words": "De rechter-commissaris vraagt erom.", "token": uuid4()}
        assert client.post(reverse("cases:identity", args=[case.id]), words).status_code == 302
        requests.append(case.identity_requests.get(motive=motive).id)
    untold, asked = requests
    adviser = signed_in(who(case.id, "adviser").person)
    law = {"outcome": "law", "legal_source": "Sv 181 en 182", "not_told_because": "De verdachte leest mee."}
    assert adviser.post(reverse("cases:identity_consent", args=[case.id, untold]), law).status_code == 302
    return ConfidentialCase(case, asked, untold)
