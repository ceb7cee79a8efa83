"""Keeps of word processor and spreadsheet files the parts that people read, and only the links that lead to them."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath
from posixpath import dirname, normpath

from . import images, office_text
from .refusal import CannotClean

MOST_PARTS = 2_000
MOST_BYTES = 200 * 1024**2
MOST_RATIO = 100
# The relationships that are followed, by the last word of their type. All others (properties, comments, people,
# printers, connections, signatures, labels of an organisation) are not followed, and their parts are left out.
_FOLLOWED = """
officeDocument styles stylesWithEffects theme themeOverride fontTable numbering footnotes endnotes header footer
image settings chart chartEx chartUserShapes chartStyle chartColorStyle diagramData diagramLayout
diagramQuickStyle diagramColors diagramDrawing worksheet chartsheet sharedStrings table drawing pivotTable
pivotCacheDefinition pivotCacheRecords slicer slicerCache timeline timelineCache sheetMetadata rdRichValue
rdRichValueStructure rdRichValueTypes rdSupportingPropertyBag rdSupportingPropertyBagStructure rdArray
richValueRel
"""
_ODT_PARTS = re.compile(r"^(mimetype|content\.xml|styles\.xml|META-INF/manifest\.xml|Pictures/[^/]+(?<!\.svg))$")
_REFUSED = {
    "macro": re.compile(r"vbaProject|vbaData|macrosheets|^Basic/|^Scripts/|activeX", re.IGNORECASE),
    "embedded": re.compile(r"embeddings/|oleObject|^Object ", re.IGNORECASE),
    "external": re.compile(r"externalLinks?/", re.IGNORECASE),
    "encrypted": re.compile(r"^encrypted-package$"),
}
_ODT = b"application/vnd.oasis.opendocument.text"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TYPES, _ROOT_LINKS = "[Content_Types].xml", "_rels/.rels"


def clean(data: bytes, kind: str) -> tuple[bytes, str]:
    """The new document and its kind (docx, xlsx or odt). Raises CannotClean with the code of what may not be in it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check(archive)
            parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, OSError):
        raise CannotClean("broken") from None
    kept = _text_document(parts) if kind == "odt" else _package(parts)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(kept, key=lambda name: (name not in {"mimetype", _TYPES}, name)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, kept[name])
    return out.getvalue(), kind


def _check(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > MOST_PARTS or total > MOST_BYTES:
        raise CannotClean("bomb")
    for info in infos:
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in info.filename or info.external_attr >> 28 == 0xA:
            raise CannotClean("broken")
        if info.file_size > 100_000 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise CannotClean("bomb")
        if path.suffix.lower() in {".zip", ".jar", ".docx", ".xlsx", ".odt", ".exe"}:
            raise CannotClean("embedded")
        for code, pattern in _REFUSED.items():
            if pattern.search(info.filename):
                raise CannotClean(code)


def _package(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts of a Word or Excel file that can be reached from its root by relationships that are followed."""
    if _ROOT_LINKS not in parts or _TYPES not in parts:
        raise CannotClean("broken")
    kept: dict[str, bytes] = {}
    waiting = [""]
    while waiting:
        owner = waiting.pop()
        if owner in kept or (owner == "" and _ROOT_LINKS in kept):
            continue
        links_at = f"{dirname(owner)}/_rels/{PurePosixPath(owner).name}.rels".lstrip("/")
        links = office_text.parsed(parts[links_at]) if links_at in parts else None
        targets = _followed(links, owner, parts) if links is not None else {}
        if owner:
            kept[owner] = _part(owner, parts[owner], set(targets))
        if targets or not owner:
            kept[links_at] = office_text.written(links)
        waiting += [target for target in targets.values() if target]
    types = office_text.parsed(parts[_TYPES])
    for entry in list(types):
        if entry.get("PartName") and entry.get("PartName").lstrip("/") not in kept:
            types.remove(entry)
    return {**kept, _TYPES: office_text.written(types)}


def _followed(links, owner: str, parts: dict[str, bytes]) -> dict[str, str]:
    """{name: part} of the links that stay. The part is empty for a link to elsewhere on which people only click."""
    targets = {}
    for link in list(links):
        kind, target = link.get("Type", "").rpartition("/")[2], link.get("Target", "")
        if kind == "hyperlink":
            if office_text.is_public(target) or target.startswith("#"):
                targets[link.get("Id")] = ""
                continue
        elif link.get("TargetMode") == "External":
            # Word remembers its template in the settings, and does not need it.
            if kind != "attachedTemplate" or not owner.endswith("settings.xml"):
                raise CannotClean("external")
        else:
            path = normpath(f"{dirname(owner)}/{target}" if not target.startswith("/") else target).lstrip("/")
            if kind in _FOLLOWED.split() and path in parts and not path.lower().endswith(".svg"):
                targets[link.get("Id")] = path
                continue
        links.remove(link)
    return targets


def _text_document(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts of a LibreOffice text."""
    manifest = parts.get("META-INF/manifest.xml", b"")
    if b"encryption-data" in manifest:
        raise CannotClean("encrypted")
    names = {name for name in parts if _ODT_PARTS.match(name)}
    kept = {name: _part(name, parts[name], names) for name in names}
    if manifest:
        listed = office_text.parsed(manifest)
        for entry in list(listed):
            path = next((value for key, value in entry.attrib.items() if key.endswith("full-path")), "")
            if path != "/" and path not in kept:
                listed.remove(entry)
        kept["META-INF/manifest.xml"] = office_text.written(listed)
    return kept


def _part(name: str, body: bytes, names: set[str]) -> bytes:
    """A part, cleaned. `names`: to what it may still point, names of links or in LibreOffice names of parts."""
    if name == "mimetype":
        return _ODT
    if not name.endswith(".xml"):
        return images.in_document(body, PurePosixPath(name).suffix.lower())
    root = office_text.parsed(body)
    office_text.unmark(root, names)
    return office_text.written(root)
