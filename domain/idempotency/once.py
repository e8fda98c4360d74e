"""Carries a request out once for its key: the key commits with the change, and a repetition finds what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from domain.idempotency.models import IdempotencyKey
from domain.idempotency.refusals import IdempotencyKeyReused, RequestUnderWay
from domain.idempotency.terms import Outcome, RequestKey
from domain.kernel import clock
from domain.kernel.database import Run, fetch, lending, transaction

T = TypeVar("T")
KEPT = timedelta(hours=72)
BATCH = 1000
MOST_BATCHES = 100

TAKE_TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 0)) AS taken"
PURGE = """
DELETE FROM idempotency_key WHERE id IN (
  SELECT id FROM idempotency_key WHERE NOT for_ever AND created_at < $1::timestamptz LIMIT $2
) RETURNING id
"""


async def once(
    key: RequestKey, verb: Callable[[], Awaitable[T]], ids_of: Callable[[T], Mapping[str, UUID | None]]
) -> T | Outcome:
    """What the verb returns, or what came of it before; its change and the key stand in one commit.

    Raises: RequestUnderWay, IdempotencyKeyReused; whatever the verb raises, and then nothing is kept.
    """
    async with lending():
        found = await _seen(key)
        if found is not None:
            return found
        done = await verb()
        await _keep(key, Outcome(ids_of(done)))
    return done


async def keep_refusals(key: RequestKey, refusals: tuple[Mapping[str, Any], ...]) -> Outcome | None:
    """Keeps why a request was refused; if the same one was carried out meanwhile, what came of that instead.

    Raises: RequestUnderWay, IdempotencyKeyReused.
    """
    async with transaction():
        found = await _seen(key)
        if found is None:
            await _keep(key, Outcome(refusals=refusals))
    return found


async def _seen(key: RequestKey) -> Outcome | None:
    """What came of this request before. Nobody else carries it out until this transaction has ended.

    The row is looked for by a statement of its own, after the lock: it sees what the one before committed.
    """
    (turn,) = await fetch(TAKE_TURN, f"idempotency {key.actor} {key.operation} {key.text}")
    if not turn["taken"]:
        raise RequestUnderWay
    row = await IdempotencyKey.filter(actor=key.actor, operation=key.operation, key=key.text).first()
    if row is None:
        return None
    if bytes(row.payload_hash) != key.payload_hash:
        raise IdempotencyKeyReused(first_seen_at=row.created_at)
    ids = {name: UUID(each) if each else None for name, each in row.outcome["ids"].items()}
    return Outcome(ids, tuple(row.outcome["refusals"]))


async def _keep(key: RequestKey, outcome: Outcome) -> None:
    ids = {name: str(each) if each else None for name, each in outcome.ids.items()}
    await IdempotencyKey.create(
        actor=key.actor,
        operation=key.operation,
        key=key.text,
        payload_hash=key.payload_hash,
        outcome={"ids": ids, "refusals": list(outcome.refusals)},
        for_ever=key.for_ever,
    )


async def purge(*, run: Run | None = None) -> int:
    """Forgets the keys that are older than 72 hours, save those of money; how many."""
    forgotten = 0
    for _ in range(MOST_BATCHES):
        async with transaction(run):
            rows = await fetch(PURGE, clock.now() - KEPT, BATCH)
        forgotten += len(rows)
        if len(rows) < BATCH:
            break
    async with transaction(run, finishing=True):
        return forgotten
