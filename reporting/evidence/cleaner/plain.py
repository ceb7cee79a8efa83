"""Plain text, and mail without the lines that lead to its receiver."""

import email
import re
import unicodedata
from email.message import EmailMessage
from email.policy import default as modern

from .refusal import CannotClean

_KEPT = ("From", "Subject", "Date")
_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")


def clean(data: bytes, kind: str) -> tuple[bytes, str]:
    """The new mail or text, and its kind. Raises CannotClean("broken")."""
    return clean_mail(data) if kind == "eml" else clean_text(data)


def clean_text(data: bytes) -> tuple[bytes, str]:
    """The text as UTF-8 without invisible signs, and "txt"."""
    return _tidy(_decoded(data)).encode(), "txt"


def clean_mail(data: bytes) -> tuple[bytes, str]:
    """A mail with its sender, subject, date and text, and "eml". Its route, receivers and attachments are left out.

    Raises CannotClean("broken").
    """
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            data = _decoded(data).encode()
        mail = email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(), policy=modern)
        body = mail.get_body(preferencelist=("plain", "html"))
        text = _words(body) if body is not None else ""
        if body is not None and body.get_content_subtype() == "html":
            text = _without_tags(text)
        attached = sum(1 for _part in mail.iter_attachments())
        kept = EmailMessage(policy=modern)
        for name in _KEPT:
            if mail[name]:
                kept[name] = " ".join(str(mail[name]).split())
        kept.set_content(_tidy(text) + (f"\n[{attached} x]\n" if attached else ""))
        return kept.as_bytes(), "eml"
    except (ValueError, LookupError, AttributeError, TypeError, IndexError, KeyError, RecursionError):
        raise CannotClean("broken") from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _words(body) -> str:
    try:
        return body.get_content()
    except LookupError:  # a character set that nobody knows
        return _decoded(body.get_payload(decode=True))


def _tidy(text: str) -> str:
    """The text without signs that cannot be seen: with selectors and joiners a sender can mark each receiver's copy."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    lines = _SELECTORS.sub("", lines)
    return "".join(
        " " if unicodedata.category(symbol) == "Zs" else symbol
        for symbol in lines
        if symbol in "\n\t" or _is_seen(symbol)
    )


def _is_seen(symbol: str) -> bool:
    return symbol.isprintable() or unicodedata.category(symbol) == "Zs"


def _without_tags(markup: str) -> str:
    from lxml import etree, html

    tree = html.document_fromstring(markup.encode() or b"<p></p>", html.HTMLParser(encoding="utf-8"))
    etree.strip_elements(tree, etree.Comment, etree.ProcessingInstruction, "script", "style", "head", with_tail=False)
    for node in tree.iter("p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4"):
        node.tail = "\n" + (node.tail or "")
    return tree.text_content()
