"""No reference to what nobody has: pages, headings, files, modules and legal sources that are named are there."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from organisations.access.policy import table
from organisations.legal_sources import LegalSources
from organisations.rule_files import read_rules
from tests.support.checks.references import dead_files, dead_links, dead_pages, headings, repository
from tests.support.services import ROOT

TEXTS = {".py", ".yaml", ".yml", ".html", ".css", ".toml", ".md", ".txt", ".js", ".sh", ""}
LEFT_OUT = {"CHANGELOG.md", "tests/house/test_references.py"}  # what was once, and what is made up below
NAMED_IN = sorted(name for name in repository() - LEFT_OUT if Path(name).suffix in TEXTS and not name.endswith("/"))
PAGES = [name for name in NAMED_IN if name.endswith(".md")]
RULES = [name for name in NAMED_IN if name.endswith(".yaml") and not name.startswith(("docker/", "tests/"))]


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8", errors="replace")


def test_every_page_that_is_named_exists_with_its_heading():
    dead = {name: pages for name in NAMED_IN if (pages := dead_pages(_text(name), (ROOT / name).parent))}
    assert not dead


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name):
    assert not dead_links(_text(name), (ROOT / name).parent)


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("docs/")])
def test_every_file_and_module_that_a_page_names_exists(name, settings):
    """`care.view` is an action of a policy and `figures.ahead` a scope of the API: no modules."""
    others = {*table(), *settings.OAUTH2_PROVIDER["SCOPES"]}
    dead = [word for word in dead_files(_text(name)) if word not in others]
    assert not dead


def _sources(content: object) -> list[object]:
    """The values of every key `source`, however deep."""
    if isinstance(content, dict):
        own = [value for key, value in content.items() if key == "source"]
        return own + [source for value in content.values() for source in _sources(value)]
    if isinstance(content, list):
        return [source for value in content for source in _sources(value)]
    return []


def test_every_source_in_a_rule_file_is_known():
    checked = 0
    for name in RULES:
        if name.endswith("indicators.yaml"):  # there it says where numbers come from: register, survey or profile
            continue
        for source in _sources(read_rules(ROOT / name, object)):
            LegalSources.model_validate(source)
            checked += 1
    assert checked > 150


MADE_UP = "docs/made-up.md"


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        (f"See {MADE_UP} for it.", [MADE_UP]),
        ("(docs/domain.md#made-up)", ["docs/domain.md#made-up"]),
        ("(docs/domain.md#routing), README.md and SECURITY.md", []),
        (f"https://example.org/{MADE_UP}", []),
        ("glossary.md beside it", ["glossary.md"]),  # not beside this file, and not under the root
    ],
)
def test_the_check_of_pages_finds_what_is_made_up(text, dead):
    assert dead_pages(text, ROOT / "cases") == dead


def test_a_page_may_be_named_from_beside_it():
    assert dead_pages("glossary.md", ROOT / "docs") == []


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("[a](domain.md#routing) [b](decisions/README.md) [c](#here)\n\n## Here", []),
        ("[a](https://example.org/x) [b](/terug/) [c](mailto:a@example.org)", []),
        ("[a](nowhere.svg) [b](domain.md#nowhere) [c](#nowhere)", ["nowhere.svg", "domain.md#nowhere", "#nowhere"]),
        ("```\n[a](nowhere.svg)\n```", []),
    ],
)  # fmt: skip
def test_the_check_of_links_finds_what_leads_nowhere(text, dead):
    assert dead_links(text, ROOT / "docs") == dead


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("`cases/protocol/engine.py`, `engine.py`, `cases/protocol/`, `vault/`", []),
        ("`/terug/` and `/monitor/methode/`", []),
        ("`cases/protocol/motor.py` and `motor.py` and `kases/`", ["cases/protocol/motor.py", "motor.py", "kases/"]),
        ("`vault.ledger.record`, `vault.ledger`, `monitor.disclosure`", []),
        ("`vault.ledger.sing()` and `vault.lodger.record()`", ["vault.ledger.sing", "vault.lodger.record"]),
        ("`./weer manage motor.py`", ["motor.py"]),
        ("`engine.take` and `ledger.record()` and `care.view` and `nothing.here`", ["care.view"]),
        ("`engine.sing`", ["engine.sing"]),
    ],
)
def test_the_check_of_files_finds_what_is_made_up(text, dead):
    assert dead_files(text) == dead


def test_headings_are_named_as_forges_name_them():
    text = "# What's new, in `2026`?\n\n## A\n\n```\n# no heading\n```\n\n## A\n"
    assert headings(text) == {"whats-new-in-2026", "a", "a-1"}


def test_the_check_of_sources_finds_what_is_made_up():
    (source,) = _sources({"block": [{"source": [{"law": "Grondwetje", "article": 1}]}]})
    with pytest.raises(ValidationError, match="Grondwetje"):
        LegalSources.model_validate(source)
