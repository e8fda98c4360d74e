"""Counts how often signing in is tried, before it is tried: any number at once are no more tries than one by one.

The counters stand in the database: they hold for all processes, and no outage of Redis opens the door.
"""

from __future__ import annotations

from datetime import timedelta

from domain.access.models import OneTimeCode, SignInAttempt
from domain.kernel import clock
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.sealing import blind_index

WINDOW = timedelta(minutes=15)
TRIES_AN_ACCOUNT = 5
TRIES_AN_ORIGIN = 100
"""An office, or a mobile network, is one origin for many people."""
CODES_KEPT = timedelta(days=1)

COUNT = """
INSERT INTO sign_in_attempt AS a (id, key, tries, since) VALUES ($1::uuid, $2::bytea, 1, $3::timestamptz)
ON CONFLICT (key) DO UPDATE SET
  tries = CASE WHEN a.since <= $4::timestamptz THEN 1 ELSE a.tries + 1 END,
  since = CASE WHEN a.since <= $4::timestamptz THEN excluded.since ELSE a.since END
RETURNING tries
"""


async def may_try(account: str, origin: str | None) -> bool:
    """Counts one try for an account and for where it comes from; whether it is still one of those that are looked at.

    The sixth within 15 minutes is not, and none is until they have passed.
    """
    async with transaction():
        allowed = await _count("account", account) <= TRIES_AN_ACCOUNT
        if origin is not None:
            allowed = await _count("origin", origin) <= TRIES_AN_ORIGIN and allowed
    return allowed


async def _count(kind: str, name: str) -> int:
    now = clock.now()
    (row,) = await fetch(COUNT, new_id(), _key(kind, name), now, now - WINDOW)
    return int(row["tries"])


def _key(kind: str, name: str) -> bytes:
    return blind_index(f"sign-in {kind}", name)


async def forget_tries(account: str) -> None:
    """Starts an account's count anew, in the current transaction: whoever it belongs to has signed in."""
    await SignInAttempt.filter(key=_key("account", account)).delete()


async def purge(*, run: Run | None = None) -> int:
    """Removes counters and one-time codes that count no more; how many."""
    async with transaction(run, finishing=True):
        now = clock.now()
        counters = await SignInAttempt.filter(since__lt=now - WINDOW).delete()
        return counters + await OneTimeCode.filter(expires_at__lt=now - CODES_KEPT).delete()
