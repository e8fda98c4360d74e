"""What must hold after every run, whatever happened in it; each break of it is a sentence.

I1 every approved payout is settled once and its claim paid, or named in an open difference · I2 the bank's money is
the payouts' money · I3 the ledger is balanced and says the same · I4 what was acknowledged is found, what was not is
absent or whole, what was said to be absent is · I5 no job is stuck or lost · I6 each change has its one audit entry,
and the chain over them is sound · I7 no worker decided after it was given up
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import asyncpg

from domain.audit.chain import Verdict
from domain.jobs.terms import MAX_CRASHES

Row = Mapping[str, Any]
Told = Mapping[tuple[str, str], Counter[str]]

CLAIMS = """
WITH sent AS (
  SELECT (arguments ->> 'notification_id')::uuid AS id, count(*) AS times FROM job WHERE kind = 'notifications.send'
  GROUP BY 1
), notices AS (
  SELECT n.subject_id, array_agg(n.template ORDER BY n.template) AS templates,
    count(*) FILTER (WHERE coalesce(s.times, 0) <> 1) AS unsent
  FROM notification n LEFT JOIN sent s ON s.id = n.id GROUP BY n.subject_id
)
SELECT c.id::text, c.policy_id::text AS policy, c.state, c.version, c.decision_no, c.approved_minor, c.paid_minor,
  c.agreed_at IS NOT NULL AS agreed,
  (SELECT count(*) FROM claim_line l WHERE l.claim_id = c.id) AS lines,
  (SELECT count(*) FROM payout p WHERE p.subject_id = c.id) AS payouts,
  (SELECT count(*) FROM payout p JOIN payout_exception e ON e.payout_id = p.id
    WHERE p.subject_id = c.id AND e.state = 'OPEN') AS named,
  coalesce(n.templates, '{}') AS notices, coalesce(n.unsent, 0) AS unsent
FROM claim c LEFT JOIN notices n ON n.subject_id = c.id
"""
PAYOUTS = """
SELECT p.id::text, p.subject_id::text AS subject, p.state, p.amount_minor, p.version,
  p.approved_at IS NOT NULL AS approved,
  (SELECT count(*) FROM payout_approval a WHERE a.payout_id = p.id) AS approvals,
  (SELECT count(*) FROM payout_attempt a WHERE a.payout_id = p.id) AS attempts,
  (SELECT array_agg(a.request_no) FROM payout_attempt a WHERE a.payout_id = p.id AND a.state = 'SETTLED') AS settled,
  (SELECT count(*) FROM payout_exception e WHERE e.payout_id = p.id AND e.state = 'OPEN') AS named,
  (SELECT count(*) FROM ledger_transaction t WHERE t.key = 'payout:' || p.id || ':granted') AS granted,
  (SELECT count(*) FROM job j WHERE j.subject_id = p.id AND j.kind = 'payouts.execute') AS jobs
FROM payout p
"""
ENTRIES = "SELECT subject_id::text AS id, action, count(*) AS times FROM audit_entry GROUP BY subject_id, action"
REQUESTS = """
SELECT request_id AS id, action, count(*) AS times FROM audit_entry
WHERE request_id IS NOT NULL GROUP BY request_id, action
"""
BY_CALLBACK = "SELECT count(*) FROM audit_entry WHERE action = 'payout:settle' AND actor = 'system:payouts.callback'"
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
WHERE kind NOT LIKE 'faults.%' AND (lease_until < clock_timestamp() - interval '2 s' OR state IN ('PARKED', 'DEAD')
   OR (state = 'AVAILABLE' AND queue = 'MONEY' AND run_at < clock_timestamp() - interval '10 s'))
"""
POISON = "SELECT id::text, kind, state, crashes FROM job WHERE kind LIKE 'faults.%'"
GIVEN_UP = """
SELECT j.id::text, j.kind FROM job j JOIN job_attempt a ON a.job_id = j.id AND a.fence = j.fence
WHERE j.state = 'SUCCEEDED' AND a.outcome IN ('CRASHED', 'GIVEN_BACK')
"""
NOTICES = {
    "CLAIM_RECEIVED": "claim:report",
    "CLAIM_REGISTERED": "claim:register",
    "CLAIM_APPROVED": "claim:approve",
    "CLAIM_PAID": "claim:paid",
}
"""Which change tells the customer what."""
ENDS = {"faults.crash": "DEAD", "faults.raise": "DEAD", "faults.gorge": "DEAD", "faults.unknown": "AVAILABLE"}
"""What becomes of jobs that do harm: given up, but for those that a newer worker may know."""
REREAD = frozenset({"CONFLICT", "ILLEGAL_STATE", "DUPLICATE_REPORT"})
"""What a client may be told who does not know what became of the change before."""


@dataclass(frozen=True)
class Found:
    """What stands at the end of a run: rows, the bank's payments, and what the clients were told.

    `entries` counts the audit by row and action, `requests` by request and action.
    """

    claims: Sequence[Row]
    payouts: Sequence[Row]
    entries: Mapping[tuple[str, str], int]
    requests: Mapping[tuple[str, str], int]
    by_callback: int
    unbalanced: Sequence[str]
    posted: Sequence[tuple[str, int]]
    stuck: Sequence[Row]
    given_up: Sequence[Row]
    poison: Sequence[Row]
    chain: Verdict
    charges: Sequence[tuple[str, int]]
    told: Sequence[Mapping[str, str]]


async def find(
    url: str, chain: Verdict, book: Sequence[Mapping[str, Any]], told: Sequence[Mapping[str, str]]
) -> Found:
    """Reads everything that is checked; `chain` is what a walk over the sealed audit found."""
    connection = await asyncpg.connect(url)
    try:
        return Found(
            claims=[dict(row) for row in await connection.fetch(CLAIMS)],
            payouts=[dict(row) for row in await connection.fetch(PAYOUTS)],
            entries={(row["id"], row["action"]): row["times"] for row in await connection.fetch(ENTRIES)},
            requests={(row["id"], row["action"]): row["times"] for row in await connection.fetch(REQUESTS)},
            by_callback=await connection.fetchval(BY_CALLBACK),
            unbalanced=[row["key"] for row in await connection.fetch(UNBALANCED)],
            posted=[(row["request_no"], row["minor"]) for row in await connection.fetch(POSTED)],
            stuck=[dict(row) for row in await connection.fetch(STUCK)],
            given_up=[dict(row) for row in await connection.fetch(GIVEN_UP)],
            poison=[dict(row) for row in await connection.fetch(POISON)],
            chain=chain,
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
        *_unpaid(found), *_money(found), *_ledger(found), *_answers(found), *_lost(found), *_whole_claims(found),
        *_whole_payouts(found), *_jobs(found), *_audit(found),
    ]  # fmt: skip


def _unpaid(found: Found) -> Iterator[str]:
    for each in found.payouts:
        times = len(each["settled"] or ())
        if times > 1:
            yield f"I1 payout {each['id']} was settled {times} times"
        if not each["named"] and (each["state"] != "SETTLED" or times != 1):
            yield f"I1 payout {each['id']} is {each['state']}"
    for each in found.claims:
        if not each["named"] and (each["state"] != "PAID" or each["paid_minor"] != each["approved_minor"]):
            yield f"I1 claim {each['id']} is {each['state']}, paid {each['paid_minor']} of {each['approved_minor']}"


def _money(found: Found) -> Iterator[str]:
    settled = {number: each["amount_minor"] for each in found.payouts for number in each["settled"] or ()}
    for number, times in Counter(number for number, _ in found.charges).items():
        if times > 1:
            yield f"I2 the bank paid {number} {times} times"
    charged = dict(found.charges)
    for number in settled.keys() | charged.keys():
        if settled.get(number) != charged.get(number):
            yield f"I2 {number}: the bank paid {charged.get(number)}, settled here {settled.get(number)}"
    granted = {each["id"]: each["approved_minor"] for each in found.claims}
    for each in found.payouts:
        if granted.get(each["subject"]) != each["amount_minor"]:
            yield f"I2 payout {each['id']} is of {each['amount_minor']}, granted {granted.get(each['subject'])}"


def _ledger(found: Found) -> Iterator[str]:
    yield from (f"I3 the posting {key} is not balanced" for key in found.unbalanced)
    if sorted(found.posted) != sorted(found.charges):
        paid, posted = sum(minor for _, minor in found.charges), sum(minor for _, minor in found.posted)
        yield f"I3 the bank paid {paid} by {len(found.charges)}, the ledger says {posted} by {len(found.posted)}"


def heard(told: Sequence[Mapping[str, str]]) -> Told:
    """How often each change of each subject was asked for, and what became of it."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for line in told:
        found[line["subject"], line["action"]][line["what"]] += 1
    return found


def _answers(found: Found) -> Iterator[str]:
    """As many changes stand as were acknowledged, and at most those besides of which nobody was told."""
    told = heard(found.told)
    stand = Counter({key: times for key, times in found.entries.items() if key[1] != "claim:report"})
    stand.update((each["policy"], "claim:report") for each in found.claims)
    for (subject, action), said in told.items():
        open_ = said["invoke"] - said["ok"] - said["refused"] - said["absent"]
        if not said["ok"] <= stand[subject, action] <= said["ok"] + open_:
            yield f"I4 {action} of {subject} stands {stand[subject, action]} times and was told {dict(said)}"
        if said["refused"]:
            yield from _refusals(found, subject, action)
    asked = {action for _, action in told}
    for subject, action in stand.keys() - told.keys():
        if action in asked:
            yield f"I4 nobody asked for {action} of {subject}"


def _refusals(found: Found, subject: str, action: str) -> Iterator[str]:
    """Nobody else works on these claims: who knows what became of everything before is refused nothing."""
    own = [line for line in found.told if line["subject"] == subject]
    for number, line in enumerate(own):
        if line["action"] == action and line["what"] == "refused":
            before = any(each["what"] == "unknown" for each in own[:number])
            if not before or line["code"] not in REREAD:
                yield f"I4 {action} of {subject} was refused by {line['code']}"


def _lost(found: Found) -> Iterator[str]:
    """What was shown of a change with its acknowledgement is there."""
    rows = {each["id"]: each for each in (*found.claims, *found.payouts)}
    rows |= {each["policy"]: each for each in found.claims}
    for line in found.told:
        if line["what"] != "ok":
            continue
        row = rows.get(line["subject"])
        if row is None or row["version"] < int(line["version"]):
            yield f"I4 {line['action']} of {line['subject']} was acknowledged and is lost"
        elif line["action"] == "claim:approve" and Decimal(line["amount"]) * 100 != row["approved_minor"]:
            yield f"I4 claim {row['id']} was granted {line['amount']} and has {row['approved_minor']}"


def _whole_claims(found: Found) -> Iterator[str]:
    entries: dict[str, dict[str, int]] = defaultdict(dict)
    for (subject, action), times in found.entries.items():
        entries[subject][action] = times
    for each in found.claims:
        done = entries[each["id"]]
        parts = {
            "version": (each["version"], sum(done.values())),
            "lines": (each["lines"], 2 * done.get("claim:set_lines", 0)),
            "decisions": (each["decision_no"], done.get("claim:approve", 0)),
            "agreements": (int(each["agreed"]), done.get("claim:agree", 0)),
            "payouts": (each["payouts"], done.get("claim:agree", 0)),
            "notices without a job": (each["unsent"], 0),
        }
        parts |= {name: (each["notices"].count(name), done.get(action, 0)) for name, action in NOTICES.items()}
        for name, (has, needs) in parts.items():
            if has != needs:
                yield f"I4 claim {each['id']} is not whole: {has} {name}, not {needs}"


def _whole_payouts(found: Found) -> Iterator[str]:
    for each in found.payouts:
        parts = {
            "attempts": (each["attempts"], 1),
            "postings of the claim": (each["granted"], 1),
            "approvals": (each["approvals"], found.entries.get((each["id"], "payout:approve"), 0)),
        }
        for name, (has, needs) in parts.items():
            if has != needs:
                yield f"I4 payout {each['id']} is not whole: {has} {name}, not {needs}"


def _jobs(found: Found) -> Iterator[str]:
    yield from (f"I5 job {each['id']} ({each['kind']}) is stuck in {each['state']}" for each in found.stuck)
    for each in found.payouts:
        if each["approved"] and each["jobs"] != 1:
            yield f"I5 payout {each['id']} was approved and has {each['jobs']} jobs"
    for each in found.poison:
        kind, crashes = each["kind"], each["crashes"]
        if each["state"] != ENDS[kind] or (kind == "faults.crash" and crashes != MAX_CRASHES):
            yield f"I5 poison {each['id']} ({kind}) is {each['state']} after {crashes} crashes"
    yield from (f"I7 job {each['id']} ({each['kind']}) was ended by a worker given up" for each in found.given_up)


def _audit(found: Found) -> Iterator[str]:
    for line in found.told:
        times, what = found.requests.get((line["request"], line["action"]), 0), line["what"]
        if times > 1 or (what == "ok" and times != 1) or (what in {"refused", "absent"} and times != 0):
            yield f"I6 request {line['request']} was told as {what} and has {times} entries of {line['action']}"
    for each in found.payouts:
        needs = {"payout:request": 1, "payout:make_ready": 1, "payout:settle": len(each["settled"] or ())}
        for action, times in needs.items():
            if (entries := found.entries.get((each["id"], action), 0)) != times:
                yield f"I6 payout {each['id']} has {entries} entries of {action}, not {times}"
    entries = sum(found.entries.values())
    if found.chain != Verdict(entries, None):
        yield f"I6 of {entries} entries {found.chain.sound} are sound, broken at {found.chain.broken_at}"
