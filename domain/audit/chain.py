"""The chain of the audit: every entry is hashed together with all before it, so that a later change shows.

Entries are linked after their commit, by a job: a link made in the mutation would make all mutations queue up. What is
not found by it is the removal of the newest links together with their entries; keep the head outside to see that too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from domain.audit.models import AuditEntry, AuditSeal
from domain.kernel.database import Run, fetch, transaction

LOCK = 7_311_988_205  # the advisory lock by which one sealer at a time adds to the chain
BATCH = 1000
MOST_BATCHES = 100
LATE = timedelta(minutes=10)
"""An entry may commit this long after another with a higher id; longer than any transaction lives."""
START = bytes(32)

HEAD = "SELECT seq, hash, entry_id FROM audit_seal ORDER BY seq DESC LIMIT 1"
UNSEALED = """
SELECT e.* FROM audit_entry e WHERE e.id >= $1::uuid AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)
ORDER BY e.id LIMIT $2
"""
LINKS = """
SELECT s.seq, s.hash, e.* FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id
WHERE s.seq > $1 ORDER BY s.seq LIMIT $2
"""
COLUMNS = tuple(AuditEntry._meta.fields_db_projection.values())  # noqa: SLF001 - Tortoise has no public name for it
DOCUMENTS = ("before", "after")


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole chain found: how many links are sound, and the first that is not."""

    sound: int
    broken_at: int | None


def link_hash(before: bytes, row: dict[str, Any]) -> bytes:
    """The hash of a link: of the one before it and of all columns of its entry."""
    entry = {name: row[name] for name in COLUMNS}
    for name in DOCUMENTS:  # their text is the server's; what they say is hashed
        entry[name] = orjson.loads(entry[name])
    return hashlib.sha256(before + orjson.dumps(entry, default=str, option=orjson.OPT_SORT_KEYS)).digest()


async def seal(*, run: Run | None = None) -> int:
    """Links the entries that are not in the chain yet; how many."""
    sealed = 0
    for _ in range(MOST_BATCHES):
        async with transaction(run):
            added = await _seal_batch()
        sealed += added
        if added < BATCH:
            break
    async with transaction(run, finishing=True):
        return sealed


async def _seal_batch() -> int:
    await fetch("SELECT pg_advisory_xact_lock($1)", LOCK)
    head = await fetch(HEAD)
    seq, last, newest = (head[0]["seq"], bytes(head[0]["hash"]), head[0]["entry_id"]) if head else (0, START, None)
    rows = await fetch(UNSEALED, _floor(newest), BATCH)
    links: list[AuditSeal] = []
    for row in rows:
        seq, last = seq + 1, link_hash(last, row)
        links.append(AuditSeal(seq=seq, entry_id=row["id"], hash=last))
    await AuditSeal.bulk_create(links)
    return len(links)


def _floor(newest: UUID | None) -> UUID:
    """The lowest id an entry may have that is not linked yet: ids begin with their milliseconds."""
    if newest is None:
        return UUID(int=0)
    milliseconds = (newest.int >> 80) - LATE // timedelta(milliseconds=1)
    return UUID(int=max(0, milliseconds) << 80)


async def verify() -> Verdict:
    """Walks the whole chain and hashes every entry again."""
    seq, last = 0, START
    while True:
        async with transaction():
            rows = await fetch(LINKS, seq, BATCH)
        for row in rows:
            if row["seq"] != seq + 1 or row["id"] is None or link_hash(last, row) != bytes(row["hash"]):
                return Verdict(seq, seq + 1)
            seq, last = seq + 1, bytes(row["hash"])
        if len(rows) < BATCH:
            return Verdict(seq, None)
