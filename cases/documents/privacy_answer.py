"""The answer to who asks whether a report or a case holds anything about them, where a ground asks for silence: the same bytes
whether there is a case or not (docs/security.md)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override

from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest


def silent_answer() -> bytes:
    """The text of the letter. It takes nothing: no case, no person, no organisation and no day can make it another one."""
    with override("nl"):
        return render_to_string("cases/documents/privacy_answer.txt").encode()


@at_work("work.list")
def privacy_answer(request: WorkRequest) -> HttpResponse:
    """The text with when it may be used, for everybody at work; `?als=tekst` gives it as a file."""
    if request.GET.get("als") == "tekst":
        answer = HttpResponse(silent_answer(), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="antwoord.txt"'
        return answer
    text = silent_answer().decode()
    return render(request, "cases/documents/privacy_answer.html", {"section": "work", "text": text})
