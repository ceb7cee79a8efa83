"""The papers page of a person of the case, as that person uses it over HTTP."""

import re

from django.http import HttpResponse
from django.test import Client


class PapersPage:
    """The papers page in a browser without JavaScript or cookies."""

    def __init__(self, code: str) -> None:
        self.client, self.code = Client(), code
        self.answer = self.client.post("/stukken/", {"receipt": code})

    @property
    def text(self) -> str:
        return self.answer.content.decode()

    def send(self, action: str, **fields: str) -> HttpResponse:
        session = re.search(r'name="session" value="([^"]+)"', self.text).group(1)
        self.answer = self.client.post("/stukken/", {"session": session, "action": action, **fields})
        return self.answer

    def take(self) -> str:
        """Take an own code."""
        own = "-".join(re.findall(r"<span>([2-9A-Z]{4})</span>", self.text))
        self.send("take", last_group=own[-4:])
        return own
