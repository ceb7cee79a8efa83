"""Whether the demo's database is of before 0.8.0. `./weer demo` runs this file before anything touches the database, so it
needs nothing but Python: `python weerbaar/demo/earlier.py var/weerbaar.sqlite3` ends with status 1 and says why."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVENT = 13  # the number of the ledger's scheme since 0.8.0 (vault/sealing/schemes.py)
ADVICE = """weer: {file} was made by a version before 0.8.0.
weer: Its tables and what is sealed in them are written in another way, so this version cannot read them.
weer: Nothing was changed. To throw it away and build the demo country anew:  ./weer demo --fresh
weer: To keep it, put it aside first, or use another folder:  WEERBAAR_VAR_DIR=other ./weer demo"""


def is_earlier(file: Path) -> bool:
    """Whether the database has a migration that is not in this version, or an event of the ledger without its scheme."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        recorded = database.execute("SELECT app, name FROM django_migrations") if "django_migrations" in tables else ()
        own = [(app, name) for app, name in recorded if (ROOT / app / "migrations").is_dir()]
        if any(not (ROOT / app / "migrations" / f"{name}.py").exists() for app, name in own):
            return True
        if "vault_ledgerevent" not in tables:
            return False
        others = "SELECT 1 FROM vault_ledgerevent WHERE substr(body, 1, 1) <> ? LIMIT 1"
        return database.execute(others, [bytes([EVENT])]).fetchone() is not None


if __name__ == "__main__":
    database_file = Path(sys.argv[1])
    if database_file.exists() and is_earlier(database_file):
        sys.exit(ADVICE.format(file=database_file))
