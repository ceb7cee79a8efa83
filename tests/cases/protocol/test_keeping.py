"""National protocols that were published: their content never changes under the same version, and each can be kept."""

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import translation

from cases.management.commands import keep_protocol
from cases.protocol import installed
from cases.protocol.composition import compose, kept_versions, national, protocol_templates
from cases.protocol.definitions import Protocol
from cases.protocol.installed import defaults, earlier, protocol
from cases.protocol.keeping import as_written, digest
from organisations.rule_files import read_rules
from tests.support.services import ROOT

FILE = ROOT / "tests/cases/protocol/published.yaml"
PUBLISHED = read_rules(FILE, dict[str, dict[str, str]])
VERSIONS = [(name, version) for name, versions in PUBLISHED.items() for version in versions]


def _published(name: str, version: str) -> Protocol:
    """The protocol as it was published, without what floor.yaml asks of every running case. Raises LookupError."""
    protocol(name, version)
    return earlier().get((name, version)) or defaults()[name]


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_what_was_published_stays_as_it_was(name, version):
    try:
        found = digest(_published(name, version))
    except LookupError:
        pytest.fail(
            f"The protocol {name} {version} is gone, and running cases need it. Take the change back for a moment "
            f"(git stash), run `./weer manage keep_protocol {name}`, and bring the change again."
        )
    assert found == PUBLISHED[name][version], (
        f"The protocol {name} {version} says something else than it did. Was this version in a release? Then take the "
        f"change back for a moment (git stash), run `./weer manage keep_protocol {name}`, bring the change again, give "
        f"cases/protocol/defaults/{name}.yaml a new version, and add that version to {FILE.relative_to(ROOT)}. Was it in "
        f"no release yet? Then only write its new digest there: {found}"
    )


def test_every_version_has_its_digest():
    versions = {*earlier(), *((name, national.version) for name, national in defaults().items())}
    missing = {f"{name}: {version}: {digest(_published(name, version))}" for name, version in versions - {*VERSIONS}}
    assert not missing, f"add to {FILE.relative_to(ROOT)}: {missing}"


@pytest.mark.parametrize(("name", "version"), [key for key in earlier() if key[1] >= "2026-12"])
def test_own_protocols_find_the_blocks_with_which_they_were_adopted(name, version):
    """From 2026-12 on the blocks are kept beside the protocol that they made."""
    assert version in kept_versions(name)
    assert digest(compose(name, base_version=version)) == digest(_published(name, version))


@pytest.mark.parametrize("name", sorted(protocol_templates()))
def test_a_kept_protocol_is_read_as_it_was(tmp_path, monkeypatch, name):
    (tmp_path / "earlier").mkdir()
    monkeypatch.setattr(keep_protocol, "HERE", tmp_path)
    monkeypatch.setattr(installed, "HERE", tmp_path)
    call_command("keep_protocol", name)
    kept = earlier.__wrapped__()
    assert kept == {(name, national(name).version): national(name)}
    assert digest(kept[name, national(name).version]) == digest(national(name))
    blocks = tmp_path / "earlier" / national(name).version / "blocks" / name
    assert {path.stem for path in blocks.iterdir()} >= {article.block for article in national(name).articles}
    assert (blocks.parents[1] / "defaults" / f"{name}.yaml").is_file()
    with pytest.raises(CommandError, match="kept already"):
        call_command("keep_protocol", name)


def test_a_digest_sees_every_word_and_the_order_of_the_phases():
    whole = national("safety")
    data = yaml.safe_load(as_written(whole))
    data["articles"][0]["text"] += " En nog iets."
    assert digest(Protocol.model_validate(data)) != digest(whole)
    turned = {**yaml.safe_load(as_written(whole)), "phases": dict(reversed(list(whole.phases.items())))}
    assert digest(Protocol.model_validate(turned)) != digest(whole)
    with translation.override("en"):
        assert digest(whole) == digest(Protocol.model_validate(yaml.safe_load(as_written(whole))))
