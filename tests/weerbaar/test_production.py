"""Production mode as it is run: settings without a default are asked for, TLS is demanded, the health check works."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support import services
from tests.support.services import ROOT, free_port

pytestmark = pytest.mark.rehearsal


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    folder = services.folder("production")
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("WEERBAAR_", "DATABASE_", "REDIS_"))
    }
    return {
        **clean,
        "PYTHONPATH": str(ROOT),
        "WEERBAAR_SECRET_KEY": "x" * 60,
        "WEERBAAR_HOSTS": "weerbaar.example,www.weerbaar.example",
        "WEERBAAR_SMTP_HOST": "smtp.example",
        "WEERBAAR_BEHIND_PROXY": "true",
        "WEERBAAR_VAR_DIR": str(folder),
    }


@pytest.fixture(scope="module")
def server(environment):
    for command in (
        ["create_master_key"],
        ["migrate", "-v0"],
        ["load_register"],
        ["collectstatic", "--noinput", "-v0"],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True
        )
    port = free_port()
    argv = [Path(sys.executable).parent / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    service = services.Service(
        [*argv, "--no-access-log", "weerbaar.wsgi:application"], cwd=services.folder("web"), env=environment
    )
    service.wait_until(lambda: _answers(port), 60)
    yield port
    service.stop()


def _ask(port: int, path: str, **headers: str) -> urllib.request.addinfourl:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "weerbaar.example", **headers})
    return urllib.request.build_opener(_NoRedirect).open(request, timeout=10)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def _answers(port: int) -> bool:
    try:
        return _ask(port, "/health/live").status == 200
    except OSError:
        return False


def test_pages_demand_tls_and_say_so_for_two_years(server):
    with pytest.raises(urllib.error.HTTPError) as plain:
        _ask(server, "/")
    assert plain.value.code == 301
    assert plain.value.headers["Location"] == "https://weerbaar.example/"
    answer = _ask(server, "/", **{"X-Forwarded-Proto": "https"})
    page = answer.read().decode()
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert len(styles) == 4
    assert all(re.search(r"\.[0-9a-f]{12}\.css$", style) for style in styles)
    assert (
        _ask(server, styles[0], **{"X-Forwarded-Proto": "https"})
        .headers["Cache-Control"]
        .startswith("max-age=315360000")
    )


def test_another_host_name_is_refused(server):
    with pytest.raises(urllib.error.HTTPError) as refused:
        _ask(server, "/", Host="elders.example", **{"X-Forwarded-Proto": "https"})
    assert refused.value.code == 400


def test_the_containers_health_check_works_as_it_is_written(server, environment):
    line = next(
        line for line in (ROOT / "docker/Dockerfile").read_text().splitlines() if line.startswith("HEALTHCHECK")
    )
    _python, flag, code = json.loads(line.split("CMD ", 1)[1])
    command = [sys.executable, flag, code.replace(":8000/", f":{server}/")]
    assert subprocess.run(command, env=environment, check=False).returncode == 0


def test_the_master_key_is_private_and_never_replaced(server, environment):
    key = Path(environment["WEERBAAR_VAR_DIR"]) / "master.key"
    assert key.stat().st_mode & 0o777 == 0o400
    assert json.loads(_ask(server, "/health/ready").read())["status"] == "ok"
    ended = subprocess.run(
        [sys.executable, "manage.py", "create_master_key"], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert ended.returncode == 1
    assert b"stays as it is" in ended.stderr


def test_demonstration_commands_are_refused(server, environment):
    for command in (["demo_country"], ["simulate", "--reports", "1"]):
        ended = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, check=False
        )
        assert ended.returncode == 1, command
