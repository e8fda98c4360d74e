"""Calls from outside that are believed for their signature alone: made with a secret we share, and fresh."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from domain.kernel import clock

WINDOW = timedelta(minutes=5)
"""How far a caller's clock may be from ours, and how long a call that was overheard can be said again."""


def is_genuine(*, body: bytes, timestamp: str, signature: str, secret: str) -> bool:
    """Whether a call is signed and fresh. `signature` is the hex HMAC-SHA256 over timestamp, a full stop and the body.

    Units: `timestamp` in whole seconds of Unix time.
    """
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return False
    sent_at = datetime.fromtimestamp(int(timestamp), clock.now().tzinfo) if _is_instant(timestamp) else None
    return sent_at is not None and abs(clock.now() - sent_at) <= WINDOW


def _is_instant(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10
