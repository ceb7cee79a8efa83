"""What a page holds, read as a browser reads it."""

import re

from lxml import html


def in_one_line(page: str) -> str:
    """A page without the ends of lines that its templates have for those who read them: none beside a tag, and a blank
    elsewhere."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"\s*\n\s*(?=[<>])|(?<=>)\s*\n\s*", "", page))


def fields_of(page, form: str = "//main//form[@method='post']") -> dict[str, str]:
    """What the fields of the first such form hold; nothing where the page has none."""
    forms = html.fromstring(page.content).xpath(form)
    return {name: value or "" for name, value in forms[0].fields.items() if name} if forms else {}


def values_of(page, name: str) -> list[str]:
    """The values between which a field lets people choose."""
    found = html.fromstring(page.content)
    return found.xpath(f"//select[@name='{name}']/option/@value | //input[@name='{name}']/@value")
