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


def _documented() -> list[list[str]]:
    """The commands with which docs/operating.md installs it, in their order."""
    block = re.search(r"```sh\n(.*?)```", (ROOT / "docs/operating.md").read_text(), re.S)[1]
    found = re.findall(r"^\./weer manage (\w+[^#\n]*)", block, re.M)
    return [line.split() for line in found]


def _manage(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess:
    argv = [sys.executable, "manage.py", *command]
    return subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _web(environment: dict[str, str], port: int) -> services.Service:
    argv = [Path(sys.executable).parent / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    return services.Service(
        [*argv, "--no-access-log", "weerbaar.wsgi:application"], cwd=services.folder("web"), env=environment
    )


@pytest.fixture(scope="module")
def server(environment):
    commands = _documented()
    assert [command[0] for command in commands] == [
        "create_master_key", "migrate", "load_register", "collectstatic", "doctor",
    ]  # fmt: skip
    for command in commands[:-1]:
        ended = _manage(environment, *command)
        assert ended.returncode == 0, ended.stderr
    port = free_port()
    service = _web(environment, port)
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


def test_doctor_says_before_and_after_what_is_to_be_done(server, environment, tmp_path):
    empty = {**environment, "WEERBAAR_VAR_DIR": str(tmp_path)}
    before = json.loads(_manage(empty, "doctor", "--json").stdout)
    stopping = {one["check"] for one in before["checks"] if one["level"] == "stops"}
    assert {"migrations", "master_key", "static_files"} <= stopping
    ended = _manage(environment, "doctor", "--json")
    after = {one["check"]: one["level"] for one in json.loads(ended.stdout)["checks"]}
    assert ended.returncode == 1
    assert "stops" not in after.values()
    for name in ("mode", "database", "migrations", "organisation_keys", "static_files", "rules", "debug"):
        assert after[name] == "fine", name
    for name in ("hosts", "secret_key", "contacts", "mail", "scheduler", "worker", "invariants"):
        assert after[name] == "mend", name


def test_a_wrong_master_key_starts_neither_web_nor_work(server, environment, tmp_path):
    (tmp_path / "another.key").write_bytes(os.urandom(32))
    wrong = {**environment, "WEERBAAR_MASTER_KEY_FILE": str(tmp_path / "another.key")}
    ended = _manage(wrong, "work", "--once")
    assert ended.returncode == 1
    assert "not the master key of this database" in ended.stderr
    assert "Traceback" not in ended.stderr
    web = _web(wrong, free_port())
    assert web.process.wait(60) != 0
    assert "not the master key of this database" in web.log.read_text()
    assert "Traceback" not in web.log.read_text()
    assert _manage(environment, "work", "--once").returncode == 0
