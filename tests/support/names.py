"""Pairs of typed names and people, and invented accounts, for the comparer of names."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from organisations.access.names import KnownAs, Likeness, Surname
from organisations.rule_files import read_rules

PAIRS = Path(__file__).parents[1] / "organisations/access/name_pairs.yaml"


def pairs() -> Iterator[tuple[str, KnownAs, Likeness, bool]]:
    """(what was typed, the person, the right answer, whether the comparer can know it)."""
    rows = read_rules(PAIRS, list)
    for parts, typed in zip(rows[::2], rows[1::2], strict=True):
        person = person_of(parts)
        for likeness in Likeness:
            yield from ((text, person, likeness, True) for text in typed.get(likeness.value, ()))
        yield from ((text, person, Likeness.DIFFERENT, False) for text in typed.get("open", ()))


def texts() -> Iterator[tuple[str, KnownAs, bool]]:
    """(a text, the person, whether it names the person)."""
    rows = read_rules(PAIRS, list)
    for parts, typed in zip(rows[::2], rows[1::2], strict=True):
        for key, names in (("in_text", True), ("not_in_text", False)):
            yield from ((text, person_of(parts), names) for text in typed.get(key, ()))


def person_of(parts: dict[str, Any]) -> KnownAs:
    return KnownAs(
        initials=parts.get("initials", ""),
        given_names=tuple(parts.get("given", ())),
        surnames=tuple(surname_of(text) for text in parts.get("surnames", ())),
        loose=tuple(parts.get("loose", ())),
        email=parts.get("email", ""),
        functions=frozenset(parts.get("functions", ())),
        former_functions=frozenset(parts.get("former_functions", ())),
    )


def surname_of(text: str) -> Surname:
    """ "Vries, de" as its parts."""
    name, _, prefix = text.partition(", ")
    return Surname(name, prefix)


# Thirty people at work, with names as ordinary as any: many are words too.
AT_WORK = [
    person_of({"given": given.split(), "surnames": surnames.split("/"), "functions": functions.split()})
    for given, surnames, functions in (
        ("Kees", "Bos", "officer"), ("Jan", "Kok", ""), ("Wiebe", "Boer, de", ""), ("Piet", "Jansen", ""),
        ("Anna", "Vries-Bakker, de", "coordinator"), ("Fatima", "Amrani, el", ""), ("Ünal", "Yıldız", ""),
        ("Monique", "Visser", "confidential_adviser"), ("Hans", "Berg, van den", "general_secretary"),
        ("Karin", "Jong, de", ""), ("Bart", "Smit", ""), ("Marleen", "Mulder", ""), ("Sjoerd", "Dijkstra", ""),
        ("Ayşe", "Kaya", ""), ("Małgorzata", "Nowak", ""), ("Jürgen", "Müller", ""), ("Esra", "Kraaienlaar", "registrar"),
        ("Wim", "Vos", ""), ("Roos", "Meijer", ""), ("Radjesh", "Ramdin", ""), ("Thijs", "Dekker", ""),
        ("Soenita", "Kalloe", ""), ("Joke", "Groot, de", ""), ("Mohamed", "Benali", ""), ("Erik", "Peters", ""),
        ("Ingrid", "Dijk, van", ""), ("Paul", "Wit, de", ""), ("Linda", "Brouwer", ""), ("Ruud", "Leeuwen, van", ""),
        ("Tjitske", "Hoekstra/Veen, van der", ""),
    )
]  # fmt: skip

_GIVEN = (
    "Sandra Mark Willem Gerda Henk Patricia Ahmed Hassan Samira Youssef Emre Zeynep Agnieszka Piotr Dewi Winston Naima "
    "Bas Tom Lotte Femke Jeroen Maarten Nicole Saskia Dennis Kevin Marloes Ellen Frank Ron Petra Yvonne Robert Gijs "
    "Lisanne Daan Sem Julia Noor Stijn Laura Eva Tim Rik Joost Simone Astrid Marco Selma Bilal Farid Ilse Nienke"
).split()
_SURNAMES = (
    "Willems|Hendriks|van der Linden|Vermeulen|Bouwmeester|Kuipers|Postma|de Haan|Scholten|Huisman|Verhoeven|Schipper|"
    "van Beek|Jacobs|Timmermans|van der Wal|Hoogland|Peeters|Sanders|Wessels|Gerritsen|van Rossum|Terpstra|Wiersma|"
    "Bouzid|El Idrissi|Yılmaz|Demir|Öztürk|Çelik|Kowalski|Wiśniewski|Bhagwandin|Wijdenbosch|Schröder|Weber|Martens|"
    "van Veldhoven|Koster|Molenaar|van Vliet|Evers|Aarts|Lammers|Roelofs|Nijland|Kamphuis|Zijlstra|Bergsma|ten Hove|"
    "Bosman|Kokhuis|Boersma|Vosmeer|Bakkeren|Smeets|Jongerius|Groothuis|Wittebol"
).split("|")
_TITLES = "meneer|mevrouw|de heer|mw.|dhr.|wethouder|raadslid|collega|teamleider|projectleider".split("|")
_PLACES = (
    "in Bergen op Zoom|in Den Bosch|in Utrecht|in de Kerkstraat|op de Jan van Galenstraat|in de Bosstraat|in Zwolle|"
    "aan de Johan de Wittlaan|bij het bos|achter de bakker|langs de boerderij|in de Vossenlaan|op het plein|in Assen|"
    "aan de Dijk|op de berg zand|bij een boer|in Leeuwarden|aan de Visserskade|op het gemeentehuis|in de kantine"
).split("|")
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
_SENTENCES = (
    "Op {day} {month} was er een overleg over de vergunning voor het nieuwe pand {place}.|"
    "{Other} zei daar dat het bedrijf van {other} voorrang moest krijgen bij de aanbesteding.|"
    "Ik heb de stukken zelf gezien en een kopie bewaard, want ik vertrouwde het niet.|"
    "Volgens {other} was er vooraf contact geweest en was de prijs al bekend.|"
    "Later hoorde ik in de wandelgangen dat er geld was betaald, maar dat kan ik niet bewijzen.|"
    "De wethouder wist ervan en heeft er in het college niets over gezegd.|"
    "Toen ik er iets van zei, werd {other} boos en begon te schelden.|"
    "Een raadslid van de oppositie heeft hierover vragen gesteld, maar kreeg een kort antwoord.|"
    "Het ging om een groot bedrag, meer dan veertigduizend euro voor een kleine klus.|"
    "Ik wil niet dat mijn naam bekend wordt omdat ik bang ben voor mijn baan.|"
    "Er waren twee getuigen bij: {other} en iemand van de afdeling Vergunningen.|"
    "In {month} kwam er een mail waarin stond dat de zaak gesloten was.|"
    "{Other} stond mij na de vergadering {place} op te wachten en riep dat ik moest uitkijken.|"
    "De burgemeester zei dat het een misverstand was en dat niemand iets te verwijten viel.|"
    "Sindsdien word ik niet meer uitgenodigd en krijg ik vervelende berichten op mijn telefoon.|"
    "Het is al jong begonnen, in de eerste week dat het nieuwe team er zat.|"
    "We liepen samen door het bos toen hij vertelde hoe het echt zat.|"
    "Zijn vrouw werkt bij het bureau dat de opdracht kreeg, dat staat ook op hun website.|"
    "De bakker op de hoek heeft gezien dat zij samen uit de auto stapten.|"
    "Dat vond ik niet goed, en dat heb ik ook {place} laten weten.|"
    "De kok van de kantine kreeg hetzelfde te horen en is er erg van geschrokken.|"
    "Wie dit leest moet weten dat het vaker gebeurt, ook {place}.|"
    "Daarna bleef het een tijd stil, tot {other} weer begon over de grond {place}."
).split("|")
_FORMS = (
    "{given} {surname}|{initial}. {surname}|meneer {surname}|mevrouw {Surname}|dhr. {initial}. {surname}|{given}|"
    "{Surname}|collega {Surname}|{given}s chef en {Surname}|de heer {Surname}|{given} van {surname}s afdeling"
).split("|")


def other_name(random: Random) -> str:
    """Somebody who is not at work, named as people do: in full, with a title, or by the given name."""
    given, surname = random.choice(_GIVEN), random.choice(_SURNAMES)
    title = random.choice(_TITLES)
    return random.choices([f"{given} {surname}", f"{title} {surname}", given, f"{given[0]}. {surname}"], [5, 3, 2, 1])[
        0
    ]


def account(random: Random, naming: str = "", words: int = 80) -> str:
    """An invented account of at least so many words about others; `naming`: a sentence about somebody besides."""
    sentences: list[str] = []
    for sentence in random.sample(_SENTENCES, len(_SENTENCES)):
        other, second = other_name(random), other_name(random)
        sentences.append(
            sentence.format(
                other=other, Other=second[0].upper() + second[1:], place=random.choice(_PLACES),
                day=random.randint(1, 28), month=random.choice(_MONTHS),
            )
        )  # fmt: skip
        if sum(len(sentence.split()) for sentence in sentences) >= words:
            break
    if naming:
        sentences.insert(random.randrange(len(sentences) + 1), naming)
    return " ".join(sentences)


# Conversations in small letters. In `_SAID` words that are surnames too are meant as words.
_CHATTED = (
    "heb je dat van {other} gehoord|ja {other} zei het net ook al|het stond gewoon in die mail|{other} en {other2} waren er niet bij|"
    "{other} stuurt de stukken door, zei ze|weet jij waar de sleutel van het archief ligt|dat slaat echt nergens op|tot morgen|"
    "heb het aan {other} gevraagd maar die weet van niks|wie was er gisteren bij het gesprek over de vergunning|ik durf het niet te melden|"
    "hij heeft gewoon geld aangenomen van dat bedrijf|je moet het zelf weten|ik sta {place}, bel zo|mijn chef heeft het gelezen en gewist|"
    "ze hebben het al jaren zo gedaan {place}|volgens {other} was er niks aan de hand|{other} liep boos weg toen ik erover begon"
).split("|")
_SAID = (
    "ik sta nog bij de bakker|neem een bos bloemen mee|dat kost een berg geld|echt een groot schandaal|die kok van de kantine is weg|"
    "het stond wit op zwart|de wagen staat nog op de dijk|hij is nog jong joh|er zat een boer aan de balie te schreeuwen|jong of oud|"
    "we gaan vrijdag met de hele afdeling naar het bos|een goede kok doet dat niet zo|morgen weer een berg werk|groot gelijk|"
    "slim als een vos is die man|nieuwe bakker op de hoek is goed|oude visser die daar woont zag het ook|mijn smit levert niet meer|"
    "de brouwer op het plein is failliet|van dijk tot dijk staat alles onder water|de boer {place} heeft een klacht ingediend|zo dat bos in"
).split("|")
_EACH_SAID = 10  # one of so many conversations has a line with such a word
_HEAD = "Van: {other}\nAan: {other2}\nOnderwerp: vergunning {place}\n\n"


def conversation(random: Random, naming: str = "", words: int = 80) -> str:
    """An invented conversation about others, in small letters, of which nobody knows the writer; half of them forwarded by mail."""
    lines = [_chatted(random, sentence) for sentence in random.sample(_CHATTED, min(len(_CHATTED), words // 7))]
    added = [_chatted(random, random.choice(_SAID))] if not random.randrange(_EACH_SAID) else []
    for line in [*added, *filter(None, [naming])]:
        lines.insert(random.randrange(len(lines) + 1), line)
    head = _filled(random, _HEAD) if random.randrange(2) else ""
    return head + "\n".join(lines)


def _chatted(random: Random, sentence: str) -> str:
    return _filled(random, sentence).lower()


def _filled(random: Random, sentence: str) -> str:
    return sentence.format(other=other_name(random), other2=other_name(random), place=random.choice(_PLACES))


_NAMING = (
    "Dit gaat over {named}, die geld aannam.|{Named} heeft mij bedreigd.|Ik zag dat {named} het dossier meenam.|"
    "Het was {named}.|Volgens mij weet {named} er meer van.|Ik sprak er met {named} over, die lachte.|"
    "Gisteren kwam {named} naar mijn huis."
).split("|")


def naming(random: Random, person: KnownAs, *, inside: bool = False) -> str:
    """A sentence that names somebody as people usually write it; `inside`: not at its beginning."""
    sentences = [sentence for sentence in _NAMING if not (inside and sentence.startswith("{"))]
    surname = random.choice(person.surnames)
    written = f"{surname.prefix} {surname.name}".strip()
    given = person.given_names[0]
    named = random.choice(_FORMS).format(
        given=given, initial=given[0], surname=written, Surname=written[0].upper() + written[1:]
    )
    return random.choice(sentences).format(named=named, Named=named[0].upper() + named[1:])
