"""The words of an office file, to look whether one that must be masked stands in it."""

import io
import re
import zipfile
from urllib.parse import unquote

from lxml import etree

OFFICE = {"docx", "xlsx", "odt"}


def words_in_office(data: bytes) -> str:
    """Every word in the parts of an office file."""
    words = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):  # the second: where links lead
                root = etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
                text = "".join(f"{part}" for part in root.itertext())
                apart = " ".join(root.itertext())
                words += [text, apart, *(unquote(str(value)) for node in root.iter() for value in node.attrib.values())]
    return re.sub(r"[ \t]+", " ", "\n".join(words))
