"""The repository itself: nothing foreign in it, and its pages agree with each other."""

import re
import subprocess
import sys
import tomllib

import pytest

from cases.protocol.composition import protocol_templates
from organisations.rule_files import BadRules, read_rules
from tests.support.plugin import TOGETHER
from tests.support.services import ROOT

TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
]


@pytest.mark.parametrize("name", ["run", "dev", "build", "uv"])
def test_locks_are_hashed_and_name_no_host_or_path(name):
    text = (ROOT / f"requirements/{name}.txt").read_text()
    assert "://" not in text
    assert not re.search(r"^(-|\.|/)", text, re.M)
    assert text.count("--hash=sha256:") >= len(re.findall(r"^[a-z0-9].*==", text, re.M)) > 0


def test_no_path_of_a_machine_is_tracked():
    if not TRACKED:
        pytest.skip("not a git checkout")
    foreign = re.compile(r"(?<![\w.])/(work|root|home|farm)/\w")
    for path in TRACKED:
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".html", ".sh", ""} and path.is_file():
            assert not foreign.search(path.read_text(errors="replace")), path


def test_every_walk_in_the_browser_goes_to_one_worker_and_each_group_names_files_that_are_there():
    files = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}
    walks = {name for name, path in files.items() if "\npytestmark = [pytest.mark.browser" in path.read_text()}
    assert set(TOGETHER["browser"]) == walks
    assert all(file in files for group in TOGETHER.values() for file in group)


def test_every_dependency_has_a_lower_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert all(re.search(r">=\d", one) for one in project["dependencies"])


def test_version_and_date_agree_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    code = read_rules(ROOT / "publiccode.yml", dict)
    newest = re.search(r"^## (\S+) - (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert newest is not None
    assert (newest[1], newest[2]) == (version, code["releaseDate"])
    assert code["softwareVersion"] == version
    for language in ("nl", "en"):
        assert len(code["description"][language]["shortDescription"]) <= 150
        assert 150 <= len(code["description"][language]["longDescription"]) <= 10_000
    for key in (
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "legal",
        "maintenance",
        "localisation",
    ):
        assert key in code


def test_the_table_of_settings_is_complete():
    settings = (ROOT / "weerbaar/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', settings))
    told = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/settings.md").read_text(), re.M))
    assert read == told


def test_the_dutch_catalogue_is_complete():
    ended = subprocess.run(
        [sys.executable, "docs/lint/catalogues.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout


def test_files_stay_short_enough_to_read():
    for path in TRACKED:
        if path.suffix == ".py" and "migrations" not in path.parts and path.is_file():
            assert len(path.read_text().splitlines()) <= 400, path


def test_the_container_file_runs_nothing_as_root_and_installs_by_hash():
    lines = (ROOT / "docker/Dockerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {name for name, _rest in steps} <= known
    assert [rest for name, rest in steps if name == "USER"][-1] != "root"
    assert all(
        "--require-hashes" in part
        for name, rest in steps
        if name == "RUN"
        for part in rest.split("&&")
        if "-r requirements" in part
    )
    for name, rest in steps:
        if name == "COPY" and "--from" not in rest:
            assert all((ROOT / source).exists() for source in rest.split()[:-1])


def test_the_compose_file_starts_everything_with_no_password_in_it():
    text = (ROOT / "docker/compose.yaml").read_text()
    services = read_rules(ROOT / "docker/compose.yaml", dict)["services"]
    assert set(services) == {"migrate", "web", "worker", "database", "redis", "clamav"}
    assert services["web"]["secrets"] == ["master_key"]
    assert not re.search(r"(PASSWORD|SECRET_KEY): +[^$\s\"{]", text)
    used = {
        name
        for service in services.values()
        for name in (service.get("environment") or {})
        if name.startswith("WEERBAAR_")
    }
    assert used <= set(re.findall(r"`(\w+)`", (ROOT / "docs/settings.md").read_text()))


def test_no_yaml_file_has_a_key_twice():
    """A merge that keeps both sides leaves two of them, and YAML lets the last one win."""
    files = [path for path in TRACKED if path.suffix in {".yaml", ".yml"} and path.is_file()]
    faults = []
    for path in files:
        try:
            read_rules(path, object)
        except BadRules as refused:
            faults.append(str(refused))
    assert faults == []
    assert len(files) > 100


def test_every_rule_file_is_read(settings):
    """A YAML file next to the code that no code names is dead."""
    code = "".join(
        path.read_text() for path in ROOT.rglob("*.py") if ".venv" not in path.parts and "tests" not in path.parts
    )
    for path in ROOT.glob("*/**/*.yaml"):
        if {".venv", "docker", "tests", "defaults", "examples", "earlier", "var"} & set(path.parts):
            continue
        named = (
            path.stem in protocol_templates()[path.parent.name].blocks if "blocks" in path.parts else path.name in code
        )
        assert named, path


CSS = (ROOT / "static/weerbaar-theme.css").read_text()
GROUNDS = ("paper", "mist", "mist-2", "petrol-soft", "honey-soft", "ok-soft", "warn-soft", "bad-soft")
TEXT = [
    *(("ink", ground) for ground in GROUNDS),
    *(("ink-soft", ground) for ground in GROUNDS[:4]),
    *(("petrol", ground) for ground in ("paper", "mist", "petrol-soft")),
    *((tone, ground) for tone in ("ok", "warn", "bad") for ground in ("paper", f"{tone}-soft")),
    *(("on-petrol", ground) for ground in ("petrol", "petrol-hover", "petrol-active")),
    ("on-night", "night"), ("on-night-soft", "night"), ("paper", "ink"),
]  # fmt: skip
SHAPES = [
    ("line-strong", "paper"), ("line-strong", "mist"), ("petrol", "mist-2"), ("now", "paper"), ("focus", "paper"),
    ("focus", "mist"), ("chart-1", "paper"), ("chart-2", "paper"), ("chart-3", "paper"), ("chart-1", "mist-2"), ("honey", "night"),
]  # fmt: skip


def _schemes() -> dict[str, dict[str, str]]:
    parts = CSS.split("/* Token bridge")[0].split("@media", 1)
    light, dark = (dict(re.findall(r"--wb-([\w-]+): (#[0-9a-f]{3,6})", part)) for part in parts)
    light = {"focus": light["ink"], **light}
    return {"light": light, "dark": {**light, **dark}}


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SHAPES, 3.0)], ids=["text", "shapes"])
def test_every_pair_of_colours_in_use_has_contrast(scheme, pairs, least):
    colours = _schemes()[scheme]
    for front, ground in pairs:
        high, low = sorted((_luminance(colours[front]), _luminance(colours[ground])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= least, (front, ground)
