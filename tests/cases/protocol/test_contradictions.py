"""An organisation's own text that may contradict a rule is marked for a human; nothing that protects people is."""

import pytest

from cases.protocol.checking.contradictions import denied, marked, sentences_of
from cases.protocol.composition import ProtocolChanges, blocks, examples, protocol_templates

TRUE = [
    "Wederhoor vindt niet plaats.",
    "WEDERHOOR VINDT NIET PLAATS.",
    "We\u00adder\u200bhoor vindt niet plaats.",
    "Bij spoed kan het wederhoor worden overgeslagen.",
    "De betrokkene wordt alleen gehoord als de burgemeester daar niet vanaf ziet.",
    "De betrokkene kan zo nodig reageren.",
    "Het rapport wordt vastgesteld zonder dat de betrokkene kan reageren.",
    "Wederhoor (art. 5) is niet nodig.",
    "Wederhoor? Geen.",
    "Nazorg\n\nGeen.",
    "Na een klein incident blijft nazorg achterwege.",
    "De melder krijgt geen bericht over het vervolg.",
    "Terugkoppeling vervalt als de zaak geheim is.",
    "Een ontvangstbevestiging hoeft niet.",
    "De betrokkene wordt niet geïnformeerd.",
    "De betrokkene wordt niet gei\u0308nformeerd.",
    "Een tweede persoon is niet nodig.",
    "De burgemeester beslist alleen.",
    "Anonieme meldingen worden niet behandeld.",
    "Kleine zaken worden niet geregistreerd.",
    "De termijn kan worden verlengd.",
]
FALSE = [
    "Wie zich schuldig maakt, heeft er niets aan om te zwijgen.",
    "Iedereen die bij de zaak hoort, krijgt wederhoor.",
    "Er gaan geen namen naar buiten vóór een besluit.",
    "De nazorg duurt drie maanden.",
    "De melder krijgt binnen een week bericht.",
    "Twee mensen beslissen samen.",
    "De commissie behoort niet tot de raad.",
    "De burgemeester beslist.",
    "",
]


@pytest.mark.parametrize("sentence", TRUE)
def test_a_sentence_that_takes_a_right_away_is_marked(sentence):
    changes = ProtocolChanges(texts={"right_of_reply": f"Ieder leest het eigen deel van het concept. {sentence}"})
    found = marked("integrity", changes)
    assert len(found) == 1
    assert found[0].sentence in " ".join(changes.texts["right_of_reply"].split())
    assert found[0].about
    assert found[0].id != marked("integrity", ProtocolChanges(texts={"aftercare": sentence + " Ook hier."}))[0].id


@pytest.mark.parametrize("sentence", FALSE)
def test_a_sentence_that_takes_nothing_away_is_not_marked(sentence):
    assert denied(sentence) == []
    assert marked("integrity", ProtocolChanges(texts={"right_of_reply": sentence})) == []


@pytest.mark.parametrize("name", list(examples()))
def test_the_protocols_of_existing_municipalities_are_not_marked(name):
    base, _title, changes = examples()[name]
    assert marked(base, changes) == []


@pytest.mark.parametrize("base", list(protocol_templates()))
def test_the_national_articles_in_own_words_are_not_marked(base):
    assert marked(base, ProtocolChanges(texts={name: block.text.dutch for name, block in blocks(base).items()})) == []


def test_what_stands_in_a_block_that_is_left_out_or_in_the_names_of_a_committee():
    gone = ProtocolChanges(chosen={"talk": False}, texts={"talk": "Wederhoor vindt niet plaats."})
    assert marked("integrity", gone) == []
    hidden = ProtocolChanges(
        chosen={"committee": True}, committees={"committee": "Vier leden, die niemand horen. Geen nazorg."}
    )
    assert [one.block for one in marked("integrity", hidden)] == ["committee"]


def test_a_text_is_cut_into_sentences():
    assert sentences_of("Eerst dit en dat. Dan weer iets anders hier.\n\nEn nog een derde zin.") == [
        "Eerst dit en dat.",
        "Dan weer iets anders hier.",
        "En nog een derde zin.",
    ]
    assert sentences_of("  ") == []
