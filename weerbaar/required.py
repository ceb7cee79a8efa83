"""What production asks for before it starts, and which commands need nothing of it."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

OWN_FOLDER = "WEERBAAR_VAR_DIR"
DATABASE = "DATABASE_URL"
# {variable: what to do}. A folder of this installation's own stands for those of PLACES.
NEEDED = {
    "WEERBAAR_SECRET_KEY": "set it to a long random text, for example of: openssl rand -base64 48",
    "WEERBAAR_HOSTS": "set it to the host names of this site, separated by commas: meld.example.nl",
    "WEERBAAR_SMTP_HOST": "set it to the mail server that takes the mail of this site: smtp.example.nl",
}
PLACES = {
    DATABASE: f"set it to the database, postgres://USER:PASSWORD@HOST/NAME, or set {OWN_FOLDER} to a folder for SQLite",
    "WEERBAAR_MASTER_KEY_FILE": f"set it to the file of the master key, apart from the database, or set {OWN_FOLDER}",
}
# {command: what it needs}. They open nothing, or nothing but a file or a public chain; a secret key that is made up for the one
# process does no harm.
FREE: Mapping[str, tuple[str, ...]] = {
    "check_protocol": (),
    "collectstatic": (),
    "compilemessages": (),
    "help": (),
    "keep_protocol": (),
    "makemessages": (),
    "makemigrations": (),
    "verify_acknowledgement": (),
    "verify_edition": (),
    "verify_ledger": (DATABASE,),
    "version": (),
}


def is_free(argv: Sequence[str]) -> bool:
    """Whether this command line (as `sys.argv`) is one of a command that needs no secrets."""
    return _command(argv) in FREE


def lacking(given: Mapping[str, str], argv: Sequence[str] = ()) -> list[str]:
    """One line for each setting that production needs for this command line (as `sys.argv`) and that is not given: what is
    missing, and what to do."""
    command = _command(argv)
    wanted = NEEDED | PLACES if command not in FREE else {name: PLACES[name] for name in FREE[command]}
    if given.get(OWN_FOLDER):
        wanted = {name: words for name, words in wanted.items() if name not in PLACES}
    if command not in FREE and given.get("WEERBAAR_EMAIL_BACKEND"):  # mail goes another way, which `doctor` names
        wanted = {name: words for name, words in wanted.items() if name != "WEERBAAR_SMTP_HOST"}
    return [f"{name} is not set: {words}." for name, words in wanted.items() if not given.get(name, "").strip(", ")]


def refuse(lines: Sequence[str]) -> None:
    """End the process with these lines, if there are any."""
    if lines:
        told = [*lines, "Without WEERBAAR_MODE this is production. An invented country to try things in: ./weer demo"]
        sys.exit("\n".join(f"weerbaar: {line}" for line in told))


def _command(argv: Sequence[str]) -> str:
    """The command of manage.py; empty for everything else, such as a web server."""
    if not argv or Path(argv[0]).name != "manage.py":
        return ""
    words = [*argv[1:], ""]
    return "help" if words[0] in {"", "-h", "--help"} or "--help" in words else words[0].removeprefix("--")
