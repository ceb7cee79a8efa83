"""The page that shows each component in its states, for who writes templates and for the suite. Not in production."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organisations.desk.kept import KeptField
from reporting.dialogue.shown import ShownMessage
from reporting.form.base import NewCodeForm
from reporting.mailbox.door import Wish

WORDS = "Twee mensen bij de balie riepen dat zij mijn adres wisten.\nEen collega was erbij."


class StyleForm(forms.Form):
    """Each kind of field once. Sent with what is missing and wrong, it shows the errors."""

    name = forms.CharField(label="Uw naam", help_text="Alleen wie uw melding behandelt, leest dit.", required=False)
    account = forms.CharField(
        label="Wat is er gebeurd?",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Vertel wat er is gebeurd"},
    )
    function = forms.ChoiceField(
        label="In welke functie?",
        choices=[("council_member", "Raadslid"), ("alderman", "Wethouder"), ("mayor", "Burgemeester")],
        error_messages={"invalid_choice": "Kies een functie uit de lijst"},
    )
    known_as = forms.ChoiceField(
        label="Hoe wilt u melden?",
        widget=forms.RadioSelect,
        choices=[
            ("named", "Met naam: de behandelaar weet wie u bent"),
            ("confidential", "Vertrouwelijk: alleen de vertrouwenspersoon weet wie u bent"),
            ("anonymous", "Anoniem: niemand weet wie u bent"),
        ],
        error_messages={"required": "Kies hoe u wilt melden"},
    )
    forms_of = forms.MultipleChoiceField(
        label="Wat past het best?",
        help_text="Kies alles wat past.",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("Met woorden", [("insult", "Beledigen of schelden"), ("shouting", "Schreeuwen")]),
            ("Bedreigen", [("threat", "Bedreiging"), ("stalking", "Stalken")]),
        ],
        error_messages={"required": "Kies wat er is gebeurd"},
    )


class StyleWish(forms.Form):
    text = forms.CharField(label="Waarover wilt u praten?", widget=forms.Textarea(attrs={"rows": 3}), required=False)


@dataclass(frozen=True)
class Line:
    """A line of the timeline of a report, as `reporting.dialogue.progress` gives it."""

    text: str
    is_done: bool
    on: date | None = None
    before: date | None = None


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    if settings.MODE not in {"demo", "test"}:
        raise Http404
    organisation = SimpleNamespace(duty_phone="+31 (0)30 123 45 67", adviser_phone="030 765 43 21")
    context = {
        "organisation": organisation,
        "filled": StyleForm(
            initial={
                "name": "Esra Heidebrink", "account": WORDS, "function": "alderman",
                "known_as": "named", "forms_of": ["threat"],
            },
            prefix="filled",
        ),
        "form": StyleForm({"function": "elsewhere"}),
        "notices": [
            ("info", "Dit is een mededeling."),
            ("ok", "Uw wijziging is bewaard."),
            ("warning", "Een termijn loopt bijna af."),
            ("error", "Dit kan nu niet. Wat u typte staat er nog."),
        ],
        "statuses": [
            ("ok", "Op tijd"), ("warn", "Nog 3 uur"), ("bad", "Te laat"), ("run", "Loopt"),
            ("now", "Nu"), ("idle", "Niet begonnen"), ("pause", "Wacht op het OM"),
        ],
        "lines": [
            Line("Uw melding is binnen.", True, on=date(2026, 3, 2)),
            Line("Wij wegen wat er nodig is.", True, on=date(2026, 3, 4)),
            Line("U hoort wat wij doen, en waarom.", False, before=date(2026, 6, 2)),
        ],
        "rows": [("Soort", "Agressie"), ("Functie", "Wethouder"), ("Hoe gemeld", "Met naam")],
        "answers": [SimpleNamespace(label="Vertel kort wat er is gebeurd", text=WORDS)],
        "said": [
            _message("reporter", WORDS, is_new=True),
            _message("desk", "Dank u wel. Ik bel u morgen over aangifte."),
        ],
        "receipt": ["7KQM", "XH2P", "94TD"],
        "code": NewCodeForm(prefix="code"),
        "here": request.path,
        "session": "",
        "wishes": [
            Wish("be_heard", "Vraag om een gesprek", "Verstuur", StyleWish(prefix="wish"), ["U mag iemand meenemen."], is_open=True),
            Wish("tell_end", "Vraag of u het einde hoort", "Verstuur", StyleWish(prefix="wish-end"), []),
        ],
        "advice": [SimpleNamespace(title="Bewaar alles", text="Maak van elk bericht een schermafdruk.", source="OM")],
        "typed": [KeptField("reason", WORDS), KeptField("whom", "Mevrouw Z.")],
        "trouble": [{"name": "film.avi", "why": "Dit soort bestand nemen wij niet aan."}],
        "pieces": [
            SimpleNamespace(name="foto.jpg", file=SimpleNamespace(size=482_000), original=True, messages=0),
            SimpleNamespace(messages=12, duplicates=3, with_address=1),
        ],
        "pages": Paginator(range(60), 20).page(2),
        "cases": [("2026-00031", "Bedreiging", "Nog 3 uur"), ("2026-00028", "Belangenverstrengeling", "Nog 4 dagen")],
    }  # fmt: skip
    return render(request, "weerbaar/style.html", context)


def _message(by: str, text: str, *, is_new: bool = False) -> ShownMessage:
    is_own = by == "desk"
    who = "U (Anouk Vossewaard)" if is_own else "Melder"
    return ShownMessage(who, is_own, date(2026, 3, 4), is_new, text, in_week=not is_own)
