"""Cleans the parts of word processor and spreadsheet files of who wrote them, when, where, and of earlier versions."""

import re
from functools import cache
from typing import NamedTuple

from lxml import etree

from .refusal import CannotClean


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MARKS = _words("""
author initials dateUtc userId userName lastModifiedBy creator creator-initials personId paraId textId anchorId
editId uid documentId descr title alt src refreshedBy refreshedDate refreshedDateIso securityDescriptor
tableType connectionId queryTableFieldId editing-duration
""")
_NOTES = _words("""
annotation annotation-end tracked-changes change-start change-end change creator-initials editing-duration
commentRangeStart commentRangeEnd commentReference proofErr permStart permEnd bookmarkGoBack fileSharing absPath
revisionPtr customSheetViews customWorkbookViews webPublishItems scenarios protectedRanges event-listeners
scripts dde-connection-decls font-face-src
""")
# Word's tracked changes are taken as accepted, so what was deleted before is left out.
_BEFORE = {"del", "moveFrom", "cellDel", "cellIns", "cellMerge"}
_NOW = {"ins", "moveTo"}
_CODES = _words("""
PAGE NUMPAGES SECTION SECTIONPAGES TOC PAGEREF REF NOTEREF SEQ STYLEREF DATE TIME SYMBOL EQ FORMTEXT
FORMCHECKBOX FORMDROPDOWN
""")
# Word's settings that change how a page looks; all others are left out.
_SETTINGS = _words("""
mirrorMargins gutterAtTop evenAndOddHeaders bordersDoNotSurroundHeader bordersDoNotSurroundFooter
displayBackgroundShape defaultTabStop autoHyphenation hyphenationZone consecutiveHyphenLimit
characterSpacingControl footnotePr endnotePr compat clrSchemeMapping decimalSymbol listSeparator
""")
_WORD = re.compile(r"wordprocessingml/(2006/)?main$")
_LINKS = re.compile(r"officeDocument/(2006/)?relationships$")
_EMPTY_WITHOUT = {"Choice", "AlternateContent", "ext"}
_PUBLIC = re.compile(r"^(https?|mailto|tel):", re.IGNORECASE)


def parsed(body: bytes):
    """The root element. Raises CannotClean("broken") for what is no XML, and for XML with entities of its own."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise CannotClean("broken") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise CannotClean("broken")
    return root


def written(root) -> bytes:
    """The bytes of a part, from its root element."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def is_public(target: str) -> bool:
    """Whether an address says nothing about the machine on which the document was written."""
    return bool(_PUBLIC.match(target))


class Name(NamedTuple):
    """The name of an element or attribute. `space`: the namespace; `is_word`: whether it is one of Word's."""

    space: str
    local: str
    is_word: bool


@cache
def _name(tag: str) -> Name:
    space, _sep, local = tag.lstrip("{").rpartition("}")
    return Name(space, local, bool(_WORD.search(space)))


def unmark(root, names: set[str]) -> None:
    """Take out of a part what tells about its writers: notes, history, marks and settings. `names` are the links that
    may stay. Changes `root`; raises CannotClean("external")."""
    if _name(root.tag).local == "settings" and _name(root.tag).is_word:
        for child in [child for child in root if _name(child.tag).local not in _SETTINGS]:
            root.remove(child)
    for node in list(root.iter(etree.Element)):
        if node is not root and node.getparent() is None:
            continue
        name = _name(node.tag)
        if node is not root and (name.local in _NOTES or (name.is_word and _is_history(node, name.local))):
            _remove(node)
        else:
            _unmark_one(node, name, names)
    for node in [node for node in root.iter(etree.Element) if _name(node.tag).is_word]:
        if _name(node.tag).local in _NOW and node.getparent() is not None:
            _unwrap(node)


def _unmark_one(node, name: Name, names: set[str]) -> None:
    for key in list(node.attrib):
        space, local, _is_word = _name(key)
        if local in _MARKS or local.startswith("rsid") or local.endswith("-rsid"):
            del node.attrib[key]
        elif space and _LINKS.search(space) and node.get(key) not in names:
            del node.attrib[key]
            if name.local != "pageSetup" and not (name.local == "hyperlink" and name.is_word):
                _remove(node)
                return
        elif local == "href" and space.endswith("xlink") and not _may_point(node, name.local, node.get(key), names):
            return
    if name.local in {"cNvPr", "docPr"} and node.get("name"):  # the name of the picture on the writer's machine
        node.set("name", f"Object {node.get('id', '')}")
    if name.local in {"desc", "title"} and "svg" in name.space:
        _remove(node)
    if name.is_word:
        _uncode(node, name.local)


def _may_point(node, name: str, target: str, names: set[str]) -> bool:
    """Whether an element of LibreOffice may keep its link: to click on, or to a picture in the file."""
    if target.startswith("#") or target in names or (name == "a" and is_public(target)):
        return True
    if name == "a":
        node.tag = re.sub(r"}a$", "}span", node.tag)
        for key in list(node.attrib):
            del node.attrib[key]
    elif re.match(r"^(\w+:|/|\.\.)", target):
        raise CannotClean("external")
    else:
        _remove(node)
    return False


def _uncode(node, name: str) -> None:
    """Empty a field of Word: it remembers paths and sources. What it shows stands beside it and stays."""
    if name == "instrText" and not _CODES.intersection((node.text or "").split()[:1]):
        node.text = ""
    for key in [key for key in node.attrib if key.endswith("}instr")]:
        if not _CODES.intersection(node.get(key).split()[:1]):
            node.set(key, "")


def _is_history(node, name: str) -> bool:
    if name.endswith("Change") or re.match(r"(move(From|To)|customXml(Ins|Del|Move\w+))Range(Start|End)$", name):
        return True
    if name == "del" and _name(node.getparent().tag).local == "trPr":
        row = node.getparent().getparent()
        if row is not None and row.getparent() is not None:
            _remove(row)
    return name in _BEFORE


def _unwrap(node) -> None:
    parent = node.getparent()
    for child in list(node):
        node.addprevious(child)
    parent.remove(node)


def _remove(node) -> None:
    """Remove an element, and what would be empty around it. The text after it stays."""
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
    if not len(parent) and _name(parent.tag).local in _EMPTY_WITHOUT:
        _remove(parent)
