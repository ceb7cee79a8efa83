"""Commands that an operator runs."""

import json

import pytest
from django.core.management import CommandError, call_command

from cases.models import CaseUserObjectPermission
from reporting.models import Fact
from tests.support.build import a_case, a_place
from vault.models import LedgerEvent

pytestmark = pytest.mark.django_db


def test_simulate_leaves_facts_only_and_the_same_seed_leaves_the_same(capsys):
    a_place()
    call_command("simulate", reports=40, years=2, seed=7)
    counted = Fact.objects.count()
    assert counted > 40
    call_command("simulate", reports=40, years=2, seed=7)
    assert Fact.objects.count() == counted
    call_command("simulate", reports=40, years=2, seed=8)
    assert Fact.objects.count() > counted


def test_verify_ledger_ends_with_an_error_when_a_chain_is_broken(capsys):
    case = a_case(a_place())
    call_command("verify_ledger", format="json")
    assert json.loads(capsys.readouterr().out)["problems"] == {}
    LedgerEvent.objects.filter(chain=case.id, sequence=1).update(body=b"{}")
    with pytest.raises(CommandError):
        call_command("verify_ledger", format="json")
    assert str(case.id) in json.loads(capsys.readouterr().out)["problems"]


def test_check_invariants_finds_a_key_without_a_permission(capsys):
    a_case(a_place())
    call_command("check_invariants", format="json")
    assert json.loads(capsys.readouterr().out) == {"broken": []}
    CaseUserObjectPermission.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("check_invariants", format="json")
    assert "runs without a permission row" in capsys.readouterr().out
