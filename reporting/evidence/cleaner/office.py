"""Word processor and spreadsheet files: the parts that hold the text are kept, with every author's mark taken out."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from lxml import etree

from . import images
from .refusal import Refused

MOST_PARTS = 2_000
MOST_BYTES = 200 * 1024**2
MOST_RATIO = 100
# Parts that tell who, when or where; they go, and what points to them goes too.
_GONE = re.compile(
    r"^(docProps/|customXml/|_xmlsignatures/|meta\.xml$|manifest\.rdf$|Thumbnails/|Configurations2/|layout-cache$|settings\.xml$"
    r"|word/(comments|people|commentsExtended|commentsIds|commentsExtensible|glossary/|webSettings|settings)"
    r"|xl/(comments|threadedComments/|persons/|printerSettings/|drawings/vmlDrawing|revisions/|calcChain|connections"
    r"|queryTables/)|META-INF/documentsignatures)"
)
_REFUSED = {
    "macro": re.compile(r"vbaProject|vbaData|macrosheets|^Basic/|^Scripts/|activeX", re.IGNORECASE),
    "embedded": re.compile(r"embeddings/|oleObject|^Object |\.bin$", re.IGNORECASE),
    "external": re.compile(r"externalLinks?/", re.IGNORECASE),
}
_MARKS = {"author", "initials", "date", "rsid", "rsidR", "rsidRDefault", "rsidRPr", "rsidP", "rsidTr", "rsidDel"}
_MARKS |= {"rsidSect", "paraId", "textId", "userName", "lastModifiedBy", "creator", "descr", "title", "personId"}
_ANNOTATED = {"creator", "creator-initials", "editing-duration", "annotation", "tracked-changes"}
_ANNOTATED |= {"commentRangeStart", "commentRangeEnd", "commentReference", "change-start", "change-end", "change"}
_ANNOTATED |= {"fileSharing", "legacyDrawing", "rsids", "proofErr", "print-range"}
_PICTURES = {".jpg": "jpg", ".jpeg": "jpg", ".png": "png", ".webp": "webp"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def clean(data: bytes, kind: str) -> tuple[bytes, str]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check(archive)
            parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, OSError):
        raise Refused("broken") from None
    kept = {name: _part(name, body) for name, body in parts.items() if not _is_gone(name)}
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        first = sorted(kept, key=lambda name: (name != "mimetype", name != "[Content_Types].xml", name))
        for name in first:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, kept[name])
    return made.getvalue(), kind


def _is_gone(name: str) -> bool:
    """Whether a part goes; the list of what it points to goes with it."""
    owner = re.sub(r"(^|/)_rels/(.+)\.rels$", r"\1\2", name)
    return bool(_GONE.search(owner))


def _check(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > MOST_PARTS or total > MOST_BYTES:
        raise Refused("bomb")
    for info in infos:
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in info.filename or info.external_attr >> 28 == 0xA:
            raise Refused("broken")
        if info.file_size > 100_000 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise Refused("bomb")
        if path.suffix.lower() in {".zip", ".jar", ".docx", ".xlsx", ".odt", ".exe"}:
            raise Refused("embedded")
        for code, pattern in _REFUSED.items():
            if pattern.search(info.filename) and not _is_gone(info.filename):
                raise Refused(code)


def _part(name: str, body: bytes) -> bytes:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _PICTURES:
        return images.clean(body, _PICTURES[suffix])[0]
    if name.endswith((".xml", ".rels")) and body.strip():
        return _xml(name, body)
    if name == "mimetype":
        return body
    raise Refused("embedded")


def _xml(name: str, body: bytes) -> bytes:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise Refused("broken") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("broken")
    if name.endswith(".rels"):
        _cut_links(root)
    elif name in {"[Content_Types].xml", "META-INF/manifest.xml"}:
        for entry in list(root):
            path = next((entry.get(key) for key in entry.attrib if key.endswith(("PartName", "full-path"))), "")
            if path and _GONE.search(path.lstrip("/")):
                root.remove(entry)
    else:
        _unmark(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _cut_links(root) -> None:
    for link in list(root):
        target = link.get("Target", "")
        if link.get("TargetMode") == "External":
            if not link.get("Type", "").endswith("/hyperlink"):
                raise Refused("external")
        elif (
            _GONE.search(target.lstrip("/"))
            or _GONE.search(f"word/{target}")
            or _GONE.search(f"xl/{target}")
            or re.search(r"(comments|persons?|printerSettings|vmlDrawing|customXml|docProps)", target)
        ):
            root.remove(link)


def _unmark(root) -> None:
    for node in list(root.iter()):
        if not isinstance(node.tag, str):
            continue
        if etree.QName(node).localname in _ANNOTATED and node.getparent() is not None:
            _remove(node)
            continue
        for key in list(node.attrib):
            local = etree.QName(key).localname
            if local in _MARKS and not (local == "date" and not key.startswith("{")):
                if local in {"author", "date"}:
                    node.set(key, "" if local == "author" else "2000-01-01T00:00:00Z")
                else:
                    del node.attrib[key]


def _remove(node) -> None:
    parent, tail = node.getparent(), node.tail
    if tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(node)
