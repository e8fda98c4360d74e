"""Reminding customers of the end of their cover: a daily look for whom, then one job for each policy and mark."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.audit.entries import record
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, fetch_one, transaction
from domain.kernel.ids import new_id
from domain.kernel.rows import lock_row
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.policies.models import Policy
from domain.policies.notices import tell_customer
from domain.policies.terms import PolicyState
from domain.renewals import rules
from domain.renewals.jobs import RemindOfRenewal

BATCH = 500
"""Policies that one transaction asks reminders for."""
_MARK = " ".join(f"WHEN p.ends_on - $1::date <= {mark} THEN {mark}" for mark in sorted(rules.MARKS))
_DUE = f"""
    SELECT * FROM (
        SELECT p.id, p.customer_id, p.partner_id, p.ends_on, CASE {_MARK} END AS mark FROM policy p
        WHERE p.state = '{PolicyState.IN_FORCE}' AND p.ends_on > $1::date
          AND p.ends_on <= $1::date + {max(rules.MARKS)} AND p.id > $2::uuid
    ) d
    WHERE NOT EXISTS (
        SELECT FROM renewal_reminder r WHERE r.policy_id = d.id AND r.days_before = d.mark AND r.ends_on = d.ends_on
    )
    ORDER BY d.id LIMIT $3::int
"""
_REMEMBER = """
    INSERT INTO renewal_reminder (id, policy_id, customer_id, partner_id, days_before, ends_on, reminded_at)
    VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::int, $6::date, $7::timestamptz)
    ON CONFLICT (policy_id, days_before, ends_on) DO NOTHING RETURNING id
"""


async def find_due(*, actor: Actor, run: Run | None = None, batch: int = BATCH) -> int:
    """Asks for a reminder of every cover that has reached a mark without one; the number asked for.

    One job for each policy and mark, unique while it lives, so that two schedulers ask once.
    """
    asked, last = 0, UUID(int=0)
    while rows := await _ask_batch(last, batch, actor, run):
        asked, last = asked + len(rows), UUID(str(rows[-1]["id"]))
        if run is not None:
            await run.report(asked, None, "policies", "REMINDERS_ASKED_FOR")
    async with transaction(run, finishing=True):
        return asked


async def _ask_batch(last: UUID, batch: int, actor: Actor, run: Run | None) -> list[dict[str, Any]]:
    async with transaction(run):
        rows = await fetch(_DUE, clock.today(), last, batch)
        for row in rows:
            await enqueue(
                RemindOfRenewal(policy_id=UUID(str(row["id"])), days_before=row["mark"], ends_on=row["ends_on"]),
                subject=Subject(SubjectKind.POLICY, row["id"]),
                scope=Scope(customer_id=row["customer_id"], partner_id=row["partner_id"]),
                actor=actor,
                unique_key=f"{row['id']}:{row['mark']}:{row['ends_on']}",
            )
    return rows


async def remind(policy_id: UUID, *, days_before: int, ends_on: date, actor: Actor, run: Run | None = None) -> bool:
    """Reminds a customer that the cover ends soon, once for each mark; whether that was still to be done.

    A policy that was cancelled, that ends on another day now, or that has come nearer to its end than to this mark is
    left alone.
    """
    async with transaction(run, finishing=True) as tx:
        policy = await lock_row(Policy, policy_id)
        if policy is None or not _is_due(policy, days_before, ends_on):
            return False
        row = await fetch_one(
            _REMEMBER, new_id(), policy.id, policy.customer_id, policy.partner_id, days_before, ends_on, clock.now()
        )
        if row is None:
            return False
        tx.made = Subject(SubjectKind.RENEWAL, UUID(str(row["id"])))
        await record(
            "renewal:remind",
            tx.made,
            actor,
            after={"policy_id": policy.id, "days_before": days_before, "ends_on": ends_on},
        )
        last_day = ends_on - timedelta(days=1)
        left = rules.days_left(ends_on, clock.today())
        await tell_customer(policy, "RENEWAL_REMINDER", actor, last_day=last_day.isoformat(), days_left=str(left))
    return True


def _is_due(policy: Policy, days_before: int, ends_on: date) -> bool:
    left = rules.days_left(ends_on, clock.today())
    return policy.state is PolicyState.IN_FORCE and policy.ends_on == ends_on and rules.mark_of(left) == days_before
