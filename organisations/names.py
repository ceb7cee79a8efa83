"""How names are compared whatever way somebody typed them: accents, other letters, and characters that nobody sees."""

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
