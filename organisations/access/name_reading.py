"""Which words of a text mean a person: a few rules over words that were folded before."""

from collections.abc import Iterator
from dataclasses import dataclass

from organisations.access.name_beside import MOST_BESIDE, MOST_FIRST_NAMES, NICKNAME, Beside, Run
from organisations.access.name_known import Fit
from organisations.access.name_rules import SMALL, Spellings, known_given_names
from organisations.access.name_text import Word
from organisations.names import spelled, spellings

_LONG = 8  # letters of a name that no other word resembles: one letter may differ wherever it stands
_SHORT = 3  # a name of so few letters is none in small letters: "jan", "li"
_LEAST_OF_FUNCTION = 7  # letters of a function that may be misspelled or in two words
_PARTED = 6  # letters of a name that may be written as two words


@dataclass(frozen=True)
class Found:
    """One place where the person may be meant; `sure`: nobody else is."""

    sure: bool
    word: int


class Reading(Beside):
    """One text, read for one person: every place where the person may be meant."""

    def all(self) -> Iterator[Found]:
        yield from self._addresses()
        yield from self._surnames()
        yield from self._glued()
        yield from self._monograms()
        yield from self._given_names()
        yield from self._functions()

    def _addresses(self) -> Iterator[Found]:
        """The e-mail address is the person; its first part may be."""
        if self.person.email:
            for number in self.read.plainly.get(self.person.email.replace(" ", ""), ()):
                yield Found(True, number)
        if self.person.local and (self.field or self.person.local_in_text):
            for number in self.read.plainly.get(self.person.local, ()):
                yield Found(False, number)
            if self.field and self.person.local == "".join(word.plain for word in self.words if not word.is_address):
                yield Found(False, 0)

    def _surnames(self) -> Iterator[Found]:
        for number in sorted({number for key in self.person.cores for number in self.read.at.get(key, ())}):
            run = self._run(number)
            if run.fit is Fit.CONTRADICTS and not run.cores & self.person.loose:
                continue
            if self._counts(number, run):
                yield Found(self._is_sure(run), number)
        for key in self.person.edited:
            for number in self.read.near(key):
                run = self._run(number)
                contradicted = run.fit is Fit.CONTRADICTS and self.person.edited[key] not in self.person.loose
                if not contradicted and self._counts_edited(number, run, key):
                    yield Found(False, number)
        for key in self.person.edited_beside:
            for number in self.read.near(key):
                if (self.field or self.words[number].capital) and self._run(number).fit is Fit.NAME:
                    yield Found(False, number)

    def _is_sure(self, run: Run) -> bool:
        if run.joined:
            return False
        if run.cores & self.person.loose:
            return self._is_whole_display_name(run)
        if run.prefixed and not self.person.prefixes:
            return False  # "Kees van Bos" is not Kees Bos
        whole = any(cores <= run.cores for cores in self.person.wholes)
        return run.fit is Fit.NAME or (run.fit is Fit.LETTER and whole)

    def _is_whole_display_name(self, run: Run) -> bool:
        near = self.words[max(0, run.start - MOST_FIRST_NAMES) : run.end + MOST_FIRST_NAMES]
        keys, letters = {key for word in near for key in word.keys}, {word.plain for word in near}
        several = len(self.person.loose) + len(self.person.loose_letters) > 1
        return several and all(core & keys for core in self.person.loose) and self.person.loose_letters <= letters

    def _glued(self) -> Iterator[Found]:
        """ "Elamrani", "janjansen", and the other way round "Kraaien laar"."""
        for key, glued in self.person.glued.items():
            for number in self.read.at.get(key, ()):
                word = self.words[number]
                may_be_name = self.field or word.capital or word.is_elided or len(word.plain) >= _LONG
                if not may_be_name and glued.fit > Fit.NOTHING:
                    continue  # "jong" is not J. Ong
                run = self._company(number)
                if not may_be_name and not run.titled and run.fit <= Fit.NOTHING:
                    continue  # but "mevrouw devries" and "anna devries" are names
                if glued.fit > Fit.NOTHING:
                    yield Found(glued.fit is Fit.NAME, number)
                elif run.fit is not Fit.CONTRADICTS:
                    yield Found(run.fit >= (Fit.LETTER if glued.whole else Fit.NAME), number)
        for key in self.person.edited_glued:
            for number in self.read.near(key):
                run = self._company(number)
                if run.fit is not Fit.CONTRADICTS and self._counts_edited(number, run, key):
                    yield Found(False, number)
        for key, core in self.person.cores.items():
            if len(key) >= _PARTED:
                for number in self.read.parted(key):
                    run = self._company(number, number + 2, frozenset({core}))
                    if run.fit is not Fit.CONTRADICTS or core in self.person.loose:
                        yield Found(self._is_sure(run), number)

    def _monograms(self) -> Iterator[Found]:
        """ "WvO" is written as initials; "wvo" and "WVO" only in a field are."""
        for letters in self.person.monograms:
            for number in self.read.plainly.get(letters, ()):
                typed = self.words[number].typed
                is_written = typed[0].isupper() and typed[-1].isupper() and not typed.isupper()
                if self.field or is_written:
                    yield Found(False, number)

    def _counts(self, number: int, run: Run) -> bool:
        """Whether a surname in a free text is meant as one."""
        word, rules = self.words[number], self.rules
        if self.field or run.titled or run.fit > Fit.NOTHING:
            return True
        written = {self.person.written[core] for core in run.cores} or {word.plain}
        if self._is_whole_name(run):
            return True
        if not all(self._is_word(name) for name in written):
            return word.capital or len(word.plain) > _SHORT
        before = self.words[run.start - 1].plain if run.prefixed else ""
        whole = self._own_prefix(run)
        own = bool(whole) or self._has_part_of_prefix(run)
        firsts = {own_word[0] for prefix in self._prefixes(run) for own_word in prefix}
        almost = word.capital and before[:1] in firsts
        after_it = before in rules.articles and self._is_said_after_it(number, run)
        if before in rules.articles and not (own or almost or after_it):
            return False  # "Den Bosch" is not Bos, and "het bos" neither; "de Berg" may be Van den Berg
        if word.capital and not word.first:
            return True
        if whole and not self._is_said(whole, written):
            return True
        before = self._in_line_before(number)
        is_word = written & rules.common_words or (before in rules.articles and not after_it)
        if self.unasked:
            letter_before = own and len(before) == 1 and before.isalpha()  # "v. meer"
            return letter_before or (not is_word and (word.capital or not self._is_described(number)))
        return not is_word or word.capital or own

    def _is_said(self, before: tuple[str, ...], names: set[str]) -> bool:
        """Whether a prefix and a word are what everybody says: "de man", "van de raad", but "van der man" and "vd raad" are names."""
        return names <= self.rules.said_words and set(before) <= self.rules.speech

    def _is_described(self, number: int) -> bool:
        """ "een goede kok", "mijn bakker": nobody says so of a colleague, but "die smit" they do."""
        before = self._in_line_before(number)
        is_adjective = before.endswith("e") and self._in_line_before(number - 1) in self.rules.articles
        return is_adjective or before in {"mijn", "jouw", "uw"}

    def _in_line_before(self, number: int) -> str:
        """The word before; nothing where a line begins."""
        return self.words[number - 1].plain if number > 0 and "\n" not in self.words[number].gap else ""

    def _is_said_after_it(self, number: int, run: Run) -> bool:
        """ "Toen was het Bos": no surname begins with "het" alone. "Van het Bos" and "in het Bos" may be others. Who writes in small
        letters says it by the word before: "was het bos?"."""
        said_to_be = run.start > 1 and self.words[run.start - 2].plain in self.rules.before_it
        tells = self._tells_by_capital(number, run.start - 1) or (said_to_be and not self.unasked)
        is_it = self.words[run.start - 1].plain == "het" and tells
        is_own = any("t" in prefix for prefix in self._prefixes(run))  # "het Hof" is Van 't Hof
        is_of = run.start > 1 and self._stands_with(run.start - 1) and self._is_prefix(run.start - 2)
        return is_it and (is_own or not is_of)

    def _is_whole_name(self, run: Run) -> bool:
        """Whether the own given name, prefix and surname stand in a row, in small letters too: "koos zee", "wei li"."""
        before = self._before(run)
        at = run.start - len(before) - 1
        own = before in self._prefixes(run)
        return own and at >= 0 and self._stands_with(at + 1) and bool(self.words[at].keys & self.person.given)

    def _counts_edited(self, number: int, run: Run, key: str) -> bool:
        """A word that differs from a surname by a letter is often just another word."""
        word = self.words[number]
        if self.field or run.fit > Fit.NOTHING or (run.titled and word.capital):
            return True
        if word.keys & known_given_names() and not run.prefixed:
            return False
        return len(key) >= _LONG or (word.capital and not word.first)

    def _given_names(self) -> Iterator[Found]:
        person = self.person
        for key in person.given | person.given_like:
            for number in self.read.at.get(key, ()):
                own = key in person.given
                if self._counts_given(number, own) and not self._is_surname(number, own):
                    yield Found(False, number)
        for key in person.edited_given:
            for number in self.read.near(key):
                word = self.words[number]
                tells = self.field or (word.capital and not word.first)
                if tells and not word.keys & known_given_names() and not self._is_somebody_else(number):
                    yield Found(False, number)

        if self.field:
            yield from self._short_for_first_names()

    def _short_for_first_names(self) -> Iterator[Found]:
        """In a field: "Steph" for Stephanie, and initials alone."""
        for number, word in enumerate(self.words):
            is_short = len(word.plain) >= NICKNAME and not self.rules.is_no_name(word.plain) and self._is_nickname(word)
            if is_short and not self._is_somebody_else(number):
                yield Found(False, number)
        spelled_out = spelled("".join(word.plain for word in self.words if word.is_letter))
        is_spelled_out = all(word.is_letter for word in self.words) and {spelled_out} & (
            self.person.cores.keys() | self.person.glued.keys()
        )
        if is_spelled_out or self._are_initials():  # "B.O.S."
            yield Found(False, 0)

    def _are_initials(self) -> bool:
        """Whether a field holds nothing but the person's initials: "K.B.", "KB", "meneer B."."""
        words = [word for word in self.words if not self.rules.is_title(word.plain) and not self._is_prefix_word(word)]
        letters = [letter for word in words for letter in word.plain]
        if not letters or any(self._is_more_than_initials(word) for word in words):
            return False
        last = {name[0] for name in self.person.written.values()}
        if len(letters) == 1:
            return letters[0] in self.person.letters | last
        tells = len(words) > 1 or letters[-1] in last or "".join(letters) in self.person.letters_as_one
        return letters[0] in self.person.letters and tells

    def _is_more_than_initials(self, word: Word) -> bool:
        if len(word.plain) > 1 and (self.rules.is_no_name(word.plain) or word.keys & known_given_names()):
            return True
        return len(word.plain) > (4 if word.is_shouted else 2)

    def _counts_given(self, number: int, own: bool) -> bool:
        word = self.words[number]
        if self.field or (word.capital and not word.first):
            return True
        if word.plain in self.rules.common_words:
            return word.capital and not self.unasked
        if self._is_word(word.plain):  # "frank zei", but not "een roos"
            is_thing = self._in_line_before(number) in self.rules.articles
            return word.capital or (own and len(word.plain) > _SHORT and not is_thing)
        return word.capital or (own and len(word.plain) > _SHORT)

    def _is_surname(self, number: int, own: bool) -> bool:
        """Whether a given name stands for somebody else: "mevrouw Willems" is no Willem."""
        titled = number > 0 and self._stands_with(number) and self.rules.is_title(self.words[number - 1].plain)
        genitive = self.words[number].plain.endswith("s") and not spellings(self.words[number].plain) & (
            self.person.given | self.person.given_like
        )
        return (genitive and (titled or not own)) or self._is_somebody_else(number)

    def _is_somebody_else(self, number: int) -> bool:
        """Whether another surname follows a given name, or another given name stands before it: "Sandra Thomas"."""
        if number and self._stands_with(number) and self.words[number].gap == " ":
            before = self.words[number - 1]
            if before.capital and before.keys & known_given_names() and not self._is_first_name(before):
                return not self._core(number + 1)
        return self._is_followed_by_other(number)

    def _is_followed_by_other(self, number: int) -> bool:
        """Whether the next words are a surname that is not the person's. "Kees van HR" is no other surname."""
        after, prefixed = number + 1, False
        while after < min(len(self.words), number + MOST_BESIDE) and self._stands_with(after):
            word = self.words[after]
            if self._core(after) or any(after in self.read.near(key) for key in self.person.edited):
                return False
            if self._is_prefix(after):
                prefixed = True
            elif not word.is_letter and not self._is_middle_name(after):
                break
            after += 1
        else:
            return False
        word = self.words[after]
        if self.rules.is_no_name(word.plain) or len(word.plain) < 2 or "'s" in self.words[number].typed:
            return False
        if self._tells_by_capital(after, number):
            return not (word.typed.isupper() and prefixed)
        return self.field and not prefixed and not any(other.capital for other in self.words)

    def _is_middle_name(self, number: int) -> bool:
        """Whether a given name is followed by a surname: in "Kees Peter" it is one itself."""
        if not self.words[number].keys & known_given_names() or number + 1 == len(self.words):
            return False
        after = self.words[number + 1]
        return self._stands_with(number + 1) and (after.capital or self._is_prefix(number + 1))

    def _functions(self) -> Iterator[Found]:
        """A function in words means whoever holds it, or held it, unless another name follows."""
        for first, *rest in self.person.functions:
            for number, after in self._said(first):
                end = self._said_on(after, rest)
                if end and not self._names_another(end - 1):
                    yield Found(False, number)

    def _said_on(self, after: int, rest: list[Spellings]) -> int:
        """Where the other words of a function end, from this word on; 0 where they do not stand there."""
        for keys in rest:
            while after < len(self.words) and self.words[after].plain in SMALL:
                after += 1  # "coordinator van de integriteit"
            ends = [end for start, end in self._said(keys) if start == after]
            if not ends:
                return 0
            after = max(ends)
        return after

    def _said(self, keys: Spellings) -> set[tuple[int, int]]:
        """(first word, word after it) wherever a word of a function stands: in any spelling, of several people, in two words,
        or with one letter that differs."""
        if keys not in self.read.said:
            found = {(number, number + 1) for key in keys for number in self.read.at.get(key, ())}
            for key in (key for key in keys if len(key) >= _LEAST_OF_FUNCTION):
                near = {
                    number for number in self.read.near(key) if self.words[number].plain not in self.rules.no_functions
                }
                found |= {(number, number + 1) for number in near}
                found |= {(number, number + 2) for number in self.read.parted(key)}
            self.read.said[keys] = found
        return self.read.said[keys]

    def _names_another(self, number: int) -> bool:
        """ "Wethouder Willems" names another alderman; "de wethouder van Sociale Zaken" may be this one."""
        after = self.words[number + 1] if number + 1 < len(self.words) else None
        if after is None or (after.plain.startswith("van") and not after.capital) or not self._stands_with(number + 1):
            return False
        if self._is_first_name(after):
            return False
        return self._is_followed_by_other(number)
