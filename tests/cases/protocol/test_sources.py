"""The sources of rule files: each is known, and a wrong one names its file."""

import pytest

from cases.protocol import composition
from cases.protocol.composition import blocks, national, protocol_templates
from cases.protocol.installed import earlier
from organisations.legal_sources import LegalSources
from organisations.rule_files import BadRules, read_rules


@pytest.mark.parametrize("template", sorted(protocol_templates()))
def test_every_article_of_a_national_protocol_has_a_source_that_prints(template):
    for article in national(template).articles:
        assert str(article.source)
        assert "domain" not in str(article.source)


def test_every_phase_in_which_something_is_decided_has_a_source():
    protocols = [*earlier().values(), *(national(template) for template in protocol_templates())]
    for protocol in protocols:
        for name, phase in protocol.phases.items():
            assert phase.source or phase.final, name


def test_the_adopted_protocol_prints_the_citation_of_its_block():
    article = next(article for article in national("integrity").articles if article.block == "track_feedback")
    assert str(article.source) == ("artikel 2, tweede lid, onderdelen h en i, van de Wet bescherming klokkenluiders")


@pytest.mark.parametrize("where", ["block", "phase", "track"])
def test_an_unknown_source_names_the_file(where, monkeypatch, tmp_path):
    (tmp_path / "blocks/safety").mkdir(parents=True)
    for name in protocol_templates()["safety"].blocks:
        text = (composition.HERE / f"blocks/safety/{name}.yaml").read_text("utf-8")
        if name == ("track_privacy" if where == "track" else "damage"):
            text = _harmed(text, where)
        (tmp_path / f"blocks/safety/{name}.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(composition, "HERE", tmp_path)
    blocks.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"safety/(damage|track_privacy)\.yaml(.|\n)*no law 'Grondwetje'"):
            blocks("safety")
    finally:
        blocks.cache_clear()


def _harmed(text: str, where: str) -> str:
    lines = text.splitlines()
    places = [index for index, line in enumerate(lines) if line.lstrip().startswith("source:")]
    index = places[0] if where == "block" else places[-1]
    indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
    lines[index] = f"{indent}source: [{{law: Grondwetje, article: 1}}]"
    return "\n".join(lines)


def test_what_is_wrong_in_a_file_comes_with_its_name(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text("first: [{block: 1}]\nsecond:\n- {block: 99}\n")
    with pytest.raises(BadRules, match="no building block 99") as refused:
        read_rules(path, dict[str, LegalSources])
    assert str(refused.value).startswith(f"{tmp_path.name}/rules.yaml:3: second.")
