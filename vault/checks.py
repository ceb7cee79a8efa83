"""Whether the master key belongs to this database: asked before every command that asks Django's checks, such as `work`."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from vault.keyring.master import WrongMasterKey, has_master_key, require_right_key


@register("vault")
def master_key_is_right(app_configs: Any, **kwargs: Any) -> list[Error]:
    """An error for a key of another database, and for none where the database belongs to one. A database that does not answer
    is asked again by whoever opens something."""
    if settings.OPENS_NOTHING:
        return []
    try:
        if settings.MASTER_KEY_FILE.exists() or has_master_key():
            require_right_key()
    except WrongMasterKey as error:
        return [Error(str(error), id="vault.E001")]
    except ImproperlyConfigured as error:
        return [Error(str(error), id="vault.E002")]
    except DatabaseError:
        return []
    return []
