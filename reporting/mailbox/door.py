"""The way in to a page that a code opens: ask for the code, open what it opens, and carry it sealed from page to page.

The mailbox of a reporter and the papers page of a person of a case are such pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organisations.desk.numbers import number_in
from reporting.form.forms import ReceiptForm
from reporting.mailbox.session import Session

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Box = TypeVar("Box")


@dataclass(frozen=True)
class Door(Generic[Box]):
    """What differs between such pages. `opens`: what a code opens, or None; it raises Misread for a typing mistake. `act` does
    what a button says, and `show` shows the page, with a notice. `unknown`: said of a code that opens nothing; `taken`: of a new
    code that took the place of the one that was sent. `template` asks for the code; `kept` names the fields of which the words
    stay when the session is over."""

    session: type[Session]
    opens: Callable[[str], Box | None]
    act: Callable[[HttpRequest, Box, Any], HttpResponse]
    show: Callable[..., HttpResponse]
    unknown: "StrOrPromise"
    taken: "StrOrPromise"
    template: str
    kept: Sequence[str] = ("text",)

    def enter(self, request: HttpRequest) -> HttpResponse:
        """Ask for the code, show what it opens, or do what a button of that page says."""
        if request.method != "POST":
            return self.ask(request)
        if "session" in request.POST and "receipt" not in request.POST:
            return self._act(request)
        form = ReceiptForm(request.POST)
        if form.is_valid():
            if box := self.opens(form.cleaned_data["receipt"]):
                return self.show(request, box, self.session(form.cleaned_data["receipt"]))
            form.add_error("receipt", str(self.unknown))
        return self.ask(request, form, kept=request.POST.get("kept", ""))

    def _act(self, request: HttpRequest) -> HttpResponse:
        session = self.session.open(request.POST["session"])
        box = self.opens(session.receipt) if session else None
        if session and box:
            return self.act(request, box, session)
        if session and session.new_receipt and (box := self.opens(session.new_receipt)):  # the button, pressed twice
            return self.show(request, box, self.session(session.new_receipt), notice=str(self.taken))
        kept = next((request.POST[name] for name in self.kept if request.POST.get(name)), "")
        return self.ask(request, kept=kept, timed_out=True)

    def ask(
        self, request: HttpRequest, form: ReceiptForm | None = None, *, kept: str = "", timed_out: bool = False
    ) -> HttpResponse:
        """The page that asks for the code. `kept`: what was typed on a page that closed itself."""
        form = form or ReceiptForm()
        context = {"form": form, "kept": kept, "timed_out": timed_out}
        return render(request, self.template, context, status=422 if form.errors else 200)


def number_asked(request: HttpRequest) -> int:
    """The number of the message or entry of which a button asks for the file; 0, which none has, for anything else."""
    return number_in(request.POST.get("which", "")) or 0


@dataclass(frozen=True)
class Wish:
    """Something that can be done on the page beside writing, folded away until somebody wants it. `name`: the action that the
    button `act` sends; `says`: what is read before it."""

    name: str
    words: str
    act: str
    form: forms.Form
    says: list[str] = field(default_factory=list)
    is_open: bool = False
