"""What of a case a choice can depend on beside its tracks, in words; `judging.py` says which it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from cases.protocol.forms import (
    CLEARED_TOLD,
    CLEARED_UNTOLD,
    CLEARING_STATE,
    LINK_STATE,
    MAILBOX_STATE,
    MASK_STATE,
    NOBODY_CLEARED,
    SILENT,
    SUBJECT_STATE,
    WRITTEN,
)

BESIDE_TRACKS: Mapping[str, Mapping[str, Any]] = {
    CLEARING_STATE: {
        NOBODY_CLEARED: gettext_lazy("nobody who knows of the report was cleared"),
        CLEARED_UNTOLD: gettext_lazy("who was cleared was not told so"),
        CLEARED_TOLD: gettext_lazy("who was cleared was told so with a letter, after the outcome"),
    },
    MAILBOX_STATE: {
        WRITTEN: gettext_lazy("who it happened to wrote in the mailbox themselves"),
        SILENT: gettext_lazy("the reporter wrote nothing in the mailbox"),
    },
    SUBJECT_STATE: {
        "told": gettext_lazy("the person concerned was told of this case"),
        "unaware": gettext_lazy("nothing says that the person concerned was told of this case"),
    },
    LINK_STATE: {"yes": gettext_lazy("the other case is linked to this one"), "no": gettext_lazy("no case is linked")},
    MASK_STATE: {
        "yes": gettext_lazy("a second person checked what was masked"),
        "no": gettext_lazy("nobody checked what was masked"),
    },
}
