"""Inside the parts of word processor and spreadsheet files: takes out who, when, where from and what was there before."""

import re

from lxml import etree

from .refusal import Refused

_MARKS = set(
    "author initials dateUtc userId userName lastModifiedBy creator creator-initials personId paraId textId anchorId "
    "editId uid documentId descr title alt src refreshedBy refreshedDate refreshedDateIso securityDescriptor "
    "tableType connectionId queryTableFieldId editing-duration".split()
)
_NOTES = set(
    "annotation annotation-end tracked-changes change-start change-end change creator-initials editing-duration "
    "commentRangeStart commentRangeEnd commentReference proofErr permStart permEnd bookmarkGoBack fileSharing absPath "
    "revisionPtr customSheetViews customWorkbookViews webPublishItems scenarios protectedRanges event-listeners "
    "scripts dde-connection-decls font-face-src".split()
)
# Word's tracked changes are taken as accepted: what was taken out before is not told.
_BEFORE = {"del", "moveFrom", "cellDel", "cellIns", "cellMerge"}
_NOW = {"ins", "moveTo"}
_CODES = set(
    "PAGE NUMPAGES SECTION SECTIONPAGES TOC PAGEREF REF NOTEREF SEQ STYLEREF DATE TIME SYMBOL EQ FORMTEXT "
    "FORMCHECKBOX FORMDROPDOWN".split()
)
# Of Word's settings only what changes how a page looks.
_SETTINGS = set(
    "mirrorMargins gutterAtTop evenAndOddHeaders bordersDoNotSurroundHeader bordersDoNotSurroundFooter "
    "displayBackgroundShape defaultTabStop autoHyphenation hyphenationZone consecutiveHyphenLimit "
    "characterSpacingControl footnotePr endnotePr compat clrSchemeMapping decimalSymbol listSeparator".split()
)
_WORD = re.compile(r"wordprocessingml/(2006/)?main$")
_LINKS = re.compile(r"officeDocument/(2006/)?relationships$")
_EMPTY_WITHOUT = {"Choice", "AlternateContent", "ext"}
_PUBLIC = re.compile(r"^(https?|mailto|tel):", re.IGNORECASE)


def parsed(body: bytes):
    """Raises Refused("broken") for what is no XML, or XML that defines words of its own."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refused("broken") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("broken")
    return root


def written(root) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def is_public(target: str) -> bool:
    """An address that says nothing about the machine that it was written on."""
    return bool(_PUBLIC.match(target))


def unmark(root, there: set[str]) -> None:
    space, _sep, name = root.tag[1:].rpartition("}")
    if name == "settings" and _WORD.search(space):
        for child in [child for child in root if _split(child)[1] not in _SETTINGS]:
            root.remove(child)
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or (node is not root and node.getparent() is None):
            continue
        space, name = _split(node)
        if node is not root and (name in _NOTES or _WORD.search(space) and _is_history(node, name)):
            _remove(node)
            continue
        _unmark_one(node, space, name, there)
    for node in list(root.iter()):
        if _split(node)[1] in _NOW and _WORD.search(_split(node)[0]) and node.getparent() is not None:
            _unwrap(node)


def _unmark_one(node, space: str, name: str, there: set[str]) -> None:
    for key in list(node.attrib):
        at, _sep, local = key.lstrip("{").rpartition("}")
        if local in _MARKS or local.startswith("rsid") or local.endswith("-rsid"):
            del node.attrib[key]
        elif at and _LINKS.search(at) and node.get(key) not in there:
            del node.attrib[key]
            if name != "pageSetup" and not (name == "hyperlink" and _WORD.search(space)):
                _remove(node)
                return
        elif local == "href" and at.endswith("xlink") and not _may_point(node, name, node.get(key), there):
            return
    if name in {"cNvPr", "docPr"} and node.get("name"):  # often the name of the file on the writer's machine
        node.set("name", f"Object {node.get('id', '')}")
    if name in {"desc", "title"} and "svg" in space:
        _remove(node)
    if _WORD.search(space):
        _uncode(node, name)


def _may_point(node, name: str, target: str, there: set[str]) -> bool:
    """LibreOffice: links that are clicked on, and pictures that are in the file."""
    if target.startswith("#") or target in there or (name == "a" and is_public(target)):
        return True
    if name == "a":
        node.tag = re.sub(r"}a$", "}span", node.tag)
        for key in list(node.attrib):
            del node.attrib[key]
    elif re.match(r"^(\w+:|/|\.\.)", target):
        raise Refused("external")
    else:
        _remove(node)
    return False


def _uncode(node, name: str) -> None:
    """Fields of Word remember paths and sources; what they show is beside them and stays."""
    if name == "instrText" and (node.text or "").split()[:1] not in [[code] for code in _CODES]:
        node.text = ""
    for key in [key for key in node.attrib if key.endswith("}instr")]:
        if node.get(key).split()[:1] not in [[code] for code in _CODES]:
            node.set(key, "")


def _is_history(node, name: str) -> bool:
    if name.endswith("Change") or re.match(r"(move(From|To)|customXml(Ins|Del|Move\w+))Range(Start|End)$", name):
        return True
    if name == "del" and _split(node.getparent())[1] == "trPr":
        row = node.getparent().getparent()
        if row is not None and row.getparent() is not None:
            _remove(row)
    return name in _BEFORE


def _split(node) -> tuple[str, str]:
    space, _sep, name = node.tag.lstrip("{").rpartition("}")
    return space, name


def _unwrap(node) -> None:
    parent = node.getparent()
    for child in list(node):
        node.addprevious(child)
    parent.remove(node)


def _remove(node) -> None:
    """With what would stand empty around it; the text behind it stays."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)
    if not len(parent) and _split(parent)[1] in _EMPTY_WITHOUT:
        _remove(parent)
