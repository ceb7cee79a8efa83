"""Free space where something is written."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection


def free_space() -> dict[str, int]:
    """{what is written there: free bytes}. A database on a server of its own is not seen from here."""
    places = {"tmp": Path(tempfile.gettempdir())}
    with suppress(NotImplementedError):  # a store that is no folder
        places["evidence"] = Path(storages["evidence"].path(""))
    if connection.vendor == "sqlite":
        places["database"] = Path(str(connection.settings_dict["NAME"])).parent
    return {name: shutil.disk_usage(_nearest(place)).free for name, place in sorted(places.items())}


def is_full() -> bool:
    """Whether one of these has less than WEERBAAR_DISK_STOP_MB: then a report may not be kept whole."""
    return any(free < settings.DISK_STOP for free in free_space().values())


def _nearest(place: Path) -> Path:
    """The folder itself or, before it is made, the one in which it will be."""
    return next(folder for folder in (place.absolute(), *place.absolute().parents) if folder.exists())
