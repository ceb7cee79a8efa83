"""The tables of docs/domain.md that follow from the rule files: roles, blocks, phases, deeds and deadlines.

`.venv/bin/python docs/lint/domain_tables.py` writes them anew. It writes what the rule files say and keeps what people
wrote. A row that is new gets a proposal in the cells of people too: read it before you keep it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polib

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weerbaar.settings")
os.environ.setdefault("WEERBAAR_MODE", "test")
if TYPE_CHECKING:
    from cases.protocol.composition import ProtocolBlock
    from cases.protocol.definitions import Decision, Phase, Protocol
    from cases.protocol.kinds.deadline_kinds import DeadlineKind
    from organisations.codes import Code
    from organisations.texts import Text

PAGE = ROOT / "docs/domain.md"
UNITS = {"hours": "hour", "days": "day", "workdays": "working day", "weeks": "week", "months": "month"}


class Proposed(str):
    """A cell that people write. It is used only where the row is new."""


def deed_row(made: Protocol, code: str, decision: Decision) -> list[str]:
    """The row of a decision in the tables of deeds: code, proof, earliest moment, second person and reason, what the
    reporter hears."""
    from cases.protocol.kinds.deadline_kinds import deadline_kinds

    done_by, term = decision.done_by, decision.not_before
    proof = [f"record `{done_by.record}`"] if done_by.record else []
    proof += [f"document `{kind}`" for kind in done_by.document]
    kinds = " or ".join(f"`{kind}`" for kind in done_by.file_kinds) or "of any kind"
    proof += [f"file {kinds}: {done_by.file.dutch}"] if done_by.file else []
    proof += [f"person: {done_by.person.label.dutch}"] if done_by.person else []
    proof += ["the reporter, in the mailbox"] if done_by.reporter else []
    proof += [f"questions `{decision.form}`"] if decision.form else []
    earliest = ""
    if term:
        kind = deadline_kinds().get(term.deadline)
        length, unit = (kind.length, kind.unit) if kind else (term.length, term.unit)
        after = "the reporter asked it" if ":" in term.after else f"`{term.after}`"
        earliest = f"{_length(length, unit)} after {after if term.after != 'receipt' else 'receipt'}"
        earliest += f", or all of `{term.unless}` ended" if term.unless else ""
    proof += ["who decides read the report"] if done_by.read else []
    people = ["two people"] if done_by.other_person else []
    people += [f"two people while `{track}` was high" for track in decision.other_person_when]
    people += ["reason"] if decision.because else []
    people += ["again"] if decision.again else []
    people += [f"at most {decision.at_most} times"] if decision.at_most else []
    hears = f"`{done_by.message}`" if done_by.message else ""
    return [f"`{code}`", ", ".join(proof), earliest, ", ".join(people), hears]


def _length(length: int, unit: str) -> str:
    return "next meeting" if unit == "meeting" else f"{length} {UNITS[unit]}{'s' if length != 1 else ''}"


def _english(text: Text) -> str:
    from django.utils import translation

    with translation.override("en"):
        return str(text)


def _role(code: Code) -> list[str]:
    from organisations.access.policy import table

    actions = ", ".join(f"`{action}`" for action, rule in table().items() if code.id in (rule.roles or []))
    return [f"`{code.id}`", Proposed(code.text.dutch.lower()), Proposed(actions or "nothing yet"), Proposed("–")]


def _block(name: str, block: ProtocolBlock) -> list[str]:
    bounds = (f"`{code}` {term.at_least}–{term.at_most}" for code, term in block.deadline_bounds.items())
    return [
        f"`{name}`",
        block.number,
        block.title.dutch,
        _english(block.title),
        ("yes" if block.chosen else "yes, left out") if block.optional else "",
        Proposed(", ".join(who.replace("case_officer", "officer") for who in block.who)),
        ", ".join(bounds),
        Proposed("own"),
    ]


def _phase(name: str, phase: Phase) -> list[str]:
    aside = [word for word, is_so in (("aside", phase.aside), ("final", phase.final)) if is_so]
    leads = (f"`{code}` → {f'`{one.to}`' if one.to else 'stays'}" for code, one in phase.decisions.items())
    return [f"`{name}`", phase.title.dutch, " ".join(aside), ", ".join(leads)]


def _deadline(code: str, kind: DeadlineKind) -> list[str]:
    starts = "receipt" if kind.starts_at == "receipt" else "decision"
    moves = f"{kind.extend.times}× {_length(kind.extend.length, kind.extend.unit)}" if kind.extend else ""
    notes = {"rests": kind.rests_on_hold, "by hand": kind.by_hand, "not counted": not kind.counted}
    return [
        f"`{code}`",
        _english(kind.text),
        kind.text.dutch,
        _length(kind.length, kind.unit),
        Proposed(starts),
        "yes" if kind.statutory else "",
        moves,
        Proposed(", ".join(note for note, is_so in notes.items() if is_so)),
        Proposed("own"),
    ]


def tables() -> dict[str, list[list[str]]]:
    """{heading: rows} of every table that is written."""
    import django

    django.setup()
    from cases.protocol.composition import blocks, national, protocol_templates
    from cases.protocol.kinds.deadline_kinds import deadline_kinds
    from organisations.codes import code_list

    found = {
        "Roles": [_role(code) for code in code_list("role").codes],
        "Deadlines": [_deadline(code, kind) for code, kind in deadline_kinds().items()],
    }
    for name in protocol_templates():
        made = national(name)
        found[f"Blocks of {name}"] = [_block(code, block) for code, block in blocks(name).items()]
        found[name.capitalize()] = [_phase(code, phase) for code, phase in made.phases.items()]
        found[f"Deeds of {name}"] = [deed_row(made, code, decision) for code, decision in made.every_decision()]
    return found


def written_anew(page: str, wanted: dict[str, list[list[str]]]) -> str:
    """The page with these tables, their rows in the order of the rule files. Raises ValueError for a heading without one."""
    for heading, rows in wanted.items():
        before, title, rest = re.split(rf"(^#+ {heading}\n)", page, maxsplit=1, flags=re.M)
        found = re.search(r"^(\|.*\n\|[-|]+\n)((?:\|.*\n)*)", rest, flags=re.M)
        if not found:
            raise ValueError(f"{heading} has no table")
        written = "".join(f"| {' | '.join(row)} |\n" for row in _rows(found[2], rows))
        table = found[1] + (written if heading.startswith("Deeds") else re.sub(r"\|  (?=\|)", "| ", written))
        page = before + title + rest[: found.start()] + table + rest[found.end() :]
    return page


def _rows(table: str, wanted: Sequence[list[str]]) -> Iterable[list[str]]:
    lines = [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()]
    known = {code: cells for cells in lines for code in re.findall(r"`(\w+)`", cells[0])}
    for row in wanted:
        old = known.get(row[0].strip("`"))
        if old is None:
            yield row
        else:
            yield [kept if isinstance(cell, Proposed) else cell for cell, kept in zip(row, old, strict=True)]


if __name__ == "__main__":
    english = ROOT / "locale/en/LC_MESSAGES/rules.po"  # what was written since the last command of ./weer counts too
    polib.pofile(str(english)).save_as_mofile(str(english.with_suffix(".mo")))
    PAGE.write_text(written_anew(PAGE.read_text("utf-8"), tables()), "utf-8")
    sys.exit(0)
