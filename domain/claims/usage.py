"""What claims have used of a policy, read under the policy's lock, and how many a customer has reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.claims import rules
from domain.claims.models import Claim
from domain.claims.terms import COMMITTED, ClaimState
from domain.kernel import clock
from domain.kernel.database import fetch
from domain.kernel.money import Money
from domain.policies.models import Policy

_COMMITTED = ", ".join(f"'{state}'" for state in COMMITTED)
# What was advanced, and what is promised to a repairer, is part of what a decision grants, and counts by itself until
# there is one.
_SPENT = "c.paid_minor + c.advance_due_minor"
_GRANTED = f"CASE WHEN c.state IN ({_COMMITTED}) THEN c.approved_minor - c.advanced_minor"
USED = f"({_SPENT} + {_GRANTED} ELSE c.repair_minor - c.spared_minor END)"
"""What a claim `c` has used of its policy, in SQL. Units: minor units of its currency."""
_DECIDED = f"({_SPENT} + {_GRANTED} ELSE 0 END)"
# A peril that was sold with a number of claims of its own counts only its own.
_COUNTED = """(c.cause = $6 OR NOT EXISTS (
        SELECT FROM policy_cover k WHERE k.policy_id = $1 AND k.peril = $6 AND k.max_claims_a_year IS NOT NULL))"""
_STATEMENT = f"""
    SELECT coalesce(sum({USED}) FILTER (WHERE c.id <> $2), 0)::bigint AS by_others,
           coalesce(sum(CASE WHEN c.id = $2 THEN {_DECIDED} ELSE {USED} END) FILTER (WHERE c.loss_on = $3), 0)::bigint
             AS same_loss,
           count(*) FILTER (WHERE c.id <> $2 AND {USED} > 0 AND c.loss_on >= $4 AND c.loss_on < $5
             AND {_COUNTED})::int AS same_year
    FROM claim c WHERE c.policy_id = $1
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was promised or paid under one policy: for other claims, for the same loss, how many in its year."""

    by_others: Money
    same_loss: Money
    same_year: int


async def usage_of(claim: Claim, policy: Policy) -> Usage:
    """What other claims used of the claim's policy, which must be locked, or it may change at once."""
    first, end = rules.cover_year(claim.loss_on, policy.starts_on)
    (row,) = await fetch(_STATEMENT, claim.policy_id, claim.id, claim.loss_on, first, end, claim.cause)
    by_others, same_loss = (Money(row[name], claim.currency) for name in ("by_others", "same_loss"))
    return Usage(by_others, same_loss, row["same_year"])


async def claims_reported(customer_id: UUID, since: date) -> int:
    """How many claims a customer has reported from a day on, whatever came of them; what was taken back is none."""
    reported = Claim.filter(customer_id=customer_id, reported_at__gte=clock.start_of(since))
    return await reported.exclude(state=ClaimState.WITHDRAWN).count()
