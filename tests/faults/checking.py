"""What must hold after every run, whatever happened in it; each break of it is a sentence.

I1 every approved payout is settled once or named in an open difference · I2 the bank's money is the payouts' money ·
I3 the ledger is balanced and says the same · I4 what was acknowledged is found, what was not is absent or whole ·
I5 no job is stuck or lost · I6 each change has its audit entry · I7 no worker decided after it was given up
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

Row = Mapping[str, Any]

PAYOUTS = """
SELECT p.id::text, p.subject_id::text AS subject, p.state, p.amount_minor, p.approved_at IS NOT NULL AS approved,
  (SELECT count(*) FROM payout_attempt a WHERE a.payout_id = p.id) AS attempts,
  (SELECT array_agg(a.request_no) FROM payout_attempt a WHERE a.payout_id = p.id AND a.state = 'SETTLED') AS settled,
  (SELECT count(*) FROM payout_exception e WHERE e.payout_id = p.id AND e.state = 'OPEN') AS named,
  (SELECT count(*) FROM ledger_transaction t WHERE t.key = 'payout:' || p.id || ':granted') AS granted,
  (SELECT count(*) FROM job j WHERE j.subject_id = p.id AND j.kind = 'payouts.execute') AS jobs
FROM payout p
"""
ENTRIES = "SELECT subject_id::text AS id, action, count(*) AS times FROM audit_entry GROUP BY subject_id, action"
UNBALANCED = """
SELECT t.key FROM ledger_transaction t LEFT JOIN ledger_line l ON l.transaction_id = t.id
GROUP BY t.id HAVING coalesce(sum(l.amount_minor), 1) <> 0 OR count(l.id) <> t.line_count
"""
POSTED = """
SELECT split_part(t.key, ':', 2) AS request_no, -sum(l.amount_minor)::bigint AS minor
FROM ledger_transaction t JOIN ledger_line l ON l.transaction_id = t.id
WHERE t.kind = 'payout:settled' AND l.account = 'BANK' GROUP BY t.id
"""
STUCK = """
SELECT id::text, kind, state FROM job
WHERE lease_until < clock_timestamp() - interval '2 s' OR state = 'PARKED'
   OR (state = 'DEAD' AND kind <> 'claims.record_paid')
   OR (state = 'AVAILABLE' AND kind LIKE 'payouts.%' AND run_at < clock_timestamp() - interval '10 s')
"""
GIVEN_UP = """
SELECT j.id::text, j.kind FROM job j JOIN job_attempt a ON a.job_id = j.id AND a.fence = j.fence
WHERE j.state = 'SUCCEEDED' AND a.outcome IN ('CRASHED', 'GIVEN_BACK')
"""


@dataclass(frozen=True)
class Found:
    """What stands at the end of a run: rows, the bank's payments, and what the clients were told."""

    payouts: Sequence[Row]
    entries: Mapping[tuple[str, str], int]
    unbalanced: Sequence[str]
    posted: Sequence[tuple[str, int]]
    stuck: Sequence[Row]
    given_up: Sequence[Row]
    charges: Sequence[tuple[str, int]]
    told: Sequence[Mapping[str, str]]


async def find(url: str, book: Sequence[Mapping[str, Any]], told: Sequence[Mapping[str, str]]) -> Found:
    """Reads everything that is checked."""
    connection = await asyncpg.connect(url)
    try:
        return Found(
            payouts=[dict(row) for row in await connection.fetch(PAYOUTS)],
            entries={(row["id"], row["action"]): row["times"] for row in await connection.fetch(ENTRIES)},
            unbalanced=[row["key"] for row in await connection.fetch(UNBALANCED)],
            posted=[(row["request_no"], row["minor"]) for row in await connection.fetch(POSTED)],
            stuck=[dict(row) for row in await connection.fetch(STUCK)],
            given_up=[dict(row) for row in await connection.fetch(GIVEN_UP)],
            charges=charges(book),
            told=told,
        )
    finally:
        await connection.close()


def charges(book: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """What the bank really paid: request number and minor units."""
    return [(str(each["request_no"]), int(each["amount_minor"])) for each in book if each["status"] == "SETTLED"]


def violations(found: Found) -> list[str]:
    """Every break of what must hold."""
    return [
        *_unpaid(found), *_money(found), *_ledger(found), *_acknowledged(found), *_jobs(found), *_audit(found),
    ]  # fmt: skip


def _unpaid(found: Found) -> Iterator[str]:
    for each in found.payouts:
        times = len(each["settled"] or ())
        if times > 1:
            yield f"I1 payout {each['id']} was settled {times} times"
        if each["approved"] and not each["named"] and (each["state"] != "SETTLED" or times != 1):
            yield f"I1 payout {each['id']} was approved and is {each['state']}"


def _money(found: Found) -> Iterator[str]:
    settled = {number: each["amount_minor"] for each in found.payouts for number in each["settled"] or ()}
    for number, times in Counter(number for number, _ in found.charges).items():
        if times > 1:
            yield f"I2 the bank paid {number} {times} times"
    charged = dict(found.charges)
    for number in settled.keys() | charged.keys():
        if settled.get(number) != charged.get(number):
            yield f"I2 {number}: the bank paid {charged.get(number)}, settled here {settled.get(number)}"


def _ledger(found: Found) -> Iterator[str]:
    yield from (f"I3 the posting {key} is not balanced" for key in found.unbalanced)
    if sorted(found.posted) != sorted(found.charges):
        paid, posted = sum(minor for _, minor in found.charges), sum(minor for _, minor in found.posted)
        yield f"I3 the bank paid {paid} by {len(found.charges)}, the ledger says {posted} by {len(found.posted)}"


def _acknowledged(found: Found) -> Iterator[str]:
    rows = {each["subject"]: each for each in found.payouts}
    for line in found.told:
        if line["what"] == "ok" and (fault := _not_found(line, rows.get(line["subject"]))):
            yield f"I4 {line['action']} of the payout for {line['subject']} was acknowledged and {fault}"
    asked = {line["subject"] for line in found.told if line["action"] == "request"}
    for each in found.payouts:
        if each["subject"] not in asked:
            yield f"I4 nobody asked for payout {each['id']}"
        if (each["attempts"], each["granted"]) != (1, 1):
            yield f"I4 payout {each['id']} is not whole: {each['attempts']} attempts, {each['granted']} postings"


def _not_found(line: Mapping[str, str], row: Row | None) -> str | None:
    if row is None:
        return "it is not there"
    if line["action"] == "request" and row["amount_minor"] != int(line["minor"]):
        return "its amount is another"
    if line["action"] == "approve" and not row["approved"]:
        return "it is lost"
    return None


def _jobs(found: Found) -> Iterator[str]:
    yield from (f"I5 job {each['id']} ({each['kind']}) is stuck in {each['state']}" for each in found.stuck)
    for each in found.payouts:
        if each["approved"] and each["jobs"] != 1:
            yield f"I5 payout {each['id']} was approved and has {each['jobs']} jobs"
    yield from (f"I7 job {each['id']} ({each['kind']}) was ended by a worker given up" for each in found.given_up)


def _audit(found: Found) -> Iterator[str]:
    for each in found.payouts:
        expected = {"payout:request": 1, "payout:approve": int(each["approved"])}
        expected["payout:settle"] = len(each["settled"] or ())
        for action, times in expected.items():
            if (entries := found.entries.get((each["id"], action), 0)) != times:
                yield f"I6 payout {each['id']} has {entries} entries of {action}, not {times}"
