"""A prefix of a surname as people shorten it: "v.d." for "van der", "vd", "v/d", "van d.", "v 't"."""

import re
from functools import lru_cache

_FORMS = {"van": "va?n?", "de": "de?[rn]?", "het": "(?:h?e?t|he?)", "te": "te?[rn]?"}
_GLUED = re.compile(rf"({_FORMS['van']}|op|in|uit|aan)({_FORMS['de']}|{_FORMS['het']})")


@lru_cache(maxsize=2048)
def shortened(prefix: tuple[str, ...]) -> re.Pattern[str]:
    """What matches the words of a prefix, typed out or short, with nothing between them. "van der" and "van den" are mistaken for
    each other, and so they are one; somebody may have been entered with a short prefix themselves."""
    words = [part for word in prefix for part in apart(word)]
    return re.compile("".join(map(_form, words)))


def apart(word: str) -> tuple[str, ...]:
    """A prefix that was entered as one word: "vd" is "v" and "d"."""
    glued = _GLUED.fullmatch(word)
    return glued.groups() if glued else (word,)


def _form(word: str) -> str:
    own = next((form for form in _FORMS.values() if re.fullmatch(form, word)), None)
    return own or re.escape(word[0]) + "".join(f"{re.escape(letter)}?" for letter in word[1:])
