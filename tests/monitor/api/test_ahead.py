"""Reading ahead of publication: who may, for how long, and that each reading is recorded."""

import base64
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from monitor.editions.archive import PUBLISHER
from monitor.models import Edition
from organisations.access.clients import AHEAD, CHAIN, ClientRefused, add_client, revoke_client, set_scopes
from organisations.models import ApiClient
from tests.support.figures.editions import the_editions
from vault import ledger

pytestmark = pytest.mark.django_db
PARTS = ["", "/audit", "/archive", "/figures", "/tables/T2", "/tables/T2?format=csv"]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def embargoed(db) -> Edition:
    """2025 under an embargo until tomorrow, everything before it published."""
    caches["published"].clear()
    the_editions()
    Edition.objects.filter(id="2025").update(
        status="embargoed", published_at=None, embargo_until=timezone.now() + timedelta(days=1)
    )
    return Edition.objects.get(id="2025")


@pytest.fixture
def client_of_bzk(db):
    return add_client("bzk-monitor", [AHEAD])


def ask_token(client_id: str, secret: str, /, **form: str):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **form}
    return Client().post("/api/v1/oauth/token", form)


@pytest.fixture
def token(client_of_bzk) -> str:
    return ask_token(client_of_bzk.client.client_id, client_of_bzk.secret).json()["access_token"]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def readings() -> list[dict]:
    return [entry.detail for entry in ledger.entries(PUBLISHER) if entry.action == "edition.read_ahead"]


def test_without_a_token_it_does_not_exist(embargoed, get):
    for part in PARTS:
        assert get(f"/editions/2025{part}").status_code == 404, part
        assert get(f"/editions/2025{part}").json() == get(f"/editions/2031{part}").json()
    assert get("/editions").json()["count"] == 9
    assert 'editions/2025"' not in get("/catalog").content.decode()
    answer = get("/editions?status=embargoed")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert not readings()


def test_a_token_opens_all_of_it_and_each_reading_is_in_the_ledger(embargoed, token, client_of_bzk, get):
    listed = get("/editions?status=embargoed", **bearer(token))
    (edition,) = listed.json()["results"]
    assert (edition["id"], edition["status"], edition["publishedAt"]) == ("2025", "embargoed", None)
    assert edition["embargoUntil"].endswith("Z")
    for part in PARTS:
        answer = get(f"/editions/2025{part}", **bearer(token))
        assert answer.status_code == 200, part
        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    client = client_of_bzk.client.client_id
    assert readings() == [
        {"client": client, "edition": "2025", **what}
        for what in [
            {"part": "list"}, {"part": "edition"}, {"part": "audit"}, {"part": "archive"}, {"part": "figures"},
            {"table": "T2"}, {"table": "T2"},
        ]
    ]  # fmt: skip
    assert ledger.verify(PUBLISHER) == []


def test_what_was_read_ahead_is_kept_nowhere(embargoed, token, get):
    read = get("/editions/2025/tables/T2", **bearer(token))
    assert read.json()["editionStatus"] == "embargoed"
    assert get("/editions/2025/tables/T2").status_code == 404
    assert not caches["published"]._cache
    assert get("/editions/2025/tables/T2", If_None_Match="*", **bearer(token)).status_code == 200
    assert len(readings()) == 2


def test_the_embargo_ends_by_itself(embargoed, get):
    Edition.objects.filter(id="2025").update(embargo_until=timezone.now() - timedelta(seconds=1))
    assert get("/editions/2025/tables/T2").json()["editionStatus"] == "published"
    assert get("/editions/2025").json()["publishedAt"]


def test_a_draft_is_read_by_no_client(embargoed, token, get):
    Edition.objects.filter(id="2025").update(status="draft", released_by=None, embargo_until=None)
    for part in PARTS:
        assert get(f"/editions/2025{part}", **bearer(token)).status_code == 404
    assert get("/editions?status=embargoed", **bearer(token)).json()["count"] == 0
    assert not readings()


def test_what_is_not_there_is_not_recorded_as_read(embargoed, token, get):
    assert get("/editions/2025/tables/T99", **bearer(token)).status_code == 404
    assert get("/editions/2025?colour=red", **bearer(token)).status_code == 400
    assert not readings()


@pytest.mark.parametrize("wrong", ["nonsense", "", "a b", "\u00e9"])
def test_a_token_that_is_no_token_is_told_even_for_what_is_public(embargoed, wrong, get):
    for path in ("/editions", "/editions/2024/tables/T2", "/editions/2025", "/indicators", "/catalog"):
        answer = get(path, **bearer(wrong))
        assert answer.status_code == 401, path
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert set(answer.json()) == {"status", "title", "detail"}


def test_a_token_is_not_taken_from_the_address(embargoed, token, get):
    assert get(f"/editions/2025?access_token={token}").status_code == 400


def test_a_token_ends_after_an_hour(embargoed, token, get):
    assert 3500 < (AccessToken.objects.get().expires - timezone.now()).total_seconds() <= 3600
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert get("/editions/2025", **bearer(token)).status_code == 401


def test_tokens_that_are_over_go_when_a_new_one_is_made(client_of_bzk, token):
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    ask_token(client_of_bzk.client.client_id, client_of_bzk.secret)
    assert AccessToken.objects.count() == 1


def test_a_token_loses_its_power_with_its_client(embargoed, token, client_of_bzk, get):
    assert get("/editions/2025", **bearer(token)).status_code == 200
    revoke_client(client_of_bzk.client)
    assert get("/editions/2025", **bearer(token)).status_code == 401
    assert ask_token(client_of_bzk.client.client_id, client_of_bzk.secret).status_code == 401


def test_a_token_loses_its_power_with_the_scope_of_its_client(embargoed, token, client_of_bzk, get):
    ApiClient.objects.update(scopes=[])  # even where the token itself was left
    assert get("/editions/2025", **bearer(token)).status_code == 404
    refused = get("/editions?status=embargoed", **bearer(token))
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    set_scopes(client_of_bzk.client, [])
    assert get("/editions/2025", **bearer(token)).status_code == 401
    assert not readings()
    assert (
        ask_token(client_of_bzk.client.client_id, client_of_bzk.secret, scope=AHEAD).json()["error"] == "invalid_scope"
    )


def test_neither_secret_nor_token_lies_in_the_database(client_of_bzk, token):
    stored = ApiClient.objects.get()
    assert client_of_bzk.secret not in stored.client_secret
    assert stored.client_secret.startswith("argon2")
    assert not AccessToken.objects.get().token
    assert token not in json.dumps(list(AccessToken.objects.values("token", "token_checksum")))


def test_a_client_shows_its_secret_by_basic_or_in_the_form(client_of_bzk):
    client, secret = client_of_bzk.client.client_id, client_of_bzk.secret
    answer = ask_token(client, secret, scope=AHEAD)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"access_token", "expires_in", "token_type", "scope"}
    assert (answer.json()["expires_in"], answer.json()["scope"]) == (3600, AHEAD)
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    answer = Client().post(
        "/api/v1/oauth/token",
        "grant_type=client_credentials",
        content_type=FORM,
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.json()["token_type"] == "Bearer"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "\0"}, 400, "invalid_request"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_what_is_wrong_with_a_request_for_a_token_is_a_problem(client_of_bzk, form, status, error):
    answer = ask_token(client_of_bzk.client.client_id, client_of_bzk.secret, **form)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["error"] == error
    assert answer.json()["detail"]
    assert status != 401 or answer["WWW-Authenticate"]
    assert not AccessToken.objects.exists()


def test_no_page_of_the_library_can_be_reached(db):
    for path in (
        "oauth/authorize",
        "oauth/applications/",
        "oauth/introspect",
        "oauth/revoke_token",
        "oauth/authorized_tokens/",
    ):
        answer = Client().get(f"/api/v1/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert Client().get(f"/{path}").status_code == 404
    assert Client().get("/api/v1/oauth/token").status_code == 405


def test_the_command_makes_lists_changes_and_revokes_clients(db):
    def run(*words: str) -> str:
        out = StringIO()
        call_command("api_client", *words, stdout=out, stderr=StringIO())
        return out.getvalue()

    added = json.loads(run("add", "bzk-monitor", "--scope", AHEAD, "--format", "json"))
    assert ask_token(added["id"], added["secret"]).status_code == 200
    assert added["secret"] not in run("list")
    assert json.loads(run("list", "--format", "json"))[0]["scopes"] == [AHEAD]
    with pytest.raises(CommandError, match="bzk-monitor"):
        run("add", "bzk-monitor")
    with pytest.raises(CommandError, match=r"figures\.ahead"):
        run("add", "other", "--scope", "everything")
    run("scopes", "bzk-monitor")
    assert not AccessToken.objects.exists()
    assert ApiClient.objects.get().scopes == []
    run("revoke", "bzk-monitor")
    assert not ApiClient.objects.exists()
    with pytest.raises(CommandError, match="list"):
        run("revoke", "bzk-monitor")
    assert [entry.action for entry in ledger.entries(CHAIN)] == ["client.added", "client.changed", "client.revoked"]
    assert "secret" in run("add", "another")


def test_a_client_needs_a_name(db):
    with pytest.raises(ClientRefused):
        add_client(" ", [])
