"""What a text refers to: pages with their headings, files, modules; and which of that is not there."""

import re
import subprocess
from functools import cache
from pathlib import Path, PurePosixPath

from tests.support.services import ROOT

APPS = ["cases", "reporting", "organisations", "monitor", "vault", "jobs", "care", "weerbaar"]
_PAGE = re.compile(r"(?<![\w/.-])((?:\.{1,2}/)*[\w-][\w./-]*\.md)\b(?:#([\w-]+))?")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"(?!/)[\w./-]+(?:\.(?:py|yaml|html|css|toml|svg)|/)")
_NAME_IN_MODULE = re.compile(r"([a-z_]+)\.(?!(?:py|yaml|html|css|toml|svg|md|po)\b)([a-z_]+)(?:\(\))?")
_MODULE = re.compile(rf"(?:{'|'.join(APPS)})(?:\.[a-z_]\w*)+(?:\.\w+)?(?=\(|$)")


@cache
def repository() -> frozenset[str]:
    """The files of the repository and their folders, as paths from its root; folders end with a slash."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    files = {name for name in names if (ROOT / name).is_file()}
    return frozenset(files | {f"{folder}/" for name in files for folder in PurePosixPath(name).parents if folder.name})


def headings(text: str) -> set[str]:
    """The anchors of a page, as GitHub, Forgejo and GitLab make them of its headings."""
    anchors: set[str] = set()
    for title in re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M):
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        twice = sum(
            known == anchor or re.fullmatch(rf"{re.escape(anchor)}-\d+", known) is not None for known in anchors
        )
        anchors.add(f"{anchor}-{twice}" if twice else anchor)
    return anchors


def dead_pages(text: str, folder: Path) -> list[str]:
    """The pages (*.md) that a text names and that are neither beside it nor under the root, or lack the heading.
    The words of a link do not count, only where it leads."""
    without_addresses = re.sub(r"\w+://\S+", "", re.sub(r"\[[^\]\n]*\]\(", "(", text))
    return [
        f"{page}#{anchor}" if anchor else page
        for page, anchor in _PAGE.findall(without_addresses)
        if not _page_exists(page, anchor, folder)
    ]


def _page_exists(page: str, anchor: str, folder: Path) -> bool:
    found = next((path for path in (folder / page, ROOT / page) if path.is_file()), None)
    return found is not None and (not anchor or anchor in headings(found.read_text("utf-8")))


def dead_links(text: str, folder: Path) -> list[str]:
    """The relative links of a page in Markdown that lead nowhere. A link to a page is for :func:`dead_pages` too; here also
    folders, pictures and headings of the page itself count."""
    dead = []
    for target in _LINK.findall(re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
        if "://" in target or target.startswith(("mailto:", "/")):
            continue
        name, _, anchor = target.partition("#")
        path = folder / name
        if not path.exists() or (anchor and anchor not in headings(text if not name else path.read_text("utf-8"))):
            dead.append(target)
    return dead


def dead_files(text: str) -> list[str]:
    """The files, folders and modules that stand between backticks and are not in the repository. A path may leave out
    what comes before (`engine.py`); an address of the site begins with a slash and is left alone."""
    dead = []
    for code in _CODE.findall(re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
        for word in code.split():
            if _FILE.fullmatch(word) and not _is_there(word):
                dead.append(word)
            name = _NAME_IN_MODULE.fullmatch(word)
            if name and name[1] not in APPS and not _is_in_a_module(name[1], name[2]):
                dead.append(word)
            module = _MODULE.match(word)
            if module and not _is_module(module[0]):
                dead.append(module[0])
    return dead


def _is_there(path: str) -> bool:
    path = path.removeprefix("./")
    return any(known == path or known.endswith(f"/{path}") for known in repository())


def _is_in_a_module(stem: str, name: str) -> bool:
    """`engine.take`: whether a module of that name says `take`. True when no module has that name: it is something else."""
    modules = [known for known in repository() if known.split("/")[0] in APPS and known.endswith(f"/{stem}.py")]
    folders = [known for known in repository() if known.split("/")[0] in APPS and known.endswith(f"/{stem}/{name}.py")]
    says = re.compile(rf"\b{name}\b")
    return bool(folders) or not modules or any(says.search((ROOT / path).read_text("utf-8")) for path in modules)


def _is_module(name: str) -> bool:
    """`cases.opening`, or a name in it: `cases.opening.open_case`."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        for path in ("/".join(parts[:length]) + ".py", "/".join(parts[:length]) + "/__init__.py"):
            if path in repository():
                rest = parts[length:]
                return not rest or re.search(rf"\b{rest[0]}\b", (ROOT / path).read_text("utf-8")) is not None
        if "/".join(parts[:length]) + "/" in repository():
            return length == len(parts)
    return False
