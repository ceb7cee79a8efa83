"""The file for a police report: the seven W's, an index of the evidence by offence with hashes, and all of it as a
zip.

It follows the Stappenplan melding en aangifte (docs/domain.md#police-and-prosecution): no home address, and no name of
the reporter without consent.
"""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext as _

from cases.desk.keys import file_key, key_of
from cases.documents.kinds import offences
from cases.documents.writing import LANGUAGE, DocumentPaper, PaperBlock, as_docx, as_pdf
from cases.files.files import ListedFile, content_of, files_of
from cases.masking.masking import blocked, in_line, marked, survivors
from cases.masking.office import OFFICE, words_in_office
from cases.models import Case
from organisations.access.policy import Actor
from organisations.desk.saving import harmless
from reporting.evidence.custody import Described, content, evidence_of
from vault.compartments import Compartment, ContentKey

FORMAT, DOSSIER = "weerbaar-police-file/2", "weerbaar-police-dossier/1"
SEVEN_WS = {  # {name for machines: field of the document}
    "who": "who", "what": "what_happened", "where": "where", "withWhat": "with_what", "how": "how", "when": "when", "why": "why",
}  # fmt: skip
NO_VALUES: Mapping[str, str] = {}
UNSORTED, FROM_REPORTER = "", "reporter"
GROUND = "wbk_1a"
EPOCH = (1980, 1, 1, 0, 0, 0)  # so that the zip does not tell when it was made
PIECE = 1 << 20
MOST_SHOWN = 300


@dataclass(frozen=True)
class PoliceFile:
    """The three files, each in pieces of bytes."""

    pdf: list[bytes]
    docx: list[bytes]
    zip: Iterator[bytes]


def build(
    case: Case,
    paper: DocumentPaper,
    sorted_by: Mapping[int, str],
    actor: Actor,
    *,
    hides: bool = False,
    hidden: Sequence[str] = (),
    without: Collection[int] = (),
    values: Mapping[str, str] = NO_VALUES,
    reference: str = "",
) -> PoliceFile:
    """Make the file of a case. `hides`: nobody may read in it who reported. `without`: the numbers of files that stay
    here; one that was struck out always does. `values`: what was filled in, for the file that machines read;
    `reference`: what stands in it for the number of the case. `sorted_by` gives a code of offences.yaml for each number of evidence;
    evidence that it leaves out stands last. The `hidden` words are masked in messages; the hashes of messages stay those of what came
    in."""
    key = key_of(case, Compartment.CONTENT, actor)
    evidence = by_offence([_masked(piece, hidden) for piece in evidence_of(case.report, key)], sorted_by)
    added = [one for one in reversed(files_of(case, actor)) if not one.row.struck_at and one.row.number not in without]
    file = file_key(case, actor)
    kept_here = {one.row.number for one in added if hides and _betrays(one, file, hidden)}
    with translation.override(LANGUAGE):
        whole = replace(paper, blocks=[*paper.blocks, *_index(evidence), *_index_of_files(added, kept_here, hidden)])
    page, letter = as_pdf(whole), as_docx(whole)
    going = [one for one in added if one.row.number not in kept_here]
    dossier = json.dumps(
        machine_readable(case, values, evidence, going, reference), ensure_ascii=False, indent=1
    ).encode()
    papers = {"aangifte.pdf": page, "aangifte.docx": letter, "aangifte.json": dossier}
    return PoliceFile([page], [letter], _zipped(reference, evidence, key, papers, added_files(going, file), going))


def machine_readable(
    case: Case,
    values: Mapping[str, str],
    evidence: list[tuple[str, list[Described]]],
    files: list[ListedFile],
    reference: str,
) -> dict[str, Any]:
    """The file for machines, as police_file.schema.json says it: the seven W's, the offences, the evidence with its hashes."""
    sorted_under = [offences()[code] for code, _pieces in evidence if code]
    return {
        "format": DOSSIER,
        "reference": reference,
        "organisation": case.organisation.title,
        "filedHow": values.get("mode", ""),
        "functionOfVictim": values.get("function", ""),
        "complainant": values.get("complainant", ""),
        "sevenWs": {name: values.get(field, "") for name, field in SEVEN_WS.items()},
        "offences": [
            {"article": one.article, "label": one.label.dutch, "needsComplaint": one.complaint} for one in sorted_under
        ],
        "evidence": [_entry(code, piece) for code, pieces in evidence for piece in pieces],
        "files": [_entry_of_file(one) for one in files],
    }


def by_offence(evidence: list[Described], sorted_by: Mapping[int, str]) -> list[tuple[str, list[Described]]]:
    """The evidence in the order of offences.yaml, and by number within an offence: [(code, pieces)]. Evidence that is
    not sorted stands last, with an empty code."""
    order = [*offences(), UNSORTED]

    def position(piece: Described) -> tuple[int, int]:
        code = sorted_by.get(piece.row.number, UNSORTED)
        return order.index(code if code in order else UNSORTED), piece.row.number

    ordered = sorted(evidence, key=position)
    return [(order[at], list(group)) for at, group in groupby(ordered, key=lambda piece: position(piece)[0])]


def _masked(piece: Described, hidden: Sequence[str]) -> Described:
    def clear(text: str) -> str:
        return in_line(blocked(marked(text, {}, dict.fromkeys(hidden, GROUND))))

    return (
        replace(piece, text=clear(piece.text), sender=clear(piece.sender), link=clear(piece.link)) if hidden else piece
    )


def name_of(piece: Described) -> str:
    """The name of the piece in the zip, by number only: the name of a file can be that of the person who sent it."""
    return f"bewijs/{piece.row.number:04d}.{piece.kind}"


def offence_words(code: str) -> str:
    """The words for a code of offences.yaml, or for evidence that is not sorted."""
    return offences()[code].in_words if code else _("Not sorted by offence")


def _index(evidence: list[tuple[str, list[Described]]]) -> list[PaperBlock]:
    blocks = [PaperBlock("heading", _("Evidence"))]
    if not evidence:
        return [*blocks, PaperBlock("paragraph", _("No evidence was added."))]
    complaint = [offences()[code] for code, _pieces in evidence if code and offences()[code].complaint]
    if complaint:
        words = ", ".join(offence.in_words for offence in complaint)
        blocks.append(
            PaperBlock(
                "paragraph",
                _("Only prosecuted after a complaint of the victim within three months: %(offences)s")
                % {"offences": words},
            )
        )
    head = (_("Number"), _("What"), _("When"), "SHA-256")
    for code, pieces in evidence:
        rows = tuple((str(piece.row.number), _what(piece), _when(piece), piece.sha256) for piece in pieces[:MOST_SHOWN])
        title = f"{offence_words(code)}: {len(pieces)}"
        blocks.append(PaperBlock("table", title, head, rows))
        if len(pieces) > MOST_SHOWN:
            blocks.append(PaperBlock("paragraph", _("The rest stands in berichten.csv.")))
    return blocks


def _betrays(one: ListedFile, key: ContentKey, hidden: Sequence[str]) -> bool:
    """Whether a file says who reported: it came from the reporter, or its words do. Its bytes are not changed, so it stays
    here. In a picture or PDF nothing is found: the page asks the officer to look."""
    if one.row.source == FROM_REPORTER:
        return True
    if not (hidden and (one.is_text or one.form in OFFICE)):
        return False
    data = b"".join(content_of(one, key))
    return bool(survivors([data.decode("utf-8", "replace") if one.is_text else words_in_office(data)], hidden))


def added_files(files: Iterable[ListedFile], key: ContentKey) -> dict[str, Iterator[bytes] | list[bytes]]:
    """Files that people at work added, {name in a zip: pieces of bytes}: by number only, as evidence."""
    return {name_of_file(one): content_of(one, key) for one in files}


def name_of_file(one: ListedFile) -> str:
    """The name of an added file in a zip."""
    return f"bestanden/{one.row.number:04d}.{one.form}"


def _index_of_files(files: list[ListedFile], kept_here: Collection[int], hidden: Sequence[str]) -> list[PaperBlock]:
    if not files:
        return []
    head = (_("Number"), _("What"), _("From whom"), _("Day"), "SHA-256")
    rows = []
    for one in files:
        title = in_line(blocked(marked(one.title, {}, dict.fromkeys(hidden, GROUND))))
        what = f"{one.kind}: {title} ({name_of_file(one)})"
        if one.row.number in kept_here:
            what = _("%(kind)s: not added, because it may say who reported (Wbk 1a)") % {"kind": one.kind}
        sha = "–" if one.row.number in kept_here else one.sha256
        rows.append((str(one.row.number), what, one.source, one.row.received_on.strftime("%d-%m-%Y"), sha))
    return [PaperBlock("heading", _("Files")), PaperBlock("table", _("Files of the case"), head, tuple(rows))]


def _what(piece: Described) -> str:
    if not piece.is_message:
        return f"{piece.kind} ({name_of(piece)})"
    short = piece.text if len(piece.text) <= 300 else f"{piece.text[:300]}…"
    return f"{piece.sender}: {short}" if piece.sender else short


def _when(piece: Described) -> str:
    times = ", ".join(piece.at[:3]) or piece.row.on.strftime("%d-%m-%Y")
    return times + (_(" (%(count)d times)") % {"count": piece.times} if piece.times > 1 else "")


def _zipped(
    reference: str,
    evidence: list[tuple[str, list[Described]]],
    key: ContentKey,
    papers: dict[str, bytes],
    added: dict[str, Iterator[bytes] | list[bytes]],
    files: list[ListedFile],
) -> Iterator[bytes]:
    """The zip in pieces of bytes: documents, files, messages as CSV, and a list of hashes of all of them."""
    listed = []
    with tempfile.TemporaryFile() as kept, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        parts: dict[str, Iterator[bytes] | list[bytes]] = {name: [data] for name, data in papers.items()}
        parts |= evidence_files(evidence, key) | added
        for name, pieces in parts.items():
            listed.append({"name": name, **add_to_zip(archive, name, pieces)})
        manifest = {
            "format": FORMAT,
            "reference": reference,
            "files": listed,
            "evidence": [_entry(code, piece) for code, pieces in evidence for piece in pieces],
            "added": [_entry_of_file(one) for one in files],
        }
        add_to_zip(archive, "manifest.json", [json.dumps(manifest, ensure_ascii=False, indent=1).encode()])
        sums = "".join(f"{file['sha256']}  {file['name']}\n" for file in listed)
        add_to_zip(archive, "SHA256SUMS", [sums.encode()])
        archive.close()
        kept.seek(0)
        while piece := kept.read(PIECE):
            yield piece


def evidence_files(
    evidence: list[tuple[str, list[Described]]], key: ContentKey
) -> dict[str, Iterator[bytes] | list[bytes]]:
    """The files of this evidence (:func:`by_offence`) and its messages as CSV, {name in a zip: pieces of bytes}."""
    every = [piece for _code, pieces in evidence for piece in pieces]
    parts: dict[str, Iterator[bytes] | list[bytes]] = {
        name_of(piece): content(piece.row, key) for piece in every if not piece.is_message
    }
    if any(piece.is_message for piece in every):
        parts["bewijs/berichten.csv"] = [_messages(evidence)]
    return parts


def add_to_zip(archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes] | list[bytes]) -> dict[str, str | int]:
    """Add a file; returns how many bytes it has and its SHA-256."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    target: IO[bytes]
    with archive.open(info, "w") as target:
        for piece in pieces:
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _entry(code: str, piece: Described) -> dict[str, str | int]:
    return {
        "number": piece.row.number,
        "offence": code,
        "article": offences()[code].article if code else "",
        "file": "bewijs/berichten.csv" if piece.is_message else name_of(piece),
        "sha256": piece.sha256,
        "originalSha256": piece.original_sha256,
    }


def _entry_of_file(one: ListedFile) -> dict[str, str | int]:
    return {
        "number": one.row.number,
        "kind": one.row.kind,
        "source": one.row.source,
        "receivedOn": one.row.received_on.isoformat(),
        "file": name_of_file(one),
        "sha256": one.sha256,
        "sha256AsReceived": one.came,
    }


def _messages(evidence: list[tuple[str, list[Described]]]) -> bytes:
    """All messages as CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    kept = io.StringIO()
    rows = csv.writer(kept, lineterminator="\r\n")
    rows.writerow(["nummer", "strafbaar feit", "wanneer", "aantal", "afzender", "link", "tekst", "sha256"])
    for code, pieces in evidence:
        for piece in pieces:
            if piece.is_message:
                cells = (offence_words(code) if code else "", "; ".join(piece.at), piece.sender, piece.link, piece.text)
                what, at, sender, link, text = map(harmless, cells)
                rows.writerow([piece.row.number, what, at, piece.times, sender, link, text, piece.sha256])
    return "\ufeff".encode() + kept.getvalue().encode()
