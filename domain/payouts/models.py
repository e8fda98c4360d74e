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
from domain.payouts.terms import (
    AttemptChannel,
    AttemptState,
    EntryDirection,
    EntryState,
    ExceptionKind,
    ExceptionState,
    HoldReason,
    PaymentFileState,
    PayoutState,
    StatementState,
)


class Payout(Model):
    """One payout 支付 for one decision about a row of another room.

    It is paid to the customer or to `payee_partner`. `matter_id` is what it belongs to beside its own source, as a
    repair to its claim: all that is paid for one matter is approved together and stopped together. `barred` holds the
    ids of staff who decided the source and may neither make nor approve. Payee and account are copied when it is made
    ready, and approvals count for exactly these; `round` counts how often that was. `attempt` is the number of the
    present attempt. One with a `stop` is not sent, since its source is in doubt.
    """

    id: UUID = columns.key()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    decision_no: int = columns.whole()
    instalment: int = columns.whole(1)
    customer: Any = columns.maybe_belongs_to("Customer")
    customer_id: UUID | None
    partner_id: UUID | None = columns.maybe_reference()
    payee_partner: Any = columns.maybe_belongs_to("Partner")
    payee_partner_id: UUID | None
    matter_id: UUID | None = columns.maybe_reference()
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
                condition="state NOT IN ('REVERSED', 'CANCELLED')",
            ),
            CheckConstraint(check="amount_minor > 0", name="payout_amount_positive"),
            CheckConstraint(check="customer_id IS NULL OR payee_partner_id IS NULL", name="payout_one_payee"),
            CheckConstraint(
                check="state IN ('DRAFT', 'REJECTED', 'FAILED', 'CANCELLED') "
                "OR (maker_id IS NOT NULL AND account_sealed IS NOT NULL)",
                name="payout_made_ready",
            ),
            CheckConstraint(
                check="state = 'CANCELLED' OR (state IN ('SETTLED', 'REVERSED')) = (settled_at IS NOT NULL)",
                name="payout_settled_when",
            ),
            CheckConstraint(check="(state = 'ON_HOLD') = (hold_reason IS NOT NULL)", name="payout_held_why"),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="payout_subject"),
            Index(fields=("customer_id", "id"), name="payout_customer"),
            Index(fields=("payee_partner_id", "id"), name="payout_payee_partner"),
            Index(fields=("matter_id", "id"), name="payout_matter"),
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

    `job_id` is the job that brings it to the bank, unless it goes there in a payment file.
    """

    id: UUID = columns.key()
    payout: Any = columns.belongs_to("Payout")
    payout_id: UUID
    attempt: int = columns.whole()
    request_no: str = columns.text(32)
    state: AttemptState = columns.choice(AttemptState)
    channel: AttemptChannel = columns.choice(AttemptChannel)
    payment_file: Any = columns.maybe_belongs_to("PaymentFile")
    payment_file_id: UUID | None
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
            CheckConstraint(
                check="(channel = 'FILE') = (payment_file_id IS NOT NULL)", name="payout_attempt_file_of_channel"
            ),
        )
        indexes = (
            Index(fields=("payout_id", "id"), name="payout_attempt_payout"),
            Index(fields=("payment_file_id", "id"), name="payout_attempt_payment_file"),
            Index(fields=("channel", "state", "id"), name="payout_attempt_channel"),
        )


class PaymentFile(Model):
    """One payment file 付款文件 (pain.001): approved payouts that finance hands over to the bank together.

    `message_id` is its number at the bank. `storage_key` leads to the sealed file, whose `size` and `sha256` are those
    of the open one. A file that is READY is never changed (`migrations/sql/payouts.sql`).
    Units: `total_minor` in minor units of `currency`; `size` in bytes.
    """

    id: UUID = columns.key()
    message_id: str = columns.text(35)
    state: PaymentFileState = columns.choice(PaymentFileState)
    currency: Currency = columns.choice(Currency)
    payment_count: int = columns.whole()
    total_minor: int = columns.big()
    maker: Any = columns.belongs_to("Staff")
    maker_id: UUID
    job_id: UUID | None = columns.maybe_reference()
    storage_key: str | None = columns.maybe_text(200)
    sha256: str | None = columns.maybe_text(64)
    size: int | None = columns.maybe_whole()
    made_at: datetime = columns.instant(clock.now)
    written_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "payment_file"
        constraints = (
            UniqueConstraint(fields=("message_id",), name="payment_file_message_id_key"),
            CheckConstraint(check="payment_count > 0 AND total_minor > 0", name="payment_file_not_empty"),
            CheckConstraint(
                check="num_nulls(storage_key, sha256, size, written_at) = CASE WHEN state = 'READY' THEN 0 ELSE 4 END",
                name="payment_file_written_whole",
            ),
        )
        indexes = (
            Index(fields=("maker_id",), name="payment_file_maker"),
            Index(fields=("state", "id"), name="payment_file_state"),
        )


class BankStatement(Model):
    """One statement of our account 银行对账单 (camt.053). `statement_ref` is its number at the bank, taken in once.

    `day` is that of its closing balance; `opening_minor` and `closing_minor` are below zero when the account is
    overdrawn. `sha256` and `size` are those of the file.
    Units: balances in minor units of `currency`; `size` in bytes.
    """

    id: UUID = columns.key()
    statement_ref: str = columns.text(35)
    account_mask: str = columns.text(34)
    account_blind: bytes = columns.sealed()
    currency: Currency = columns.choice(Currency)
    opening_minor: int = columns.big()
    closing_minor: int = columns.big()
    day: date = columns.day()
    entry_count: int = columns.whole()
    sha256: str = columns.text(64)
    size: int = columns.whole()
    state: StatementState = columns.choice(StatementState)
    uploader: Any = columns.belongs_to("Staff")
    uploader_id: UUID
    job_id: UUID | None = columns.maybe_reference()
    received_at: datetime = columns.instant(clock.now)
    booked_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "bank_statement"
        constraints = (
            UniqueConstraint(fields=("account_blind", "statement_ref"), name="bank_statement_ref_key"),
            CheckConstraint(check="(state = 'BOOKED') = (booked_at IS NOT NULL)", name="bank_statement_booked_when"),
        )
        indexes = (
            Index(fields=("uploader_id",), name="bank_statement_uploader"),
            Index(fields=("state", "id"), name="bank_statement_state"),
        )


class BankStatementEntry(Model):
    """One movement of a bank statement 对账单明细; `position` counts them from 1, the parts of a batch one by one.

    `end_to_end_id` is the number that the payer gave, of ours an attempt's `request_no`. `is_return` marks money that
    comes back, `reason_code` says why. One payment is debited once, whatever statements say.
    """

    id: UUID = columns.key()
    statement: Any = columns.belongs_to("BankStatement")
    statement_id: UUID
    position: int = columns.whole()
    entry_ref: str | None = columns.maybe_text(35)
    end_to_end_id: str | None = columns.maybe_text(35)
    bank_ref: str | None = columns.maybe_text(35)
    amount_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)
    direction: EntryDirection = columns.choice(EntryDirection)
    is_return: bool = columns.flag()
    reason_code: str | None = columns.maybe_text(35)
    state: EntryState = columns.choice(EntryState)
    attempt: Any = columns.maybe_belongs_to("PayoutAttempt")
    attempt_id: UUID | None
    booked_at: datetime | None = columns.maybe_instant()

    class Meta:
        table = "bank_statement_entry"
        constraints = (
            UniqueConstraint(fields=("statement_id", "position"), name="bank_statement_entry_position_key"),
            UniqueConstraint(
                fields=("attempt_id",), name="bank_statement_entry_once_key",
                condition="state IN ('SETTLED', 'CONFIRMED')",
            ),
            CheckConstraint(check="amount_minor >= 0", name="bank_statement_entry_amount"),
            CheckConstraint(check="(state = 'WAITING') = (booked_at IS NULL)", name="bank_statement_entry_booked_when"),
        )
        indexes = (
            Index(fields=("statement_id", "id"), name="bank_statement_entry_statement"),
            Index(fields=("attempt_id", "id"), name="bank_statement_entry_attempt"),
            Index(fields=("state", "id"), name="bank_statement_entry_state"),
        )


class PayoutException(Model):
    """One difference 差异 between the bank, the payouts and the ledger. `reference` is the request number or key.

    `ours` and `theirs` say what each side has, in words without personal data. `owner` is who explains
    it; whoever closes it says why. `alarmed_at` is when it was told that it waits for too long.
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
    alarmed_at: datetime | None = columns.maybe_instant()
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
