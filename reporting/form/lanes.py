"""Which lane a report takes. Every report is kept; one that a machine seems to have sent is checked by people first.

Three signs: a field that people do not see is filled in; the whole form took less than a few seconds; or it is very
busy and the sender neither let the browser do a little work (proof of work) nor waited a moment on the last page.
"""

import hashlib
import threading
import time
from collections import deque

from django.conf import settings
from django.http import QueryDict

from reporting.form.drafts import Draft
from reporting.models import Report
from vault.keyring.keys import keyed_digest

HONEYPOT = "website"
LEAST_SECONDS = 4
WAIT_SECONDS = 20
PROOF_BITS = 15
_MINUTE = 60

_sent: deque[float] = deque()
_lock = threading.Lock()


def lane_of(draft: Draft, data: QueryDict) -> str:
    """The lane of a report that is sent now, which counts it as sent. `data`: the fields of the last page."""
    busy = _count_and_ask()
    if not settings.ABUSE_CHECKS:
        return Report.Lane.NORMAL
    now = time.time()
    looks_made_up = bool(data.get(HONEYPOT)) or now - draft.begun < LEAST_SECONDS
    took_the_trouble = is_proof(draft, data.get("proof", "")) or (
        draft.shown_at and now - draft.shown_at >= WAIT_SECONDS
    )
    if looks_made_up or (busy and not took_the_trouble):
        return Report.Lane.QUARANTINE
    return Report.Lane.NORMAL


def challenge(draft: Draft) -> str:
    """The text on which the browser works while the reporter looks over what is sent. It tells nothing of the draft."""
    return keyed_digest("challenge", draft.organisation.id, draft.token).hex()[:32]


def is_proof(draft: Draft, nonce: str) -> bool:
    """Whether SHA-256 of "<challenge>:<nonce>" starts with enough zero bits."""
    if not nonce or len(nonce) > 20:
        return False
    digest = hashlib.sha256(f"{challenge(draft)}:{nonce}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - PROOF_BITS) == 0


def _count_and_ask() -> bool:
    """Count one report, and say whether this process took more in the last minute than people send. The times are kept
    in memory only: no service is asked, and no time is written anywhere."""
    now = time.monotonic()
    with _lock:
        while _sent and now - _sent[0] > _MINUTE:
            _sent.popleft()
        _sent.append(now)
        return len(_sent) > settings.BUSY_AT
