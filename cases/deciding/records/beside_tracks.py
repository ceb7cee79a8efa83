"""What of a case a choice can depend on beside its tracks, in words; `judging.py` says which it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from cases.protocol.kinds.forms import (
    CLEARED_TOLD,
    CLEARED_UNTOLD,
    CLEARING_STATE,
    LINK_STATE,
    MAILBOX_STATE,
    MASK_STATE,
    NOBODY_CLEARED,
    SILENT,
    WRITTEN,
)

BESIDE_TRACKS: Mapping[str, Mapping[str, Any]] = {
    CLEARING_STATE: {
        NOBODY_CLEARED: gettext_lazy("no person concerned knows of the report"),
        CLEARED_UNTOLD: gettext_lazy(
            "somebody who knows of the report was not told the outcome, or not that nothing can be held against them"
        ),
        CLEARED_TOLD: gettext_lazy("everybody concerned who knows of the report was told the outcome with a letter"),
    },
    MAILBOX_STATE: {
        WRITTEN: gettext_lazy("who it happened to wrote in the mailbox themselves"),
        SILENT: gettext_lazy("the reporter wrote nothing in the mailbox"),
    },
    LINK_STATE: {"yes": gettext_lazy("the other case is linked to this one"), "no": gettext_lazy("no case is linked")},
    MASK_STATE: {
        "yes": gettext_lazy("a second person checked what was masked"),
        "no": gettext_lazy("nobody checked what was masked"),
    },
}
