"""A source prints as a Dutch citation, and names only what can be cited."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from organisations.legal_sources import ORDINALS, LegalSource, LegalSources, register

VPT = "van het programma Veilige Publieke Taak"


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ({"law": "Sr", "article": 66}, "artikel 66 van het Wetboek van Strafrecht"),
        ({"law": "Gw", "article": [87, 88, 89]}, "artikelen 87, 88 en 89 van de Gemeentewet"),
        ({"law": "Kieswet", "article": ["X 7", "X 8"]}, "artikelen X 7 en X 8 van de Kieswet"),
        ({"law": "Gw", "article": 24, "letter": "d"}, "artikel 24, onderdeel d, van de Gemeentewet"),
        (
            {"law": "Wbk", "article": 2, "paragraph": 2, "letter": ["h", "i"]},
            "artikel 2, tweede lid, onderdelen h en i, van de Wet bescherming klokkenluiders",
        ),
        ({"law": "Gw", "article": 28, "paragraph": [1, 3]}, "artikel 28, eerste en derde lid, van de Gemeentewet"),
        ({"law": "Gw", "article": 28, "paragraph": "2a"}, "artikel 28, lid 2a, van de Gemeentewet"),
        (
            {"law": "AVG", "article": 12, "paragraph": 3},
            "artikel 12, lid 3, van de Algemene verordening gegevensbescherming",
        ),
        (
            {"law": "AVG", "article": 6, "paragraph": 1, "letter": "c"},
            "artikel 6, lid 1, onder c, van de Algemene verordening gegevensbescherming",
        ),
        (
            {"law": "Wbk", "article": "17da", "to": "17ec"},
            "artikelen 17da tot en met 17ec van de Wet bescherming klokkenluiders",
        ),
        (
            {"law": "Wbk", "article": 17, "paragraph": 3, "compare": True},
            "vergelijk artikel 17, derde lid, van de Wet bescherming klokkenluiders",
        ),
        ({"law": "Wpbr"}, "Wet particuliere beveiligingsorganisaties en recherchebureaus"),
        ({"block": 8}, "bouwsteen 8 naar de landelijke Handreiking"),
        ({"block": ["7b", "7c", "7d"]}, "bouwstenen 7b, 7c en 7d naar de landelijke Handreiking"),
        ({"publication": "VPT", "part": 8}, f"maatregel 8 {VPT}"),
        ({"publication": "VPT", "part": [2, 3]}, f"maatregelen 2 en 3 {VPT}"),
        ({"publication": "ELA"}, "Eenduidige Landelijke Afspraken (ELA)"),
        ({"own": []}, "eigen bouwsteen van Weerbaar"),
        (
            {"own": [{"block": 14}, {"publication": "VPT", "part": 8}]},
            f"eigen bouwsteen van Weerbaar, die steunt op bouwsteen 14 naar de landelijke Handreiking en maatregel 8 {VPT}",
        ),
    ],
)
def test_a_source_prints_as_a_citation(source, printed):
    assert str(LegalSource.model_validate(source)) == printed


@pytest.mark.parametrize(
    ("sources", "printed"),
    [
        ([], ""),
        ([{"block": 4}, {"publication": "ELA"}], "bouwsteen 4 naar de landelijke Handreiking; Eenduidige Landelijke Afspraken (ELA)"),
        (
            [{"law": "AVG", "article": 12, "paragraph": 3}, {"law": "AVG", "article": 15}],
            "artikel 12, lid 3, en artikel 15 van de Algemene verordening gegevensbescherming",
        ),
        (
            [{"law": "Gw", "article": 26}, {"law": "Gw", "article": 89, "paragraph": 5}, {"law": "Wsw", "article": 54}],
            "artikel 26 en artikel 89, vijfde lid, van de Gemeentewet; artikel 54 van de Waterschapswet",
        ),
        (
            [{"law": "Wbk", "article": 2}, {"law": "Wbk", "article": 17, "compare": True}],
            "artikel 2 van de Wet bescherming klokkenluiders; vergelijk artikel 17 van de Wet bescherming klokkenluiders",
        ),
    ],
)  # fmt: skip
def test_neighbours_of_one_law_are_cited_together(sources, printed):
    assert str(LegalSources.model_validate(sources)) == printed
    assert bool(LegalSources.model_validate(sources)) == bool(printed)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({}, "one of law, block, publication and own"),
        ({"law": "Gw", "block": 4}, "one of law, block, publication and own"),
        ({"law": "Grondwetje", "article": 1}, "no law 'Grondwetje'"),
        ({"publication": "hearsay"}, "no publication 'hearsay'"),
        ({"block": 99}, "no building block 99"),
        ({"publication": "VPT", "part": 9}, "VPT has no part 9"),
        ({"publication": "ELA", "part": 1}, "ELA has no part 1"),
        ({"law": "Gw", "part": 1}, "no part 1"),
        ({"block": 4, "article": 1}, "only a law has articles"),
        ({"law": "Gw", "article": [1, 2], "paragraph": 1}, "belongs to one article"),
        ({"law": "Gw", "article": [1, 2], "to": 4}, "a range goes from one article"),
        ({"law": "Gw", "article": 1, "paragraph": [1, 2], "letter": "a"}, "letters belong to one paragraph"),
        ({"law": "Woo", "article": 4.1}, "between quotation marks"),
        ({"law": "Gw", "artikel": 1}, "artikel"),
        ({"own": [{"law": "Grondwetje"}]}, "no law 'Grondwetje'"),
    ],
)
def test_what_cannot_be_cited_is_refused(source, says):
    with pytest.raises(ValidationError, match=re.escape(says)):
        LegalSource.model_validate(source)


_number = st.one_of(st.integers(1, 400), st.from_regex(r"\A[1-9][0-9]{0,2}[a-e]\Z"))
_law = st.builds(
    lambda law, article, paragraph, letter: {"law": law, "article": article, "paragraph": paragraph, "letter": letter},
    st.sampled_from(sorted(register().laws)),
    _number,
    st.lists(st.integers(1, 25), max_size=1),
    st.lists(st.sampled_from("abcdefghi"), max_size=3, unique=True),
)
_other = st.one_of(
    st.builds(
        lambda blocks: {"block": blocks}, st.lists(st.sampled_from(sorted(register().blocks)), min_size=1, max_size=4)
    ),
    st.sampled_from([{"publication": name} for name in sorted(register().publications)]),
)
_source = st.one_of(_law, _other, st.builds(lambda on: {"own": on}, st.lists(st.one_of(_law, _other), max_size=3)))


@given(_source)
def test_a_citation_names_everything_and_ends_in_words(data):
    source = LegalSource.model_validate(data)
    text = str(source)
    assert not re.search(r"  | ,|,,|;|None|\[|\]|,$", text)
    for number in (*source.article, *source.block, *source.letter):
        assert re.search(rf"\b{re.escape(number)}\b", text)
    for number in source.paragraph:
        union = register().laws[source.law].union
        assert (f"lid {number}" if union or int(number) > len(ORDINALS) else ORDINALS[int(number) - 1]) in text


@given(st.lists(_source, max_size=5))
def test_what_is_written_out_is_read_back_the_same(data):
    sources = LegalSources.model_validate(data)
    assert LegalSources.model_validate(sources.model_dump()) == sources
    assert str(LegalSources.model_validate(sources.model_dump(mode="json"))) == str(sources)


@given(st.lists(_source, min_size=1, max_size=5))
def test_together_they_name_no_more_and_no_less_than_one_by_one(data):
    """Grouping drops words, never a number."""
    sources = LegalSources.model_validate(data)
    apart = " ".join(str(source) for source in sources.root)
    assert _numbers(str(sources)) == _numbers(apart)


def _numbers(text: str) -> list[str]:
    """The numbers of articles, paragraphs and blocks, without those that belong to the title of a law."""
    for law in register().laws.values():
        text = text.replace(law.title, "")
    return sorted(re.findall(r"\b[0-9]+[a-e]?\b", text))


def test_identifiers_have_their_form():
    for law in register().laws.values():
        assert not law.bwb or re.fullmatch(r"BWBR[0-9]{7}", law.bwb)
        assert not law.celex or re.fullmatch(r"3[0-9]{4}[LR][0-9]{4}", law.celex)
    known = [law.bwb or law.celex for law in register().laws.values() if law.bwb or law.celex]
    assert len(known) == len(set(known))
