"""The rows of what is granted and held: advances, clearances, and how the reserve came about."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.claims.terms import AdvanceState, ClearanceState, ReserveReason
from domain.kernel import clock, columns
from domain.kernel.money import Currency


class Advance(Model):
    """One advance payment 先予支付 toward a claim whose amount is not settled in time (Insurance Law Art. 25).

    `round` is the decision that it goes before. `determined_minor` is what could be determined when it was proposed,
    null for nothing; `amount_minor` is what was granted.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    round: int = columns.whole()
    state: AdvanceState = columns.choice(AdvanceState)
    currency: Currency = columns.choice(Currency)
    determined_minor: int | None = columns.maybe_minor()
    amount_minor: int | None = columns.maybe_minor()
    due_at: datetime = columns.instant()
    proposed_at: datetime | None = columns.maybe_instant()
    seconded_by: UUID | None = columns.maybe_reference()
    seconded_minor: int | None = columns.maybe_minor()
    decider: Any = columns.maybe_belongs_to("Staff")
    decider_id: UUID | None
    decided_at: datetime | None = columns.maybe_instant()
    decision_reason: str | None = columns.maybe_text(2000)
    payout_id: UUID | None = columns.maybe_reference()
    paid_at: datetime | None = columns.maybe_instant()
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "advance"
        constraints = (
            UniqueConstraint(
                fields=("claim_id", "round"), name="advance_round_key", condition="state <> 'TAKEN_BACK'"
            ),
            CheckConstraint(check="amount_minor > 0", name="advance_amount_positive"),
            CheckConstraint(check="determined_minor > 0", name="advance_determined_positive"),
            CheckConstraint(
                check="(state IN ('APPROVED', 'PAID', 'TAKEN_BACK')) = (amount_minor IS NOT NULL "
                "AND payout_id IS NOT NULL AND decider_id IS NOT NULL)",
                name="advance_granted",
            ),
            CheckConstraint(
                check="state = 'TAKEN_BACK' OR (state = 'PAID') = (paid_at IS NOT NULL)", name="advance_paid_when"
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="advance_claim"),
            Index(fields=("decider_id", "id"), name="advance_decider"),
            Index(fields=("state", "id"), name="advance_state"),
        )


class ReserveChange(Model):
    """One change of a case reserve 准备金变动; `migrations/sql/claims.sql` lets nobody change it afterwards.

    `changed_by` is who caused it, as kind and id; `changer` the member of staff if it was one.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    currency: Currency = columns.choice(Currency)
    before_minor: int = columns.minor()
    after_minor: int = columns.minor()
    reason: ReserveReason = columns.choice(ReserveReason)
    changer: Any = columns.maybe_belongs_to("Staff")
    changer_id: UUID | None
    changed_by: str = columns.text(64)
    changed_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "reserve_change"
        constraints = (
            CheckConstraint(
                check="before_minor >= 0 AND after_minor >= 0 AND before_minor <> after_minor",
                name="reserve_change_moves",
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="reserve_change_claim"),
            Index(fields=("changer_id", "id"), name="reserve_change_changer"),
        )


class Clearance(Model):
    """One compliance review 合规审查 of a major claim: for one decision, and for no more than its amount.

    The amount is what the loss is to cost in all, so that splitting it into claims is no way around the review.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    round: int = columns.whole()
    state: ClearanceState = columns.choice(ClearanceState)
    currency: Currency = columns.choice(Currency)
    amount_minor: int = columns.minor()
    requested_by: UUID | None = columns.maybe_reference()
    requested_at: datetime = columns.instant(clock.now)
    judge: Any = columns.maybe_belongs_to("Staff")
    judge_id: UUID | None
    judged_at: datetime | None = columns.maybe_instant()
    finding: str | None = columns.maybe_text(2000)
    version: int = columns.version()

    class Meta:
        table = "clearance"
        constraints = (
            UniqueConstraint(
                fields=("claim_id", "round"), name="clearance_live_key", condition="state IN ('REQUESTED', 'GIVEN')"
            ),
            CheckConstraint(check="amount_minor > 0", name="clearance_amount_positive"),
            CheckConstraint(
                check="state NOT IN ('GIVEN', 'RETURNED') "
                "OR (judge_id IS NOT NULL AND judged_at IS NOT NULL AND finding IS NOT NULL)",
                name="clearance_judged",
            ),
        )
        indexes = (
            Index(fields=("claim_id", "id"), name="clearance_claim"),
            Index(fields=("judge_id", "id"), name="clearance_judge"),
            Index(fields=("state", "id"), name="clearance_state"),
        )
