"""The archive of an edition: every file that is needed to repeat its proof, with a signed list of checksums."""

import gzip
import hashlib
import io
import json
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _

from monitor.disclosure.proof.archive import prior_faults
from monitor.disclosure.proof.checking import BEFORE, NEED, check
from monitor.disclosure.publication import Publication
from monitor.disclosure.system import system_of
from monitor.editions.verifier import rules_version
from monitor.formats.csv import as_csv
from monitor.models import Edition
from monitor.rules.catalogue import POPULATIONS, Cell, Relations, catalogue
from organisations.codes import code_list
from vault.keyring.signing import is_signed, public_key, sign

PUBLISHER = uuid5(NAMESPACE_URL, "weerbaar:monitor")  # the key of this id signs the figures of an installation
PURPOSE = "edition-manifest"
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)  # a fixed time, so that an edition is always the same file, byte for byte


class NotSafe(Exception):
    """The proof of an edition does not hold when it is repeated, or its files are not those that were signed."""


@dataclass(frozen=True)
class Contents:
    """The parts of an archive. `tables`: {id: rows [code, …, value]}. `witnesses`: packed (:func:`packed_witnesses`).
    `catalogue`: the catalogue.json with which the edition was proven."""

    edition: Edition
    tables: Mapping[str, list]
    witnesses: bytes
    catalogue: bytes


def packed_witnesses(publications: Mapping[str, Publication]) -> bytes:
    """The witnesses as gzipped CSV, the same bytes each time.

    Each line starts with the population ("before:" and the population for registers of the first edition). The first line
    of a population names its cells; each further line is one register.
    """
    registers = {name: (publication.system, publication.proof.witnesses) for name, publication in publications.items()}
    registers |= {BEFORE + name: publication.before for name, publication in publications.items() if publication.before}
    text = io.StringIO()
    for name, (system, witnesses) in registers.items():
        text.write(",".join([name, *(cell_name(cell) for cell in system.cells)]) + "\r\n")
        for register in witnesses:
            text.write(",".join([name, *map(str, register.tolist())]) + "\r\n")
    return gzip.compress(text.getvalue().encode("ascii"), mtime=0)


def cell_name(cell: Cell) -> str:
    """(("kind", "pressure"), ("layer", "province")) as "kind=pressure;layer=province"; the grand total is empty."""
    return ";".join(f"{dimension}={code}" for dimension, code in cell)


def contents_of(contents: Contents) -> dict[str, bytes]:
    """{name: content} of the files of an archive, without its manifest."""
    edition = contents.edition
    facts = {
        "edition": edition.id,
        "cutOffDate": edition.cut_off_date.isoformat(),
        "method": edition.method,
        "softwareVersion": edition.software_version,
        "restsOn": edition.rests_on,
    }
    files = {
        "edition.json": _json(facts | ({"countedSince": edition.counted_since} if edition.counted_since else {})),
        "catalogue.json": contents.catalogue,
        "witnesses.csv.gz": contents.witnesses,
    }
    own = json.loads(contents.catalogue)
    for name, rows in contents.tables.items():
        files[f"tables/{name}.csv"] = as_csv(own["tables"][name]["dimensions"], edition.period, rows).encode()
    for prior in Edition.objects.filter(id__in=edition.rests_on).select_related("proof").prefetch_related("stored"):
        folder, then = f"earlier/{prior.id}", own
        if prior.proof.catalogue_file != contents.catalogue:
            files[f"{folder}/catalogue.json"] = prior.proof.catalogue_file
            then = json.loads(prior.proof.catalogue_file)
        if "lasting" in own["relations"]["reports"]:  # older archives have neither this rule nor these manifests
            files[f"{folder}/manifest.json"] = _signed(prior)
        for stored in prior.stored.all():
            dimensions = then["tables"][stored.table]["dimensions"]
            files[f"{folder}/{stored.table}.csv"] = as_csv(dimensions, prior.period, stored.rows).encode()
    if edition.audit:
        files["audit.json"] = _json(edition.audit)
    return files


def audited(contents: Contents) -> dict:
    """Repeat the proof on the files alone. Returns the audit with the keys of the API (docs/api.md). Raises
    :class:`NotSafe`."""
    start = time.perf_counter()
    files = contents_of(contents)
    finding = check(files)
    if faults := [*prior_faults(files, public_key(PUBLISHER).hex()), *finding.faults]:
        raise NotSafe(faults[0])
    return {
        "edition": finding.edition,
        "result": "safe",
        "need": NEED,
        "targets": finding.targets,
        "proven": finding.proven,
        "constraints": finding.constraints,
        "variables": finding.variables,
        "editionsTogether": finding.editions,
        "witnesses": finding.witnesses,
        "seconds": round(time.perf_counter() - start, 1),
        "rulesVersion": rules_version(),
    }


def signed_manifest(files: Mapping[str, bytes]) -> tuple[dict, bytes]:
    """{file: SHA-256 in hex}, and the Ed25519 signature over it."""
    manifest = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    return manifest, sign(PUBLISHER, PURPOSE, canonical(manifest))


def stored_contents(edition: Edition) -> Contents:
    """The contents of an edition as the database has them."""
    rows = {stored.table: stored.rows for stored in edition.stored.all()}
    return Contents(edition, rows, bytes(edition.proof.witnesses), edition.proof.catalogue_file)


def archive_of(edition: Edition) -> bytes:
    """The zip of an edition, the same bytes each time. Raises :class:`NotSafe` when the stored files are not those that
    were signed."""
    files = contents_of(stored_contents(edition))
    is_listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == edition.manifest
    signature = bytes(edition.signature)
    if not (is_listed and is_signed(public_key(PUBLISHER), PURPOSE, canonical(edition.manifest), signature)):
        raise NotSafe(_("Edition %(edition)s is not what was signed.") % {"edition": edition.id})
    files["manifest.json"] = _signed(edition)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _signed(edition: Edition) -> bytes:
    """manifest.json of an edition, with the public key and the signature."""
    key, signature = public_key(PUBLISHER).hex(), bytes(edition.signature).hex()
    return _json({"files": edition.manifest, "publicKey": key, "signature": signature})


@cache
def catalogue_today() -> bytes:
    """catalogue.json of today: tables.yaml with its code lists, all cells and all equations. Whoever repeats a proof needs
    it."""
    source = catalogue()
    dimensions = dict.fromkeys(name for table in source.tables.values() for name in ["kind", *table.every_dimension])
    replaced = {
        name: {former: replacement.by for former, replacement in code_list(name).replaced.items()}
        for name in dimensions
        if code_list(name).replaced
    }
    return _json(
        ({"replaced": replaced} if replaced else {})
        | {
            "base": source.base,
            "margins": source.margins.model_dump(),
            "dimensions": {name: [[code.id, code.parent] for code in code_list(name).codes] for name in dimensions},
            "tables": {
                name: table.model_dump(include={"population", "dimensions", "carried", "fixed", "quarterly", "levels"})
                for name, table in source.tables.items()
            },
            "relations": {name: _relations(source.relations(name)) for name in POPULATIONS},
            "links": source.links.model_dump(),
            "systems": {
                frequency: {name: _system(name, quarterly) for name in POPULATIONS if source.of(name, quarterly)}
                for frequency, quarterly in (("quarterly", True), ("yearly", False))
            },
        }
    )


def _relations(relations: Relations) -> dict:
    equal = [equal_sum.model_dump() for equal_sum in relations.equal]
    return {"only": relations.only, "equal": equal, "heldIn": relations.held_in, "lasting": relations.lasting}


def _system(population: str, quarterly: bool) -> dict:
    system = system_of(population, quarterly)
    return {
        "cells": [cell_name(cell) for cell in system.cells],
        "reach": system.reach.tolist(),
        "equations": [[parent, *children] for parent, children in system.equations],
        "atLeast": [[whole, *parts] for whole, parts in system.at_most],
        "empty": list(system.empty),
    }


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def canonical(content: object) -> bytes:
    """JSON with sorted keys and no spaces: the bytes that are signed."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
