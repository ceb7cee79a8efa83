"""National protocols that were released: they are kept, and what they say never changes under the same version."""

import lzma
import sqlite3
from contextlib import closing

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.utils import translation

from cases.management.commands import keep_protocol
from cases.protocol import installed
from cases.protocol.composition import HERE, compose, kept_versions, national, protocol_templates
from cases.protocol.definitions import Protocol
from cases.protocol.installed import earlier
from cases.protocol.keeping import as_written, digest, published
from tests.support.services import ROOT

PUBLISHED = published(HERE / "earlier")
RELEASES = sorted((ROOT / "tests/fixtures").glob("*/sqlite.xz"))


@pytest.mark.parametrize(("name", "version"), PUBLISHED)
def test_what_was_published_stays_as_it_was(name, version):
    assert (name, version) in earlier(), f"the protocol {name} {version} is gone, and running cases need it"
    assert digest(earlier()[name, version]) == PUBLISHED[name, version], (
        f"cases/protocol/earlier/{name}-{version}.yaml says something else than it did when it was released: take the "
        f"change back. Today's protocol is made of cases/protocol/blocks/{name}/"
    )


def test_every_kept_version_has_its_digest():
    missing = [f"{name} {version} {digest(kept)}" for (name, version), kept in earlier().items()]
    missing = [line for line in missing if tuple(line.split()[:2]) not in PUBLISHED]
    assert not missing, f"add to cases/protocol/earlier/digests.txt: {missing}"


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.parent.name)
def test_every_version_that_cases_of_a_release_run_is_kept(release, tmp_path):
    """The database of each release says itself by which protocols its cases run."""
    copy = tmp_path / "release.sqlite3"
    copy.write_bytes(lzma.decompress(release.read_bytes()))
    with closing(sqlite3.connect(copy)) as database:
        run = set(
            database.execute(
                "SELECT DISTINCT protocol_id, protocol_version FROM cases_case WHERE own_protocol_id IS NULL"
            )
        )
    assert run
    assert run <= {*PUBLISHED}, "`./weer manage keep_protocol` keeps them, in the work tree of that release"


@pytest.mark.parametrize("name", sorted(protocol_templates()))
def test_a_version_that_was_released_is_changed_under_a_new_one(name):
    today = national(name)
    assert PUBLISHED.get((name, today.version), digest(today)) == digest(today), (
        f"{name} {today.version} was released and says something else now: give cases/protocol/defaults/{name}.yaml a new "
        "version"
    )


@pytest.mark.parametrize(("name", "version"), [key for key in earlier() if key[1] >= "2026-12"])
def test_own_protocols_find_the_blocks_with_which_they_were_adopted(name, version):
    """From 2026-12 on the blocks are kept beside the protocol that they made."""
    assert version in kept_versions(name)
    assert digest(compose(name, base_version=version)) == digest(earlier()[name, version])


def test_a_release_keeps_the_protocols_as_they_are(tmp_path, monkeypatch, capsys):
    (tmp_path / "earlier").mkdir()
    monkeypatch.setattr(keep_protocol, "HERE", tmp_path)
    monkeypatch.setattr(installed, "HERE", tmp_path)
    call_command("keep_protocol")
    today = {(name, national(name).version): national(name) for name in protocol_templates()}
    assert earlier.__wrapped__() == today
    assert published(tmp_path / "earlier") == {key: digest(protocol) for key, protocol in today.items()}
    for name, version in today:
        blocks = tmp_path / "earlier" / version / "blocks" / name
        assert {path.stem for path in blocks.iterdir()} >= {article.block for article in national(name).articles}
        assert (blocks.parents[1] / "defaults" / f"{name}.yaml").is_file()

    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    call_command("keep_protocol", "safety")
    assert "kept already" in capsys.readouterr().out
    changed = national("safety").model_copy(update={"first": "assessed"})
    monkeypatch.setattr(keep_protocol, "national", lambda name: changed)
    with pytest.raises(CommandError, match="a new version"):
        call_command("keep_protocol", "safety")
    with pytest.raises(CommandError, match="no protocol"):
        call_command("keep_protocol", "safty")
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_digest_sees_every_word_and_the_order_of_the_phases():
    whole = national("safety")
    data = yaml.safe_load(as_written(whole))
    data["articles"][0]["text"] += " En nog iets."
    assert digest(Protocol.model_validate(data)) != digest(whole)
    turned = {**yaml.safe_load(as_written(whole)), "phases": dict(reversed(list(whole.phases.items())))}
    assert digest(Protocol.model_validate(turned)) != digest(whole)
    with translation.override("en"):
        assert digest(whole) == digest(Protocol.model_validate(yaml.safe_load(as_written(whole))))
