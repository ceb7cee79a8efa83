"""The comparer of names: its right answers, how often it asks where nobody at work is meant, how fast it is.

WEER_BENCH_ACCOUNTS: invented accounts of 80 words (1000 unless said).
"""

import os
import time
from random import Random

from benchmarks.measure import tell

REPORT = 20_000  # characters of a long report
PEOPLE = 60


def run() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weerbaar.settings")
    _pairs()
    _accounts(int(os.environ.get("WEER_BENCH_ACCOUNTS", 1000)))
    _reports(int(os.environ.get("WEER_BENCH_ACCOUNTS", 1000)))
    _long_report()


def _pairs() -> None:
    from organisations.access.names import Likeness, alike
    from tests.support.names import pairs

    rows = list(pairs())
    start = time.perf_counter()
    answers = [alike(typed, person) for typed, person, _right, _known in rows]
    spent = time.perf_counter() - start
    rights = [right for _typed, _person, right, _known in rows]
    for likeness in Likeness:
        tell("names", f"pairs: {likeness.value}", rights.count(likeness), "pairs", len(rows))
    met = list(zip(answers, rights, strict=True))
    read = sum(right is Likeness.SAME and answer is Likeness.DIFFERENT for answer, right in met)
    asked = sum(right is Likeness.DIFFERENT and answer is not Likeness.DIFFERENT for answer, right in met)
    different = rights.count(Likeness.DIFFERENT)
    tell("names", "pairs of the same person that are read", read, "pairs", rights.count(Likeness.SAME), "aim 0")
    tell(
        "names",
        "different people asked about",
        100 * asked / different,
        "%",
        different,
        "aim 2",
        50 * asked / different,
    )
    tell("names", "fields compared", len(rows) / spent, "a second", len(rows))


def _accounts(number: int) -> None:
    from organisations.access.names import mention
    from tests.support.names import AT_WORK, account, conversation, naming

    for unasked, said in ((False, "asked"), (True, "asked, words without a writer")):
        random, asked, start = Random(7), 0, time.perf_counter()
        for text in [account(random) for _number in range(number)]:
            asked += sum(mention(text, person, unasked=unasked) is not None for person in AT_WORK) > 0
        spent = time.perf_counter() - start
        tell("names", f"accounts about others: {said}", 100 * asked / number, "%", number, "aim 5", 20 * asked / number)
    tell("names", "accounts compared", number * len(AT_WORK) / spent, "a second", number * len(AT_WORK))
    random, asked = Random(11), 0
    for text in [conversation(random) for _number in range(number)]:
        asked += any(mention(text, person, unasked=True) for person in AT_WORK)
    tell("names", "conversations about others: asked", 100 * asked / number, "%", number, "aim 5", 20 * asked / number)
    random, missed = Random(8), 0
    for place in range(number):
        person = AT_WORK[place % len(AT_WORK)]
        missed += mention(account(random, naming(random, person)), person) is None
    tell("names", "accounts in which somebody is missed", missed, "accounts", number, "aim 0")


def _reports(number: int) -> None:
    """Reports about somebody from outside, whose name is typed: which of the readers are kept out without need."""
    from organisations.access.names import Likeness, alike, mention
    from tests.support.names import AT_WORK, account, other_name

    readers = [person for person in AT_WORK if person.functions]
    random, reports, kept_out = Random(10), 0, 0
    for _number in range(number):
        typed, text = other_name(random), account(random)
        out = sum(alike(typed, person) is not Likeness.DIFFERENT or bool(mention(text, person)) for person in readers)
        reports += out > 0
        kept_out += out
    tell("names", "reports in which a reader is kept out without need", reports, "reports", number)
    tell("names", "readers kept out without need, each report", kept_out / number, "of readers", len(readers))


def _long_report() -> None:
    from organisations.access.names import mention
    from tests.support.names import AT_WORK, account

    random, text = Random(9), ""
    while len(text) < REPORT:
        text += account(random) + "\n"
    start = time.perf_counter()
    for place in range(PEOPLE):
        mention(text, AT_WORK[place % len(AT_WORK)], unasked=place >= len(AT_WORK))
    tell("names", f"a report of {REPORT} characters", time.perf_counter() - start, "s", PEOPLE, "aim 1 s")
