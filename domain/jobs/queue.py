"""Puts jobs into the queue: a row in the transaction of the change that causes it, so both stand or neither does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.jobs.kinds import Kind, write_job
from domain.jobs.terms import Priority
from domain.jobs.waking import wake
from domain.kernel.actor import Actor
from domain.kernel.database import current, fetch, fetch_one
from domain.kernel.ids import new_id
from domain.kernel.subject import Scope, Subject
from domain.kernel.tracing import traceparent

KEY_LENGTH = 200
TURNS = 5  # how often a live job may finish between our two statements before something else is wrong

INSERT = """
INSERT INTO job (id, kind, schema_version, arguments, queue, priority, state, run_at, deadline_at, attempt,
  max_attempts, crashes, lapses, fence, cancel_requested, unique_key, subject_kind, subject_id, customer_id, partner_id,
  actor_kind, actor_id, schedule, slot, trace, created_at, version)
SELECT $1::uuid, $2::text, $3::int, $4::jsonb, $5::text, $6::int, 'AVAILABLE', due.at, due.at + $7::interval, 0,
  $8::int, 0, 0, 0, false, $9::text, $10::text, $11::uuid, $12::uuid, $13::uuid, $14::text, $15::uuid, $16::text,
  $17::timestamptz, $18::text, clock_timestamp(), 1
FROM (SELECT coalesce($19::timestamptz, clock_timestamp())::timestamptz(3) AS at) AS due
"""
INSERT_KEYED = (
    INSERT
    + """ON CONFLICT (unique_key)
WHERE unique_key IS NOT NULL AND state IN ('AVAILABLE', 'DISPATCHED', 'EXECUTING', 'PARKED') DO NOTHING RETURNING id"""
)
INSERT_SLOT = INSERT + "ON CONFLICT (schedule, slot) WHERE schedule IS NOT NULL DO NOTHING RETURNING id"
INSERT_MANY = """
INSERT INTO job (id, kind, schema_version, arguments, queue, priority, state, run_at, deadline_at, attempt,
  max_attempts, crashes, lapses, fence, cancel_requested, subject_kind, subject_id, customer_id, partner_id,
  actor_kind, actor_id, trace, created_at, version)
SELECT given.id, given.kind, given.schema_version, given.arguments::jsonb, given.queue, given.priority, 'AVAILABLE',
  due.at, due.at + given.deadline, 0, given.max_attempts, 0, 0, 0, false, given.subject_kind, given.subject_id,
  given.customer_id, given.partner_id, $13::text, $14::uuid, $15::text, clock_timestamp(), 1
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::int[], $7::interval[], $8::int[],
  $9::text[], $10::uuid[], $11::uuid[], $12::uuid[]) AS given(id, kind, schema_version, arguments, queue, priority,
  deadline, max_attempts, subject_kind, subject_id, customer_id, partner_id),
  (SELECT clock_timestamp()::timestamptz(3) AS at) AS due
"""
FIND_LIVE = """
SELECT id FROM job
WHERE unique_key = $1 AND unique_key IS NOT NULL AND state IN ('AVAILABLE', 'DISPATCHED', 'EXECUTING', 'PARKED')
"""


class KeyTooLong(ValueError):
    """A unique key does not fit its column."""


async def enqueue(
    work: object,
    *,
    actor: Actor,
    subject: Subject | None = None,
    scope: Scope | None = None,
    run_at: datetime | None = None,
    unique_key: str | None = None,
    priority: Priority | None = None,
) -> UUID:
    """Adds a job to the current transaction; it is due at `run_at`, or at once. The id of the job that does the work.

    A live job of the same kind with the same `unique_key` does it already: then nothing is added and its id returned.
    Raises: NoTransaction outside of a transaction; UnknownKind; NotStorable.
    """
    transaction = current()
    kind, document = write_job(work)
    key = _key(kind, unique_key)
    scope, party = scope or Scope(), actor.party
    arguments: list[object] = [
        new_id(), kind.name, kind.schema_version, json.dumps(document), kind.queue, priority or kind.priority,
        kind.deadline, kind.max_attempts, key, subject and subject.kind, subject and subject.id, scope.customer_id,
        scope.partner_id, party and party.kind, party and party.id, None, None, traceparent(), run_at,
    ]  # fmt: skip
    transaction.after_commit["jobs"] = wake
    return await _insert_keyed(arguments, key) if key else await _insert(arguments)


@dataclass(frozen=True, slots=True)
class Queued:
    """One job of many that are due at once: the work, the row that it is about, and whom it concerns."""

    work: object
    subject: Subject
    scope: Scope


async def enqueue_all(several: Sequence[Queued], *, actor: Actor) -> None:
    """Adds many jobs to the current transaction in one statement, due at once, in their order.

    Raises: NoTransaction; UnknownKind; NotStorable.
    """
    current().after_commit["jobs"] = wake
    if not several:
        return
    party, written = actor.party, [write_job(each.work) for each in several]
    kinds = [kind for kind, _ in written]
    await fetch(
        INSERT_MANY, [new_id() for _ in several], [each.name for each in kinds],
        [each.schema_version for each in kinds], [json.dumps(document) for _, document in written],
        [each.queue for each in kinds], [each.priority for each in kinds], [each.deadline for each in kinds],
        [each.max_attempts for each in kinds], [each.subject.kind for each in several],
        [each.subject.id for each in several], [each.scope.customer_id for each in several],
        [each.scope.partner_id for each in several], party and party.kind, party and party.id, traceparent(),
    )  # fmt: skip


async def enqueue_slot(work: object, *, schedule: str, slot: datetime) -> UUID | None:
    """Adds the job of one slot of the cron table, due at that slot; None when another scheduler did so before.

    Raises: NoTransaction; UnknownKind; NotStorable.
    """
    transaction = current()
    kind, document = write_job(work)
    arguments: list[object] = [
        new_id(), kind.name, kind.schema_version, json.dumps(document), kind.queue, kind.priority, kind.deadline,
        kind.max_attempts, None, None, None, None, None, None, None, schedule, slot, None, slot,
    ]  # fmt: skip
    found = await fetch_one(INSERT_SLOT, *arguments)
    transaction.after_commit["jobs"] = wake
    return UUID(str(found["id"])) if found else None


def _key(kind: Kind, unique_key: str | None) -> str | None:
    if unique_key is None:
        return None
    key = f"{kind.name}:{unique_key}"
    if len(key) > KEY_LENGTH:
        raise KeyTooLong(f"the unique key of {kind.name} has {len(key)} characters, at most {KEY_LENGTH} fit")
    return key


async def _insert(arguments: list[object]) -> UUID:
    found = await fetch_one(INSERT + "RETURNING id", *arguments)
    if found is None:
        raise RuntimeError("an INSERT that conflicts with nothing returns its row")
    return UUID(str(found["id"]))


async def _insert_keyed(arguments: list[object], key: str) -> UUID:
    """Inserts unless a live job holds the key. Waits for a transaction that is about to add one."""
    for _ in range(TURNS):
        found = await fetch_one(INSERT_KEYED, *arguments) or await fetch_one(FIND_LIVE, key)
        if found is not None:
            return UUID(str(found["id"]))
    raise RuntimeError("a live job with this key comes and goes")
