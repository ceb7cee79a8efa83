"""The papers page of a person of the case: made by who works the case, and used by that person over HTTP."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cases.documents.issue import make_document
from cases.documents.kinds import document_kinds
from cases.models import Bundle, Case, CaseDocument, Party
from cases.parties.parties import PartyWords, add_party
from tests.support.build import signed_in, who

PURPOSE = "Om te reageren op het concept."


class PapersPage:
    """The papers page in a browser without JavaScript or cookies."""

    def __init__(self, code: str) -> None:
        self.client, self.code = Client(), code
        self.answer = self.client.post("/stukken/", {"receipt": code})

    @property
    def text(self) -> str:
        return self.answer.content.decode()

    @property
    def words(self) -> str:
        """What stands on the page, with single blanks."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.text).split())

    def send(self, action: str, **fields: Any) -> HttpResponse:
        session = re.search(r'name="session" value="([^"]+)"', self.text).group(1)
        self.answer = self.client.post("/stukken/", {"session": session, "action": action, **fields})
        return self.answer

    def take(self) -> str:
        """Take an own code."""
        own = code_on(self.text)
        self.send("take", last_group=own[-4:])
        self.own = own
        return own


def code_on(page: str) -> str:
    """The code that a page shows."""
    return "-".join(re.findall(r"<span>([2-9A-Z]{4})</span>", page))


def page_url(case: Case, party: Party) -> str:
    return f"/werkplek/zaak/{case.id}/mensen/{party.id}/pagina/"


def officer_of(case: Case, relation: str = "case_officer") -> Client:
    return signed_in(who(case.id, relation).person)


def a_party(case: Case, part: str = "victim", name: str = "Mevrouw T. Zonderland", **more: Any) -> Party:
    return add_party(case, part, PartyWords(name), actor=who(case.id, "case_officer"), token=uuid4(), **more)


def open_page(case: Case, party: Party, **changed: Any) -> HttpResponse:
    """Who works the case makes a page; the answer shows its code."""
    until = timezone.localdate() + timedelta(days=60)
    fields = {"what": "open", "purpose": PURPOSE, "until": f"{until}", **changed}
    return officer_of(case).post(page_url(case, party), fields)


def a_page(case: Case, party: Party) -> tuple[Bundle, PapersPage]:
    """A page of which the person took a code of their own."""
    page = PapersPage(code_on(open_page(case, party).content.decode()))
    page.take()
    return Bundle.objects.get(party=party, ended_on=None), page


def a_draft(case: Case) -> CaseDocument:
    values = {name: f"Over {name}." for name in document_kinds()["right_of_reply"].fields}
    return make_document(case, "right_of_reply", values, actor=who(case.id, "case_officer"), token=uuid4())


def put_draft(case: Case, party: Party, days: int = 28) -> HttpResponse:
    """Who works the case puts a draft on the page of a person, with a term to reply."""
    last = timezone.localdate() + timedelta(days=days)
    sent = {"what": "copy", "document": a_draft(case).number, "reply_until": f"{last}", "token": uuid4()}
    return officer_of(case).post(page_url(case, party), sent)
