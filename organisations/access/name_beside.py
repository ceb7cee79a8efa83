"""What stands beside the words of a surname: prefixes, titles, first names that fit or contradict."""

from dataclasses import dataclass

from organisations.access.name_known import Core, Fit, Known
from organisations.access.name_prefixes import shortened
from organisations.access.name_rules import known_given_names, name_rules
from organisations.access.name_text import ABBREVIATED, Word, Writing
from organisations.names import one_edit

NICKNAME = 3  # letters that two forms of one given name have in common at least: "Alex" and "Alexander"
MOST_FIRST_NAMES = 4
MOST_BESIDE = 12  # words on either side that are looked at: no longer name exists, and a text of names ends in time


@dataclass(frozen=True)
class Run:
    """Words of a surname that stand together, from `start` to before `end`. `prefixed`: a prefix stands before them;
    `titled`: a title; `joined`: by a hyphen to a word that is not the person's."""

    start: int
    end: int
    cores: frozenset[Core]
    fit: Fit = Fit.NOTHING
    prefixed: bool = False
    titled: bool = False
    joined: bool = False


class Beside:
    """A text beside which the words of one person are laid."""

    def __init__(self, read: Writing, person: Known, *, field: bool = False, unasked: bool = False) -> None:
        self.read, self.words, self.person = read, read.words, person
        self.field, self.unasked = field, unasked
        self.rules = name_rules()

    def _run(self, number: int) -> Run:
        """The surname around a word, and what stands before it."""
        start, end = number, number + 1
        cores = {core for core in [self._core(number)] if core}
        first, last = max(0, number - MOST_BESIDE), min(len(self.words), number + MOST_BESIDE)
        while start > first and self._stands_with(start) and (core := self._core(start - 1)):
            cores.add(core)
            start -= 1
        after = end
        while after < last and self._stands_with(after) and (self._core(after) or self._is_prefix(after)):
            if core := self._core(after):
                cores.add(core)
                end = after + 1
            after += 1
        return self._company(start, end, frozenset(cores))

    def _company(self, start: int, end: int = 0, cores: frozenset[Core] = frozenset()) -> Run:
        """What stands before and after a surname: first names, initials, titles."""
        end = end or start + 1
        fits: list[Fit] = []
        prefixed = titled = False
        joined = end < len(self.words) and self.words[end].gap == "-"
        before, furthest = start, max(0, start - MOST_BESIDE)
        while before > furthest and self._stands_with(before) and len(fits) < MOST_FIRST_NAMES:
            word = self.words[before - 1]
            if self.words[before].gap == "-" and not self._is_prefix(before - 1) and not fits and not titled:
                joined = True
            elif not fits and self._is_prefix(before - 1):
                prefixed = True
            elif core := self._core(before - 1) if not fits and not self._is_first_name(word) else None:
                cores |= {core}
            elif self.rules.is_title(word.plain):
                own = any(self._is_own_prefix(other.plain) for other in self.words[before:start])
                titled = titled or not prefixed or own  # "secretaris van de melder"
            elif not self.field and self._is_small_initial(before - 1):
                fits.append(Fit.WEAK)
            elif (fit := self._fit(word)) is not None and not self._is_line_above(before, fit):
                fits.append(fit)
            else:
                break
            before -= 1
        best = self._together(fits) if fits else self._after(end)
        return Run(start, end, cores, best, prefixed, titled, joined)

    def _is_line_above(self, number: int, fit: Fit) -> bool:
        """Whether a word in small letters in the line above says that it is somebody else: in a conversation it does not."""
        return fit is Fit.CONTRADICTS and "\n" in self.words[number].gap and not self.words[number - 1].capital

    @staticmethod
    def _together(fits: list[Fit]) -> Fit:
        """Of several first names: the first one stands furthest from the surname."""
        best = Fit(max(fits))
        return Fit.WEAK if fits[-1] == Fit.CONTRADICTS and best > Fit.WEAK else best

    def _after(self, end: int) -> Fit:
        """A first name may follow: "Jansen, P.", "Wei Li"."""
        if end >= len(self.words):
            return Fit.NOTHING
        word = self.words[end]
        if word.sentence != self.words[end - 1].sentence or word.gap.strip() not in {"", ","}:
            return Fit.NOTHING
        if word.is_letter and "," in word.gap and word.capital and word.plain in self.person.letters:
            return Fit.LETTER
        if word.keys & self.person.given:
            return Fit.NAME
        alone = self.field and end + 1 == len(self.words) and word.keys & known_given_names()
        return Fit.CONTRADICTS if alone and not self._is_first_name(word) and self.person.given else Fit.NOTHING

    def _fit(self, word: Word) -> Fit | None:
        """A word before a surname, against the person's first names; None if it is no first name. In a text a word with
        a capital may be anything ("de Utrechtse Jansen"): only a name that is known there contradicts."""
        person = self.person
        if not (self.field or word.capital) and self._is_word(word.plain):
            return None  # "ik wil"
        if not (person.given or person.letters):
            is_one = word.keys & known_given_names() or word.is_letter
            return Fit.NOTHING if is_one else None
        if self._is_first_name(word):
            return Fit.NAME
        if word.is_letter or word.plain in ABBREVIATED:
            if not (word.capital or self.field):
                return None
            if word.plain[0] in person.letters:
                return Fit.LETTER
            is_like = word.plain[0] in person.letters_like | person.letters_before
            return Fit.WEAK if is_like else Fit.CONTRADICTS
        if self.rules.is_no_name(word.plain):
            return None
        if self.field and word.typed.isupper() and len(word.typed) <= 3:  # "JP Jansen"
            if word.plain[0] in person.letters:
                return Fit.LETTER
            return Fit.WEAK if word.plain[0] in person.letters_before else Fit.CONTRADICTS
        if self._may_be_first_name(word):
            return Fit.WEAK
        if word.keys & known_given_names() and (word.capital or self.field or word.plain not in self.rules.words):
            return Fit.CONTRADICTS
        return Fit.CONTRADICTS if self.field and word.capital else None

    def _is_first_name(self, word: Word) -> bool:
        """The person's, or another form of it; of somebody of whom only initials are known: one that begins with them."""
        if word.keys & (self.person.given | self.person.given_like):
            return True
        return bool(not self.person.given and word.keys & known_given_names() and word.plain[0] in self.person.letters)

    def _may_be_first_name(self, word: Word) -> bool:
        """A first name with an initial of the person's may be another form of it: no list has them all."""
        is_name = word.keys & known_given_names() or (self.field and word.capital)
        if word.plain[0] in self.person.letters_alone or (is_name and word.plain[0] in self.person.letters):
            return True
        return self._is_nickname(word) or any(
            one_edit(key, other) for key in self.person.edited_given for other in word.keys
        )

    def _is_nickname(self, word: Word) -> bool:
        """Whether one of both names begins with the other: "Alex" and "Alexander", but not "Jan" and "Janneke"."""
        if word.keys & known_given_names() or any(self.person.cores.get(key) for key in word.keys):
            return False
        pairs = [(key, other, min(len(key), len(other))) for key in self.person.given for other in word.keys]
        return any(common >= NICKNAME and key[:common] == other[:common] for key, other, common in pairs)

    def _tells_by_capital(self, number: int, beside: int) -> bool:
        """Whether the capital of a word says that it is a name."""
        word = self.words[number]
        shouted = word.is_shouted and self.words[beside].typed.isupper()
        return word.capital and not word.first and not shouted

    def _is_word(self, name: str) -> bool:
        return name in self.rules.words or name in self.rules.common_words

    def _core(self, number: int) -> Core | None:
        """The word of the person's surname that a word is."""
        if number >= len(self.words):
            return None
        return next((core for key in self.words[number].keys if (core := self.person.cores.get(key))), None)

    def _is_prefix(self, number: int) -> bool:
        """A single letter only where the person's own prefix begins with it: "v.d. Berg", but "V. Bos"."""
        word = self.words[number].plain
        if len(word) == 1:
            return word in self.person.prefix_letters
        return word in self.rules.prefixes or self._shortens(word)

    def _before(self, run: Run) -> tuple[str, ...]:
        """The words of a prefix that stand before a surname."""
        at = run.start
        while at > max(0, run.start - MOST_BESIDE) and self._stands_with(at) and self._is_prefix(at - 1):
            at -= 1
        return tuple(word.plain for word in self.words[at : run.start])

    def _own_prefix(self, run: Run) -> tuple[str, ...]:
        """The words that stand before a surname and are the whole prefix of the person's, written out or shortened."""
        before = self._before(run)
        for start in range(len(before)):
            typed = before[start:]
            if any(self._is_typed_for(typed, prefix) for prefix in self._prefixes(run)):
                return typed
        return ()

    def _is_typed_for(self, typed: tuple[str, ...], prefix: tuple[str, ...]) -> bool:
        is_article = len(prefix) == 1 and typed[0] in self.rules.articles  # "de Hertog" is not Den Hertog
        is_short = not is_article and bool(shortened(prefix).fullmatch("".join(typed)))
        return bool(prefix) and (typed == prefix or is_short)

    def _has_part_of_prefix(self, run: Run) -> bool:
        """Whether a word of the person's prefix, or the letter with which one begins, stands before a surname."""
        last = self._before(run)[-1:]
        own = {word for prefix in self._prefixes(run) for word in prefix}
        return bool(set(last) & (own | {word[0] for word in own}))

    def _prefixes(self, run: Run) -> set[tuple[str, ...]]:
        return {prefix for core in run.cores for prefix in self.person.prefixes_of.get(core, ())}

    def _is_own_prefix(self, word: str) -> bool:
        """Also shortened: "v.d. Berg", "vd Berg"."""
        return word in self.person.prefixes | self.person.prefix_letters or self._shortens(word)

    def _shortens(self, word: str) -> bool:
        """Whether a word is a prefix of the person's, or a word of it, shortened: "vd", "vdr", "va"."""
        own = {prefix for prefixes in self.person.prefixes_of.values() for prefix in prefixes}
        short = {*own, *((part,) for prefix in own for part in prefix)} if word not in self.rules.articles else own
        return any(prefix and shortened(prefix).fullmatch(word) for prefix in short)

    def _is_small_initial(self, number: int) -> bool:
        """ "w. berg", but not the last letter of "o.a."."""
        word, after = self.words[number], self.words[number + 1]
        is_apart = word.is_letter and word.gap != "." and after.gap.startswith(".")
        return is_apart and not word.capital and word.plain in self.person.letters

    def _is_prefix_word(self, word: Word) -> bool:
        return len(word.plain) > 1 and word.plain in self.rules.prefixes

    def _stands_with(self, number: int) -> bool:
        """Whether a word belongs to the one before it: nothing stands between but a space, a hyphen or a period."""
        return self.words[number].is_joined and self.words[number].sentence == self.words[number - 1].sentence
