"""How names are compared whatever way somebody typed them: accents, other letters, and characters that nobody sees."""

import re
import unicodedata

OTHER_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n", "ħ": "h"}
)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´", ""))
_BLANK_LETTERS = set("\u115f\u1160\u3164\uffa0\u2800")


def is_hidden(symbol: str) -> bool:
    """Whether a character shows nothing and parts no words: it may stand inside a word without anybody seeing it."""
    if symbol in "\t\n\r":
        return False
    return symbol in _BLANK_LETTERS or unicodedata.category(symbol) in {"Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs"}


def folded(symbol: str) -> str:
    """A character as it is compared: small, without accents, one or more plain letters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", symbol).casefold())
    return plain.translate(OTHER_LETTERS)


def plain(name: str) -> str:
    """A name as it is compared: letters and digits with one space between words; apostrophes part no words."""
    shown = folded("".join(symbol for symbol in name.translate(_APOSTROPHES) if not is_hidden(symbol)))
    letters = "".join(letter if letter.isalnum() else " " for letter in shown if not unicodedata.combining(letter))
    return " ".join(letters.split())


# Letters of other alphabets that look like ours: "Кraaienlaar" may begin with a Cyrillic letter.
_LOOK_ALIKES = str.maketrans(
    "АВЕЅЗІЈКМНОРСТУХаеѕіјкмнорстухвԁԛԝҮүΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχω",
    "ABESZIJKMHOPCTYXaesijkmhopctyxbdqwYyABEZHIKMNOPTYXabeiknoptyxw",
)
_OTHER_SPELLINGS = {"ö": "oe", "ø": "oe", "å": "aa"}  # ä/ae and ü/ue come together in `spelled`
_SPELLED = (
    ("ssch", "ss"), ("ij", "y"), ("ei", "ey"), ("ae", "a"), ("ue", "u"), ("ck", "k"), ("ch", "#"), ("c", "k"), ("#", "ch"), ("q", "k"),
    ("x", "ks"), ("ph", "f"), ("th", "t"), ("gh", "g"), ("dt", "t"),
)  # fmt: skip
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1+")  # consonants only: "boos" is another word than "bos"
_OLD_END = re.compile(r"(?<=.)sch$")


def latin(text: str) -> str:
    """A text without characters that nobody sees, and with our letters for those that look like them."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(symbol for symbol in composed if symbol.isascii() or not is_hidden(symbol)).translate(_LOOK_ALIKES)


def spelled(word: str) -> str:
    """One spelling for all in which a name is written: `word` as `plain` makes it, without spaces."""
    for was, becomes in _SPELLED:
        word = word.replace(was, becomes)
    return _DOUBLED.sub(r"\1", _OLD_END.sub("s", word))


def spellings(word: str) -> frozenset[str]:
    """The ways to write one word, as `spelled`: an ö may be typed as o and as oe."""
    found = {spelled(plain(word).replace(" ", ""))}
    lower = word.casefold()
    if any(letter in lower for letter in _OTHER_SPELLINGS):
        for letter, written in _OTHER_SPELLINGS.items():
            lower = lower.replace(letter, written)
        found.add(spelled(plain(lower).replace(" ", "")))
    return frozenset(found - {""})


def one_edit(name: str, other: str) -> bool:
    """Whether the two differ by at most one letter: another, one more, one less, or two changed places."""
    short, long = sorted((name, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    left, right = short[start:], long[start:]
    if len(short) < len(long):
        return left == right[1:]
    return left[1:] == right[1:] or (left[:2] == right[:2][::-1] and left[2:] == right[2:])


def one_less(name: str) -> set[str]:
    """The name, and the name without each of its letters: two names with one edit between them share one of these."""
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}
