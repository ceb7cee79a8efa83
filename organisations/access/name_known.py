"""By what words somebody is known, made ready once for comparing with many texts."""

import re
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from organisations.access.name_prefixes import apart
from organisations.access.name_rules import function_words, letters_of_same_name, name_rules, said_as, same_given_name
from organisations.access.name_text import LEAST_EDITED, LEAST_EDITED_BESIDE
from organisations.names import latin, plain, spelled, spellings

_WORD = re.compile(r"[^\W_]+(?:['’‘ʼ`´][^\W_]+)*")
_LEAST_GLUED = 7  # letters of a surname with its prefix as one word, of which one may differ
_SHORT_PREFIXES = set("vdth")  # "Jan v.d. Meer"
_LEAST_LOCAL = 4  # letters of the first part of an address that may stand in a text for its owner


@dataclass(frozen=True)
class Surname:
    """One surname, with its prefix apart: Surname("Vries", "de")."""

    name: str
    prefix: str = ""


@dataclass(frozen=True)
class KnownAs:
    """By what words somebody is known. `loose`: words of a display name of which nobody said what they are; each may
    be a surname. Functions are codes of functions and roles: those of today, and those of the last four years."""

    initials: str = ""
    given_names: tuple[str, ...] = ()
    surnames: tuple[Surname, ...] = ()  # own, of a marriage, former
    loose: tuple[str, ...] = ()
    email: str = ""
    functions: frozenset[str] = field(default_factory=frozenset)
    former_functions: frozenset[str] = field(default_factory=frozenset)


Core = frozenset[str]  # the spellings of one word of a surname that is no prefix


class Fit(IntEnum):
    """What stands beside a surname, against the person's first names."""

    CONTRADICTS = 0
    NOTHING = 1
    WEAK = 2
    LETTER = 3
    NAME = 4


@dataclass(frozen=True)
class Glued:
    """What is written as one word: the whole surname or a part of it, and whether a first name or initial is in it."""

    whole: bool
    fit: Fit


class Known:
    """What of a person is looked for. `cores`: {spelling: the word of a surname}; `wholes`: the words of each surname;
    `edited`: spellings that may differ by a letter, and their words; `edited_beside`: those that may only beside the own given
    name; `glued`: what may be written as one; `functions`: each as the spellings of its words."""

    def __init__(self, person: KnownAs) -> None:
        self.cores: dict[str, Core] = {}
        self.wholes: list[frozenset[Core]] = []
        self.written: dict[Core, str] = {}
        self.prefixes: set[str] = set()
        self.prefixes_of: dict[Core, set[tuple[str, ...]]] = {}  # as they stand before it: ("van", "der")
        self.edited: dict[str, Core] = {}
        self.edited_beside: dict[str, Core] = {}
        self.letters_before: set[str] = set()  # of the first word of a surname of several: "O. Nijhuis"
        self.monograms: set[str] = set()  # "wvo" of Wim van Oostrum
        self.glued: dict[str, Glued] = {}
        self._read_first_names(person)
        for surname in person.surnames:
            self._read_surname(surname)
        for key in self.cores:
            self.glued.pop(key, None)  # "jjansen" is spelled as "jansen"
        whole = (key for key, glued in self.glued.items() if glued.whole and glued.fit is Fit.NOTHING)
        self.edited_glued = {key for key in whole if len(key) >= _LEAST_GLUED}
        self._read_loose(person.loose)
        self.email = plain(latin(person.email))
        self.local = plain(latin(person.email.split("@")[0])).replace(" ", "")
        self.local_in_text = _tells(self.local)
        held = person.functions | person.former_functions
        self.functions = [words for code in sorted(held) for words in said_as().get(code, ())]
        if self.prefixes & {"t", "het"}:  # "v/h Hof" is Van 't Hof
            self.prefixes |= {"t", "het"}
        self.prefix_letters = {part[0] for prefix in self.prefixes for part in apart(prefix)}
        self.is_nameless = not (self.cores or self.given)

    def _read_first_names(self, person: KnownAs) -> None:
        given = [word for names in person.given_names for word in _words(names)]
        as_one = [first + second for first, second in pairwise(given)]  # "Janwillem"
        self.given = {key for word in (*given, *as_one) if len(word) > 1 for key in spellings(word)}
        self.given_like = {other for key in self.given for other in same_given_name().get(key, ())} - self.given
        self.edited_given = {
            key for word in (*given, *as_one) if len(plain(word)) >= LEAST_EDITED for key in spellings(word)
        }
        entered = {word[0] for word in plain(latin(person.initials)).split()}
        if person.initials.isupper() and "." not in person.initials and len(person.initials) <= 5:  # "JP"
            entered |= set(plain(latin(person.initials)).replace(" ", ""))
        own = {plain(word)[0] for word in given if plain(word)}
        self.letters = entered | own
        in_order = [plain(word)[0] for word in given if plain(word)], plain(latin(person.initials)).replace(" ", "")
        self.letters_as_one = {"".join(letters[:2]) for letters in in_order if len(letters) > 1}  # "JWdeVries"
        self.letters_alone = entered - own  # of given names that nobody entered
        self.letters_like = {
            letter for key in self.given for letter in letters_of_same_name().get(key, ())
        } - self.letters

    def _read_surname(self, surname: Surname) -> None:
        before, own = _words(surname.prefix), _words(surname.name)
        prefixes = name_rules().prefixes
        cores = [word for word in own if plain(word) not in prefixes and len(word) > 1] or own
        for core in cores:
            at = own.index(core)
            start = max((own.index(other) + 1 for other in cores if own.index(other) < at), default=0)
            words = [*(before if not start else []), *own[start:at]]
            self.prefixes_of.setdefault(spellings(core), set()).add(tuple(plain(word) for word in words))
        self.prefixes |= {plain(word) for word in [*before, *own] if word not in cores}
        self.wholes.append(frozenset(self._read_core(word) for word in cores))
        self.letters_before |= {plain(core)[0] for core in cores[:-1]}
        self._read_monogram([*before, *own], set(cores))
        words = [*before, *own]
        first, last = (len(before) + own.index(core) for core in (cores[0], cores[-1]))
        for start in range(first + 1):
            self._glue(words[start:], whole=True)
            if first < last:
                self._glue(words[start : first + 1], whole=False)
            if start < first:  # "vdheijden"
                self._glue(["".join(plain(word)[0] for word in words[start:first]), *words[first:]], whole=True)

    def _read_monogram(self, words: list[str], cores: set[str]) -> None:
        """Only of a surname with a prefix: other letters that stand together are too often something else."""
        letters = "".join("".join(part[0] for part in apart(plain(word))) for word in words)
        if not cores.issuperset(words):
            self.monograms |= {first + letters for first in (*self.letters, *self.letters_as_one)}

    def _read_core(self, word: str) -> Core:
        core = spellings(word)
        self.written[core] = plain(word).replace(" ", "")
        self.cores |= dict.fromkeys(core, core)
        if len(self.written[core]) >= LEAST_EDITED:
            self.edited |= dict.fromkeys(
                (*core, *(key.replace("uy", "ui") for key in core)), core
            )  # "Kuijpers", "Kuipers"
        elif len(self.written[core]) >= LEAST_EDITED_BESIDE:
            self.edited_beside |= dict.fromkeys(core, core)
        return core

    def _glue(self, words: list[str], *, whole: bool) -> None:
        written = [spelled("".join(sorted(spellings(word), key=len)[at] for word in words)) for at in (0, -1)]
        for name in written:
            self.glued.setdefault(name, Glued(whole, Fit.NOTHING))
            for letter in (*self.letters, *self.letters_as_one):
                for joined in (letter + name, name + letter):
                    self.glued.setdefault(spelled(joined), Glued(whole, Fit.LETTER))
            for given in self.given:
                self.glued |= dict.fromkeys((spelled(given + name), spelled(name + given)), Glued(whole, Fit.NAME))

    def _read_loose(self, loose: tuple[str, ...]) -> None:
        """A word of which nobody said what it is may be a surname; a letter may be an initial."""
        rules = name_rules()
        words = [word for text in loose for word in _words(text)]
        long = [word for word in words if len(plain(word)) > 1]
        names = [word for word in long if not rules.is_no_name(plain(word))] or long
        if not self.wholes and plain(long[-1] if long else "") in rules.prefixes | rules.fillers:
            names = list(
                dict.fromkeys((*names, long[-1]))
            )  # "Ali Al": where no surname is known, the last word may be one
        self.letters |= {plain(word) for word in words if len(plain(word)) == 1}
        self.prefixes |= {plain(word) for word in long if plain(word) in rules.prefixes and word not in names}
        before: tuple[str, ...] = ()
        for word in words:
            if word in names:
                self.prefixes_of.setdefault(spellings(word), set()).add(before)
            is_prefix = word not in names and (plain(word) in rules.prefixes or plain(word) in _SHORT_PREFIXES)
            before = (*before, plain(word)) if is_prefix else ()
            self.prefixes |= set(before)
        self.loose: set[Core] = {self._read_core(word) for word in names}
        self.loose_letters = {plain(word) for word in words if len(plain(word)) == 1}


@lru_cache(maxsize=2048)
def known(person: KnownAs) -> Known:
    return Known(person)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(latin(text)) if plain(word)]


def _tells(local: str) -> bool:
    """Whether the first part of an address says in a text who is meant: "officer1", not "griffie"."""
    rules = name_rules()
    names = {"".join(words) for group in function_words().values() for words in group}
    return len(local) >= _LEAST_LOCAL and not (rules.is_no_name(local) or local in rules.words or local in names)
