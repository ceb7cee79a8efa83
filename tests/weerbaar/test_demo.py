"""The demo country: what `./weer demo` shows."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cases.invariants import broken_invariants
from cases.models import Case
from monitor.models import Edition
from organisations.models import Organisation
from reporting.models import Evidence, Report
from vault import ledger
from weerbaar.demo.country import password, sign_ins
from weerbaar.demo.reporters import receipt

pytestmark = [pytest.mark.django_db, pytest.mark.rehearsal]


def test_the_demo_country_is_whole_and_every_sign_in_works(capsys):
    call_command("demo_country")
    told = capsys.readouterr().out
    assert broken_invariants() == []
    assert not [chain for chain in ledger.chains() if ledger.verify(chain)]
    live = Organisation.objects.live()
    assert set(live.values_list("kind", flat=True)) == {"municipality", "province", "water_authority"}
    assert live.count() >= 10
    assert not live.exclude(demo=True).exists()
    assert Case.objects.count() >= 90
    assert len(set(Case.objects.values_list("phase", flat=True))) >= 9
    assert Case.objects.exclude(closed_on=None).exists()
    assert Edition.objects.filter(id__contains="-Q").count() >= 4
    assert Edition.objects.exclude(id__contains="-Q").count() == 2
    out = {one.id: one for one in Edition.objects.exclude(status="draft")}
    for one in out.values():
        assert one.built_at < one.published_at
        assert one.cut_off_date + timedelta(days=28) < timezone.localdate(one.published_at) <= timezone.localdate()
    assert len({timezone.localdate(one.published_at) for one in out.values()}) == len(out), "not all on one day"
    for _what, address in sign_ins():
        assert address in told
        client = Client()
        assert client.post("/inloggen/", {"login": address, "password": password()}).status_code == 302
        assert client.get("/werkplek/").status_code == 200
    back = Client().post("/terug/", {"receipt": receipt()})
    assert "in welke vergadering dit speelde" in back.content.decode()
    assert receipt() in told
    assert Report.objects.filter(lane="quarantine").count() == 3
    assert Evidence.objects.count() == 4
    cases = Case.objects.count()
    call_command("demo_country")
    assert "is there already" in capsys.readouterr().out
    assert Case.objects.count() == cases
