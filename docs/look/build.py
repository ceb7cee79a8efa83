"""Vendor the NL Design System styles that Weerbaar uses.

    python3 docs/look/build.py

Fetches the packages below with `npm pack`, writes to static/vendor/nl-design-system/:
  components.css   the chosen stylesheets, unchanged, each in its own section, in one cascade layer
  tokens.css       the Voorbeeld tokens, pruned to the properties those stylesheets can reach
  VERSIONS         package, version, licence and integrity of every source
  licences/        the licence text of every package
and to static/vendor/fonts/ the typeface with its licence. Only needed to upgrade: the result is committed.
"""

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
OUT = HERE / "static/vendor/nl-design-system"
FONTS = HERE / "static/vendor/fonts"
ALLOWED_LICENCES = {"EUPL-1.2", "OFL-1.1"}  # utrecht and Rijkshuisstijl tokens are proprietary: never add them

CANDIDATE = {
    "button": "1.1.0",
    "heading": "1.1.3",
    "link": "2.0.3",
    "paragraph": "2.1.3",
    "skip-link": "1.0.5",
    "data-badge": "1.0.5",
}
UTRECHT = {
    "root": "4.1.1",
    "document": "3.0.1",
    "page-layout": "2.0.1",
    "page-header": "3.0.2",
    "page-body": "1.0.1",
    "page-footer": "4.0.2",
    "alert": "4.0.2",
    "form-field": "3.0.1",
    "form-fieldset": "3.0.1",
    "form-label": "3.0.1",
    "form-field-description": "3.0.1",
    "form-field-error-message": "3.0.1",
    "textbox": "4.0.1",
    "textarea": "4.0.1",
    "select": "3.0.1",
    "radio-button": "3.0.1",
    "checkbox": "3.0.1",
    "data-list": "3.0.1",
    "table": "3.0.1",
    "unordered-list": "3.1.1",
    "nav-bar": "3.2.1",
    "pagination": "3.0.1",
}
TOKENS = ("@nl-design-system-unstable/voorbeeld-design-tokens", "7.4.1")
FONT = ("@fontsource-variable/source-sans-3", "5.3.0")
FONT_FILES = ["files/source-sans-3-latin-wght-normal.woff2"]

COMMENT = re.compile(r"/\*.*?\*/", re.S)  # also drops sourceMappingURL, which hashed static storage cannot resolve
DEFINITION = re.compile(r"(--[\w-]+):\s*([^;{}]+);")
USE = re.compile(r"var\(\s*(--[\w-]+)")


def npm_pack(packages, target):
    """Download and unpack; returns {name: (folder, package.json, integrity)}."""
    specs = [f"{name}@{version}" for name, version in packages]
    answer = subprocess.run(["npm", "pack", "--json", *specs], cwd=target, check=True, capture_output=True, text=True)
    found = {}
    for item in json.loads(answer.stdout):
        archive = target / item["filename"].replace("@", "").replace("/", "-")
        digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != item["integrity"]:
            raise SystemExit(f"{item['name']}: archive does not match its integrity")
        folder = target / archive.stem
        with tarfile.open(archive) as tar:
            tar.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # noqa: S202 integrity was checked
        meta = json.loads((folder / "package/package.json").read_text())
        if meta["license"] not in ALLOWED_LICENCES:
            raise SystemExit(f"{item['name']}: licence {meta['license']} may not be shipped")
        found[item["name"]] = (folder / "package", meta, digest)
    return found


def reachable(css, definitions):
    """Names of the tokens that css uses, directly or through another token."""
    todo, seen = set(USE.findall(css)) & definitions.keys(), set()
    while todo:
        name = todo.pop()
        seen.add(name)
        todo |= (set(USE.findall(definitions[name])) & definitions.keys()) - seen
    return sorted(seen)


def licence_text(folder):
    return next(p for p in sorted(folder.iterdir()) if p.name.upper().startswith("LICENSE")).read_text()


def main():
    sheets = [(f"@nl-design-system-candidate/{c}-css", v, f"dist/{c}.css") for c, v in CANDIDATE.items()]
    sheets += [(f"@utrecht/{c}-css", v, "dist/index.min.css") for c, v in UTRECHT.items()]
    for folder in (OUT / "licences", FONTS):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temp:
        packages = npm_pack([(n, v) for n, v, _ in sheets] + [TOKENS, FONT], Path(temp))
        parts = []
        for name, version, path in sheets:
            css = COMMENT.sub("", (packages[name][0] / path).read_text()).replace('@charset "UTF-8";', "").strip()
            if "@import" in css:
                raise SystemExit(f"{name}: imports cannot be put into a layer")
            parts.append(f"/* {name} {version} */\n{css}\n")
        components = "\n".join(parts)
        theme = (packages[TOKENS[0]][0] / "dist/theme.css").read_text()
        definitions = dict(DEFINITION.findall(theme))
        names = reachable(components, definitions)
        undefined = set(re.findall(r"var\(\s*(--[\w-]+)\s*\)", components)) - definitions.keys()
        undefined -= set(re.findall(r"(--[\w-]+)\s*:", components))
        own = set(re.findall(r"(--[\w-]+)\s*:", (HERE / "static/weerbaar-theme.css").read_text()))
        write_css("components.css", "NL Design System components, unchanged.", components)
        write_css(
            "tokens.css",
            f"{TOKENS[0]} {TOKENS[1]}, pruned to {len(names)} of {len(definitions)} properties.",
            ":root{\n" + "\n".join(f"{n}:{definitions[n].strip()};" for n in names) + "\n}\n",
        )
        lines = [
            f"{name}  {meta['version']}  {meta['license']}  {digest}"
            for name, (_, meta, digest) in sorted(packages.items())
        ]
        (OUT / "VERSIONS").write_text("\n".join(lines) + "\n")
        for name, (folder, _, _) in packages.items():
            target = FONTS if name == FONT[0] else OUT / "licences"
            (target / (name.strip("@").replace("/", "--") + ".txt")).write_text(licence_text(folder))
        for path in FONT_FILES:
            (FONTS / Path(path).name).write_bytes((packages[FONT[0]][0] / path).read_bytes())
    print(f"{len(sheets)} stylesheets, {len(names)} tokens; without value: {sorted(undefined - own) or 'none'}")


def write_css(name, title, css):
    head = f'@charset "UTF-8";\n/* {title} Generated by build.py: do not edit. Licences: see VERSIONS. */\n'
    (OUT / name).write_text(f"{head}@layer nlds{{\n{css}}}\n")


if __name__ == "__main__":
    main()
