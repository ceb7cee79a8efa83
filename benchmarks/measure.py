"""A scratch database and the line that every benchmark prints."""

import json
import os
import sys
import tempfile
from pathlib import Path


def scratch(**variables: str) -> None:
    """Set Django up on an empty database, SQLite unless `variables` name another, in a folder that goes away."""
    folder = tempfile.mkdtemp(prefix="weer-bench-")
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "WEERBAAR_MODE": "demo",
        "WEERBAAR_VAR_DIR": folder,
        "WEERBAAR_MASTER_KEY_FILE": f"{folder}/master.key",
        "DJANGO_SETTINGS_MODULE": "weerbaar.settings",
        **variables,
    }
    Path(folder, "master.key").write_bytes(os.urandom(32))
    Path(folder, "static").mkdir()
    os.environ.setdefault("WEERBAAR_LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    # The tables are made as the models are now: running every migration takes half a minute and measures nothing.
    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)


def tell(
    bench: str, metric: str, value: float, unit: str, n: int, against: str = "", ratio: float | None = None
) -> None:
    line = {"bench": bench, "metric": metric, "value": round(value, 3), "unit": unit, "n": n, "against": against}
    sys.stdout.write(json.dumps(line | {"ratio": None if ratio is None else round(ratio, 2)}) + "\n")
    sys.stdout.flush()
