"""Every place where somebody at work writes in words of their own about a case: found in the code, and each is heard and
compared, or stands here with why it is not."""

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.db import transaction

import cases
from cases.people.barring import compare
from cases.people.handover import colleagues
from cases.people.hearing import MENTIONED, AskFirst
from organisations.access.bars import is_barred
from organisations.desk.forms import DeskForm
from organisations.people.appointments import appoint
from tests.support.histories.world import a_world
from tests.support.recusal_scenarios.of_words import NAMED, PLACES, case_for
from tests.support.recusal_scenarios.parts import a_newcomer

ROOT = Path(__file__).parents[3]
FREE = {"forms.CharField", "WholeText", "reason_field", "reply_field"}
NAMES = "a name: compared by `weigh`, as everything in a field that says who somebody is"
NOT_KEPT = "looks something up, and is kept nowhere"
NO_CASE = "stands in no case"
APART = "told apart from the case: whoever has or had a part in it never reads it (tests/cases/complaints)"
DECIDED = "a field of DecisionForm, which asks"
NOT_HEARD = {
    "cases.administration.forms.ProtocolForm": NO_CASE,
    "cases.administration.forms.__init__": NO_CASE,
    "cases.administration.police.PoliceForm": NO_CASE,
    "cases.complaints.views.AnswerForm": APART,
    "cases.complaints.views.CloseForm": APART,
    "cases.deciding.records.fields.line_field": DECIDED,
    "cases.deciding.records.fields.record_field": DECIDED,
    "cases.deciding.forms._ask_document": DECIDED,
    "cases.deciding.forms._ask_message": DECIDED,
    "cases.deciding.forms._ask_weighing": DECIDED,
    "cases.desk.replies.reply_field": "a field of AnswerForm of the messages, which asks",
    "cases.documents.forms._field": "a field of DocumentForm, which asks",
    "cases.file.search_views.SearchForm": NOT_KEPT,
    "cases.file.contact.sender_code.MailForm": "an address, which is kept nowhere",
    "cases.files.forms._carried": "carries what another page took",
    "cases.files.forms._title_field": "a field of a form that asks",
    "cases.related.views.LinkForm": NOT_KEPT,
    "cases.related.views.NameForm": NAMES,
    "cases.worklist.views.SaveForm": NO_CASE,
}


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(cases.__path__, "cases."):
        if ".migrations" not in found.name and ".management" not in found.name:
            yield found.name


def _forms() -> set[type[DeskForm]]:
    for name in _modules():
        import_module(name)
    found, left = set(), [DeskForm]
    while left:
        below = left.pop().__subclasses__()
        found |= set(below)
        left += below
    return {form for form in found if form.__module__.startswith("cases.")}


def _is_free(field: forms.Field) -> bool:
    """Whether somebody types in it what they like."""
    return isinstance(field, forms.CharField) and not field.widget.is_hidden


def _made_in_functions() -> set[str]:
    """module.function of every field for free words that a function makes."""
    made = set()
    for name in _modules():
        path = ROOT / (name.replace(".", "/") + ".py")
        if path.exists():
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    names = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
                    made |= {f"{name}.{node.name}"} if names & FREE else set()
    return made


def test_every_form_with_free_words_asks_whom_they_are_about():
    silent = {
        f"{form.__module__}.{form.__qualname__}"
        for form in _forms()
        if any(map(_is_free, form.base_fields.values())) and "about" not in form.base_fields
    }
    silent |= _made_in_functions()
    assert silent - NOT_HEARD.keys() == set()
    assert NOT_HEARD.keys() - silent == set(), "stands here without need"


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLACES)
def test_whoever_was_named_there_does_not_come(name):
    world = a_world()
    kind, write = PLACES[name]
    case, sanne = case_for(kind, world), a_newcomer(world)
    role = appoint(sanne, world.town, "officer")
    assert sanne in [successor.person for successor in colleagues(case)]
    role.delete()  # else the writer is asked about them
    write(case, "Sanne Terpstra nam het.", "")
    appoint(sanne, world.town, "officer")
    assert sanne not in [successor.person for successor in colleagues(case)]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLACES)
def test_whoever_is_only_mentioned_there_stays_also_when_everything_is_compared_again(name):
    world = a_world()
    kind, write = PLACES[name]
    case, mentioned = case_for(kind, world), world["Vries"]
    with pytest.raises(AskFirst) as asked, transaction.atomic():
        write(case, NAMED, "")
    write(case, NAMED, f"{MENTIONED}:{asked.value.asked}")
    compare(case, mentioned)
    assert not is_barred(case.id, mentioned.id)
