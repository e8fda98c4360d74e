"""The rows of payouts. Amounts are minor units of the row's currency; each row carries who may see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind
from domain.payouts.terms import AttemptState, ExceptionKind, ExceptionState, HoldReason, PayoutState


class Payout(Model):
    """One payout 支付 for one decision about a row of another room.

    `barred` holds the ids of staff who decided the source and may neither make nor approve. Payee and account are
    copied when it is made ready, and approvals count for exactly these; `round` counts how often that was. `attempt`
    is the number of the present attempt. One with a `stop` is not sent, since its source is in doubt.
    """

    id: UUID = columns.key()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    decision_no: int = columns.whole()
    instalment: int = columns.whole(1)
    customer: Any = columns.maybe_belongs_to("Customer")
    customer_id: UUID | None
    partner_id: UUID | None = columns.maybe_reference()
    state: PayoutState = columns.choice(PayoutState)
    amount_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)
    barred: list[str] = columns.document(list)
    attempt: int = columns.whole(1)
    round: int = columns.whole(0)
    maker: Any = columns.maybe_belongs_to("Staff")
    maker_id: UUID | None
    made_at: datetime | None = columns.maybe_instant()
    payee_name: str | None = columns.maybe_text(100)
    account_sealed: bytes | None = columns.maybe_sealed()
    account_mask: str | None = columns.maybe_text(32)
    account_blind: bytes | None = columns.maybe_sealed()
    approved_at: datetime | None = columns.maybe_instant()
    rejection_reason: str | None = columns.maybe_text(2000)
    stop: HoldReason | None = columns.maybe_choice(HoldReason)
    hold_reason: HoldReason | None = columns.maybe_choice(HoldReason)
    held_until: datetime | None = columns.maybe_instant()
    failure_code: str | None = columns.maybe_text(64)
    submitted_at: datetime | None = columns.maybe_instant()
    settled_at: datetime | None = columns.maybe_instant()
    reversed_at: datetime | None = columns.maybe_instant()
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "payout"
        constraints = (
            UniqueConstraint(
                fields=("subject_kind", "subject_id", "decision_no", "instalment"),
                name="payout_live_key",
                condition="state <> 'REVERSED'",
            ),
            CheckConstraint(check="amount_minor > 0", name="payout_amount_positive"),
            CheckConstraint(
                check="state IN ('DRAFT', 'REJECTED', 'FAILED') "
                "OR (maker_id IS NOT NULL AND account_sealed IS NOT NULL)",
                name="payout_made_ready",
            ),
            CheckConstraint(
                check="(state IN ('SETTLED', 'REVERSED')) = (settled_at IS NOT NULL)", name="payout_settled_when"
            ),
            CheckConstraint(check="(state = 'ON_HOLD') = (hold_reason IS NOT NULL)", name="payout_held_why"),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="payout_subject"),
            Index(fields=("customer_id", "id"), name="payout_customer"),
            Index(fields=("maker_id",), name="payout_maker"),
            Index(fields=("state", "id"), name="payout_state"),
            Index(fields=("settled_at", "id"), name="payout_settled"),
        )


class PayoutApproval(Model):
    """One approver's word 审批记录, for one round with its amount and account; it counts for nothing else."""

    id: UUID = columns.key()
    payout: Any = columns.belongs_to("Payout")
    payout_id: UUID
    round: int = columns.whole()
    approver: Any = columns.belongs_to("Staff")
    approver_id: UUID
    amount_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)
    account_blind: bytes = columns.sealed()
    approved_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "payout_approval"
        constraints = (
            UniqueConstraint(fields=("payout_id", "round", "approver_id"), name="payout_approval_once_key"),
        )
        indexes = (
            Index(fields=("payout_id", "id"), name="payout_approval_payout"),
            Index(fields=("approver_id",), name="payout_approval_approver"),
        )


class PayoutAttempt(Model):
    """One attempt to pay 支付指令. `request_no` is the bank's key for it: made with the row and never changed.

    `job_id` is the job that brings it to the bank.
    """

    id: UUID = columns.key()
    payout: Any = columns.belongs_to("Payout")
    payout_id: UUID
    attempt: int = columns.whole()
    request_no: str = columns.text(32)
    state: AttemptState = columns.choice(AttemptState)
    job_id: UUID | None = columns.maybe_reference()
    bank_ref: str | None = columns.maybe_text(64)
    failure_code: str | None = columns.maybe_text(64)
    submitted_at: datetime | None = columns.maybe_instant()
    last_checked_at: datetime | None = columns.maybe_instant()
    ended_at: datetime | None = columns.maybe_instant()
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "payout_attempt"
        constraints = (
            UniqueConstraint(fields=("request_no",), name="payout_attempt_request_no_key"),
            UniqueConstraint(fields=("payout_id", "attempt"), name="payout_attempt_number_key"),
            UniqueConstraint(fields=("bank_ref",), name="payout_attempt_bank_ref_key"),
        )
        indexes = (Index(fields=("payout_id", "id"), name="payout_attempt_payout"),)


class PayoutException(Model):
    """One difference 差异 between the bank, the payouts and the ledger. `reference` is the request number or key.

    `ours` and `theirs` say what each side has, in words without personal data. Nobody owns a new one; whoever closes
    it says why.
    """

    id: UUID = columns.key()
    kind: ExceptionKind = columns.choice(ExceptionKind)
    state: ExceptionState = columns.choice(ExceptionState)
    reference: str = columns.text(160)
    payout: Any = columns.maybe_belongs_to("Payout")
    payout_id: UUID | None
    ours: str = columns.text(200)
    theirs: str = columns.text(200)
    explanation: str | None = columns.maybe_text(2000)
    day: date = columns.day()
    owner: Any = columns.maybe_belongs_to("Staff")
    owner_id: UUID | None
    opened_at: datetime = columns.instant(clock.now)
    closed_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "payout_exception"
        constraints = (
            UniqueConstraint(
                fields=("kind", "reference"), name="payout_exception_open_key", condition="state = 'OPEN'"
            ),
            CheckConstraint(check="(state = 'CLOSED') = (closed_at IS NOT NULL)", name="payout_exception_closed_when"),
        )
        indexes = (
            Index(fields=("payout_id", "id"), name="payout_exception_payout"),
            Index(fields=("owner_id",), name="payout_exception_owner"),
            Index(fields=("state", "id"), name="payout_exception_state"),
        )
