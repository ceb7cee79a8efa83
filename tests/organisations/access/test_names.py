"""Whether a typed name means somebody at work: a table of right answers, invented accounts, and variations."""

import time
from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from organisations.access import name_reading, name_text
from organisations.access.name_rules import name_rules
from organisations.access.names import KnownAs, Likeness, Mention, Surname, alike, mention
from organisations.codes import code_list
from tests.support.names import AT_WORK, account, conversation, naming, pairs, texts

PAIRS, TEXTS = list(pairs()), list(texts())
KEES = KnownAs(given_names=("Kees",), surnames=(Surname("Bos"),))
ESRA = KnownAs(given_names=("Esra",), surnames=(Surname("Kraaienlaar"),), email="officer1@utrecht.demo")
BOER = KnownAs(given_names=("Wiebe",), surnames=(Surname("Boer", "de"),))
SMIT = KnownAs(given_names=("Bart",), surnames=(Surname("Smit"),))
KALLOE = KnownAs(given_names=("Soenita",), surnames=(Surname("Kalloe"),))
JONG = KnownAs(given_names=("Karin",), surnames=(Surname("Jong", "de"),))
MAN = KnownAs(given_names=("Piet",), surnames=(Surname("Man", "de"),))
OOSTRUM = KnownAs(given_names=("Wim",), surnames=(Surname("Oostrum", "van"),))
FRANK = KnownAs(given_names=("Frank",), surnames=(Surname("Kraaienlaar"),))
CHOSEN = KnownAs(initials="J.P.", given_names=("Hans",), surnames=(Surname("Berg", "van den"), Surname("Müller")))


def test_the_table_is_large_enough():
    assert len(PAIRS) >= 300
    assert all(sum(right is likeness for _typed, _person, right, _known in PAIRS) > 100 for likeness in Likeness)


def test_every_pair_has_its_right_answer():
    wrong = [(typed, right, alike(typed, person)) for typed, person, right, known in PAIRS if known]
    assert [row for row in wrong if row[1] is not row[2]] == []


def test_every_text_of_the_table_has_its_right_answer():
    found = {
        unasked: [bool(mention(text, person, unasked=unasked)) for text, person, _n in TEXTS]
        for unasked in (True, False)
    }
    wrong = [
        (text, names, unasked)
        for unasked in found
        for (text, _p, names), is_found in zip(TEXTS, found[unasked], strict=True)
        if is_found != names
    ]
    assert wrong == []


def test_nobody_who_is_meant_reads_and_few_others_are_asked_about():
    answers = [(right, alike(typed, person)) for typed, person, right, _known in PAIRS]
    assert (Likeness.SAME, Likeness.DIFFERENT) not in answers
    different = [answer for right, answer in answers if right is Likeness.DIFFERENT]
    assert sum(answer is not Likeness.DIFFERENT for answer in different) <= 0.02 * len(different)


def test_of_accounts_about_others_few_are_asked_about():
    random = Random(7)
    asked = {False: 0, True: 0}
    for text in [account(random) for _number in range(1000)]:
        for unasked in asked:
            asked[unasked] += any(mention(text, person, unasked=unasked) for person in AT_WORK)
    assert max(asked.values()) <= 50


def test_of_conversations_about_others_few_are_asked_about():
    """Nobody knows who wrote them, and they are in small letters: "smit" may be a smith."""
    random = Random(11)
    texts = [conversation(random) for _number in range(1000)]
    assert sum(any(mention(text, person, unasked=True) for person in AT_WORK) for text in texts) <= 50


def test_in_no_conversation_somebody_who_is_meant_is_missed():
    """A given name of three letters alone is none in small letters: "jan" is too often somebody else, or a street."""
    random, missed = Random(8), []
    for number in range(1000):
        person = AT_WORK[number % len(AT_WORK)]
        sentence = naming(random, person).lower()
        is_short = not {word.strip(",.") for word in sentence.split()}.isdisjoint({"jan", "wim"})
        is_surname = person.surnames[0].name.lower() in sentence
        if not mention(conversation(random, sentence), person, unasked=True) and (is_surname or not is_short):
            missed.append(sentence)
    assert missed == []


def _without_letters(word: str) -> st.SearchStrategy[str]:
    """The word, or the beginning of it: "der", "de", "d"."""
    return st.integers(1, len(word)).map(lambda end: word[:end])


PREFIXES = ["van der", "van den", "van de", "van 't", "van het", "op den", "op de", "in 't", "uit den", "aan de", "de la", "van", "ten", "ter"]  # fmt: skip


@st.composite
def shortened_prefixes(draw: st.DrawFn) -> tuple[str, str]:
    """A prefix, and how somebody shortens it: each word to its beginning, with periods, slashes, spaces or nothing between."""
    prefix = draw(st.sampled_from(PREFIXES))
    between = draw(st.sampled_from([".", ". ", "/", " ", "", "-"]))
    words = [draw(_without_letters(word.strip("'"))) for word in prefix.split()]
    assume(between != ". " or all(len(word) == 1 for word in words[:-1]))  # "va. de" ends a sentence
    is_letter = len(words[-1]) == 1 and (between or len(words) == 1)
    typed = between.join(words) + ("." * draw(st.integers(0, 1)) if is_letter else "")
    assume(len(words) > 1 or typed not in name_rules().articles)  # "te" for "ten" is said of things: "te jong"
    return prefix, typed


@given(
    shortened_prefixes(),
    st.sampled_from(["Meer", "Berg", "Jong", "Laan", "Vos", "Kuilen"]),
    st.sampled_from(
        ["toen kwam {}", "{} zei dat", "Volgens mij loog {}.", "de auto van {} stond daar", "ja\n{} was het"]
    ),
    st.booleans(),
)
@example(("van der", "v.d."), "Meer", "toen kwam {}", False)
@example(("van der", "vd"), "Meer", "toen kwam {}", False)
@example(("van der", "v.d."), "Meer", "toen kwam {}", True)
@example(("van der", "v. d."), "Meer", "{} zei dat", True)
@example(("van der", "vdr."), "Meer", "{} zei dat", True)
@example(("van der", "v."), "Meer", "{} zei dat", True)
@example(("van der", "d."), "Meer", "{} zei dat", True)
@example(("van 't", "v 't"), "Meer", "{} zei dat", True)
@example(("van het", "v.h."), "Hof", "{} zei dat", True)
@settings(max_examples=200, deadline=None)
def test_the_own_prefix_names_somebody_however_it_is_shortened(shortened, surname, sentence, unasked):
    prefix, typed = shortened
    person = KnownAs(given_names=("Koos",), surnames=(Surname(surname, prefix),))
    assert mention(sentence.format(f"{typed} {surname.lower()}"), person, unasked=unasked)


@pytest.mark.parametrize("entered", ["v.d.", "vd", "v/d", "v. d."])
@pytest.mark.parametrize("typed", ["van der", "v.d.", "vd", "van den"])
def test_who_was_entered_with_a_short_prefix_is_named_by_the_long_one(entered, typed):
    person = KnownAs(given_names=("Koos",), surnames=(Surname("Meer", entered),))
    assert mention(f"toen kwam {typed} meer binnen", person, unasked=True)


@pytest.mark.parametrize(
    "text", ["er kwamen meer dan tien mensen", "niet van de weg af", "hoe meer hoe beter", "dit is te veel van meer"]
)
def test_a_word_without_the_own_prefix_is_nobody(text):
    assert not mention(text, KnownAs(given_names=("Koos",), surnames=(Surname("Meer", "op den"),)))


@pytest.mark.parametrize(
    ("text", "person", "field", "counts"),
    [
        ("Ik hoorde het van WvO.", OOSTRUM, True, True),
        ("Dat was WvO weer", OOSTRUM, True, True),
        ("de wvo is een wet", OOSTRUM, True, False),
        ("De WVO is een wet.", OOSTRUM, True, False),
        ("JvdB nam geld aan", CHOSEN, True, True),
        ("PvO nam geld aan", OOSTRUM, False, False),
        ("Het was KB.", KEES, True, False),
    ],
)
def test_initials_count_with_the_own_prefix(text, person, field, counts):
    """Two letters are too often something else; in a field they count, and the page of a name says so."""
    assert bool(mention(text, person)) == bool(mention(text, person, unasked=True)) == counts
    letters = next(word.strip(".") for word in text.split() if word.lower().strip(".") in {"wvo", "jvdb", "pvo", "kb"})
    assert (alike(letters, person) is not Likeness.DIFFERENT) == field


def test_in_no_account_somebody_who_is_meant_is_missed():
    """A surname that is a word, alone at the beginning of a sentence, counts only where a writer can be asked."""
    random, missed = Random(8), []
    for number in range(1000):
        person, inside = AT_WORK[number % len(AT_WORK)], number % 60 < 30
        sentence = naming(random, person, inside=inside)
        text = account(random, sentence)
        if not mention(text, person) or (inside and not mention(text, person, unasked=True)):
            missed.append(sentence)
    assert missed == []


@pytest.mark.parametrize("text", ["was het bos?", "dan is het bos geweest", "eerst was het bos, en later een ander"])
def test_who_writes_in_small_letters_is_asked_whether_it_was_somebody(text):
    """Where nobody can be asked, too: nobody tells who wrote a conversation."""
    assert mention(text, KEES)


@pytest.mark.parametrize(
    "text", ["we liepen in het bos", "hij ging het bos in", "naast het bos was het koud", "was het in het bos?"]
)
def test_a_wood_in_small_letters_is_nobody(text):
    assert not mention(text, KEES)


@pytest.mark.parametrize(
    "text",
    [
        "Beste Esra,", "Beste Esra", "beste esra,", "BESTE ESRA KRAAIENLAAR,", "Geachte mevrouw Kraaienlaar,", "Dag Esra!", "Met groet, Esra",
        "Met vriendelijke groet,\n\nEsra Kraaienlaar\nIntegriteitsfunctionaris", "Groet Esra", "Hallo Esra en Kees,\nDank.",
        "Er was niets.\n\nHartelijke groeten van Esra",
    ],
)  # fmt: skip
def test_a_greeting_stops_nobody(text):
    assert mention(text, ESRA) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Beste Esra,\nKraaienlaar nam geld aan. Dat zag ik.", "Kraaienlaar nam geld aan."),
        ("Dag Esra sloeg mij.", "Dag Esra sloeg mij."),
        ("Er was iets. Ik zag E. Kraaienlaar weggaan! Toen niets.", "Ik zag E. Kraaienlaar weggaan!"),
        ("Met groet, Jan. PS: volgens Esra klopt het.", "PS: volgens Esra klopt het."),
        ("Mail het aan officer1@utrecht.demo. Of niet.", "Mail het aan officer1@utrecht.demo."),
        ("hij heet kraaien laar geloof ik", "hij heet kraaien laar geloof ik"),
        ("ESRA SLOEG MIJ", "ESRA SLOEG MIJ"),
        ("HALLO ESRA KRAAIENLAAR SLOEG MIJ.", "HALLO ESRA KRAAIENLAAR SLOEG MIJ."),
    ],
)
def test_the_rest_of_a_text_counts_and_its_sentence_is_found(text, sentence):
    found = mention(text, ESRA)
    assert found is not None
    assert found.sentence == sentence


@pytest.mark.parametrize(
    ("text", "person", "asked", "unasked"),
    [
        ("We liepen door het bos.", KEES, False, False),
        ("ik zag bos lopen", KEES, True, True),
        ("Bos liep weg.", KEES, True, True),
        ("Ik zag Bos lopen.", KEES, True, True),
        ("ik zag dhr. bos lopen", KEES, True, True),
        ("ik zag k. bos lopen", KEES, True, True),
        ("o.k. bos genoeg", KEES, True, True),
        ("Ik woon in Den Bosch.", KEES, False, False),
        ("Toen kwam Piet Bos binnen.", KEES, False, False),
        ("Toen kwam de Utrechtse Bos binnen.", KEES, True, True),
        ("Kees Willems zei niets.", KEES, False, False),
        ("Hij heet Kees\nBos.", KEES, True, True),
        ("toen kwam de boer", BOER, True, True),
        ("er was een boer", BOER, False, False),
        ("Toen kwam De Boer.", BOER, True, True),
        ("De wethouder loog.", KnownAs(surnames=(Surname("Bos"),), functions=frozenset({"alderman"})), True, True),
        ("Wethouder Willems loog.", KnownAs(surnames=(Surname("Bos"),), functions=frozenset({"alderman"})), False, False),
        ("De griffier wist het.", KnownAs(surnames=(Surname("Bos"),), former_functions=frozenset({"registrar"})), True, True),
        ("smit zei dat", SMIT, True, True),
        ("ik weet dat smit geld aannam", SMIT, True, True),
        ("Smit zei dat", SMIT, True, True),
        ("de smit zei dat", SMIT, False, False),
        ("mijn smit zei dat", SMIT, True, False),
        ("een goede smit doet dat niet", SMIT, True, False),
        ("een goede\nsmit zei dat", SMIT, True, True),
        ("weet die niks\nkalloe heeft mij bedreigd", KALLOE, True, True),
        ("hij vroeg het aan emre\nkalloe heeft mij bedreigd", KALLOE, True, True),
        ("de jong heeft geld aangenomen", JONG, True, True),
        ("jong geleerd is oud gedaan", JONG, False, False),
        ("Jong geleerd is oud gedaan", JONG, True, False),
        ("de man sloeg mij", MAN, True, False),
        ("de Man sloeg mij", MAN, True, True),
        ("v.d. man sloeg mij", KnownAs(surnames=(Surname("Man", "van der"),)), True, True),
        ("van der man sloeg mij", KnownAs(surnames=(Surname("Man", "van der"),)), True, True),
        ("frank zei dat", FRANK, True, True),
        ("Frank zei dat", FRANK, True, True),
        ("een frank is geen euro", FRANK, False, False),
        ("ik wil jong zijn", KnownAs(given_names=("Wil",), surnames=(Surname("Jong", "de"),)), False, False),
    ],
)  # fmt: skip
def test_a_name_that_is_a_word_counts_by_what_stands_with_it(text, person, asked, unasked):
    assert (mention(text, person) is not None, mention(text, person, unasked=True) is not None) == (asked, unasked)


def test_an_error_is_possible_and_says_no_name(monkeypatch, caplog):
    def broken(*_arguments, **_options):
        raise RuntimeError("Kees Bos")

    monkeypatch.setattr(name_reading.Reading, "all", broken)
    assert alike("Piet Willems", KEES) is Likeness.POSSIBLE
    assert mention("Eerste zin. Tweede zin.", KEES) == Mention(Likeness.POSSIBLE, "Eerste zin")
    assert "Kees" not in caplog.text


def test_who_has_no_name_that_can_be_compared_is_possible():
    assert alike("Piet Willems", KnownAs()) is Likeness.POSSIBLE
    assert alike(" ", KnownAs()) is Likeness.DIFFERENT


def test_every_function_and_role_has_its_words():
    codes = {code.id for name in ("group", "party") for code in code_list(name).leaves} | {
        code.id for code in code_list("role").leaves
    }
    assert set(name_rules().functions) == codes - {"employee", "not_given"}


def test_a_long_report_is_compared_with_everybody_in_a_moment():
    random, text = Random(9), ""
    while len(text) < 20_000:
        text += account(random) + "\n"
    start = time.process_time()
    for person in (*AT_WORK, *AT_WORK):
        mention(text, person)
    assert time.process_time() - start < 2  # 0.1 where nothing else runs


FOLDED = [
    str.upper, str.lower, lambda name: name.replace("ü", "ue"), lambda name: name.replace("ü", "u"),
    lambda name: name.replace(" ", "  "), lambda name: name.replace(" ", "-"), lambda name: name.replace("ll", "l"),
    lambda name: name.replace("van den", "v.d."), lambda name: name.replace("van den", "v/d"), lambda name: name + "'s",
    lambda name: name.replace("a", "а").replace("e", "е"), lambda name: name.replace("n", "n\u00ad"),
    lambda name: name.replace("Hans ", "H. "), lambda name: name.replace("Hans ", "J.P. "), lambda name: f"dhr. {name}",
    lambda name: name.replace("van den ", ""), lambda name: f"{name} (burgemeester)", lambda name: name + " en Jan Kok",
]  # fmt: skip


@given(
    st.sampled_from(["Hans van den Berg", "Hans Müller", "Hans van den Berg-Müller"]),
    st.lists(st.sampled_from(FOLDED), max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_a_whole_name_is_kept_out_however_it_is_typed(name, ways):
    for way in ways:
        name = way(name)
    assert alike(name, CHOSEN) is not Likeness.DIFFERENT


@given(st.text(max_size=60), st.sampled_from([KEES, ESRA, BOER, CHOSEN]))
@settings(max_examples=60, deadline=None)
def test_no_text_is_too_odd(typed, person):
    assert alike(typed, person) in Likeness
    assert mention(typed, person) is None or mention(typed, person).sentence is not None


@given(st.integers(0, 10_000), st.integers(0, 200), st.booleans(), st.sampled_from(AT_WORK))
@settings(max_examples=60, deadline=None)
def test_a_text_that_contains_the_whole_name_mentions_it_wherever(seed, place, unasked, person):
    words = account(Random(seed)).split()
    surname = person.surnames[0]
    name = " ".join(word for word in (person.given_names[0], surname.prefix, surname.name) if word)
    words.insert(min(place, len(words)), name)
    assert mention(" ".join(words), person, unasked=unasked) is not None


@pytest.mark.parametrize("text", ["Bos " * 1500, "Kees " * 1500, "Kees van de van de " * 300])
def test_a_text_of_nothing_but_names_is_read_in_time_that_grows_with_it(text, monkeypatch):
    looks = []
    core = name_reading.Reading._core
    monkeypatch.setattr(name_reading.Reading, "_core", lambda self, number: looks.append(number) or core(self, number))
    assert mention(text, KEES)
    assert len(looks) < 100 * len(text.split())


def test_a_word_longer_than_any_name_takes_no_more_memory_than_it_is_long():
    word = "".join(Random(4).choices("abcdefghijklmnop", k=20_000))
    read = name_text.Writing(f"{word} Kees Bos")
    assert not read.near("kraaienlaar")
    assert sum(map(len, read._one_less)) < len(word)
