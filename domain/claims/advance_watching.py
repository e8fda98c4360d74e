"""Watching for claims whose amount is not settled in time: a word to those in charge, then an advance to be granted.

The time runs as that of the decision does, from the first receipt of claim and papers, without the days for which the
insurer waited for papers. Source: Insurance Law Art. 25; Supreme People's Court, Interpretation II, Art. 15.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.claims import clearing, limits, rules
from domain.claims.advances import of_round
from domain.claims.advancing import determined
from domain.claims.jobs import LookAtAdvance
from domain.claims.lifecycle import ADVANCE_LIFECYCLE
from domain.claims.locks import lock_claim
from domain.claims.models import Advance, Claim
from domain.claims.notices import scope_of, subject_of, tell_in_charge
from domain.claims.terms import UNSETTLED, AdvanceAction, AdvanceState, ClaimLimit
from domain.claims.usage import usage_of
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.policies.models import Policy

SWEEP = 500
"""Claims that one sweep takes up at most; the next one goes on."""
_FOUND = f"""
    SELECT c.id FROM claim c
    WHERE c.state IN ({", ".join(f"'{state}'" for state in UNSETTLED)}) AND c.paused_at IS NULL
      AND c.decision_due_at <= $1::timestamptz
      AND NOT EXISTS (
        SELECT FROM advance a WHERE a.claim_id = c.id AND a.round = c.decision_no + 1
          AND (a.state NOT IN ('EXPECTED', 'TAKEN_BACK')
            OR (a.state = 'EXPECTED' AND c.decision_due_at > $2::timestamptz)))
    ORDER BY c.decision_due_at, c.id LIMIT {SWEEP}
"""


async def check(*, actor: Actor, run: Run | None = None) -> int:
    """Asks for a look at every claim whose time is about to end or is over; the number asked for.

    One job for each claim, unique while it lives, so that two sweeps ask once.
    """
    async with transaction(run, finishing=True):
        now = clock.now()
        warned, over = await _after_decision(now)
        found = await Claim.filter(id__in=[row["id"] for row in await fetch(_FOUND, now - warned, now - over)])
        for claim in found:
            await enqueue(
                LookAtAdvance(claim_id=claim.id),
                subject=subject_of(claim),
                scope=scope_of(claim),
                actor=actor,
                unique_key=f"{claim.id}",
            )
    return len(found)


async def _after_decision(now: datetime) -> tuple[timedelta, timedelta]:
    """How long after the time for the decision those in charge are told, and an advance is due."""
    today = clock.day_of(now)
    decision = await limits.days(ClaimLimit.DECISION, today)
    warning = await limits.days(ClaimLimit.ADVANCE_WARNING, today)
    advance = await limits.days(ClaimLimit.ADVANCE, today)
    return timedelta(days=warning - decision), timedelta(days=advance - decision)


async def look(claim_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """Tells those in charge of a claim that an advance will be due, or proposes it; each once for every decision.

    Proposed is what the contract pays of the lines that were assessed by then, or nothing yet where none were.

    Raises: NotFound.
    """
    async with transaction(run, finishing=True) as tx:
        policy, claim = await lock_claim(claim_id, actor, None)
        tx.made = subject_of(claim)
        now = clock.now()
        warned, over = await _after_decision(now)
        if claim.state not in UNSETTLED or claim.paused_at is not None or claim.decision_due_at + warned > now:
            return
        due_at = claim.decision_due_at + over
        advance = await of_round(claim) or await _expect(claim, due_at, actor)
        if advance.state is AdvanceState.EXPECTED and due_at <= now:
            await _propose(advance, claim, policy, actor)


async def _expect(claim: Claim, due_at: datetime, actor: Actor) -> Advance:
    advance = await Advance.create(
        claim_id=claim.id,
        round=claim.decision_no + 1,
        state=ADVANCE_LIFECYCLE.initial,
        currency=claim.currency,
        due_at=due_at,
    )
    await record("advance:expect", subject_of(claim), actor, after={"advance": advance.state, "due_at": due_at})
    if due_at > clock.now():
        await tell_in_charge(claim, "ADVANCE_DUE_SOON", actor, due_on=clock.day_of(due_at).isoformat())
    return advance


async def _propose(advance: Advance, claim: Claim, policy: Policy, actor: Actor) -> None:
    before = advance.state
    advance.state = ADVANCE_LIFECYCLE.step(before, AdvanceAction.PROPOSE, actor)
    found = await determined(claim, policy)
    advance.determined_minor = found.minor if found is not None and found.minor > 0 else None
    advance.proposed_at = clock.now()
    if found is not None:
        usage, promised = await usage_of(claim, policy), Money(claim.repair_minor, claim.currency)
        weight = rules.counts_toward_authority(found + promised, usage.same_loss)
        await clearing.request_beside(claim, weight, actor)
    await save_changes(advance, "state", "determined_minor", "proposed_at")
    await record(
        "advance:propose",
        subject_of(claim),
        actor,
        before={"advance": before},
        after={"advance": advance.state, "determined_minor": advance.determined_minor},
    )
    await tell_in_charge(claim, "ADVANCE_PROPOSED", actor)
