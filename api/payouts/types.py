"""What payouts show: the account only as its mask."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.ledger.types import LedgerTransaction
from api.listing import order_of
from api.node import Node
from api.paging import Connection
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.kernel.actor import STAFF_ROLES
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind
from domain.payouts.reading import (
    BANK_STATEMENT,
    BANK_STATEMENT_ENTRY,
    PAYMENT_FILE,
    PAYOUT,
    PAYOUT_APPROVAL,
    PAYOUT_ATTEMPT,
    PAYOUT_EXCEPTION,
)
from domain.payouts.terms import (
    AttemptChannel,
    AttemptState,
    EntryDirection,
    EntryState,
    ExceptionAction,
    ExceptionKind,
    ExceptionState,
    HoldReason,
    PaymentFileState,
    PayoutAction,
    PayoutState,
    StatementState,
)

if TYPE_CHECKING:
    from api.customers.types import Customer
    from api.partners.types import Partner

described(PayoutState)
described(PayoutAction)
described(HoldReason)
described(SubjectKind)
described(AttemptState, "PayoutAttemptState")
described(AttemptChannel, "PayoutChannel")
described(PaymentFileState)
described(StatementState, "BankStatementState")
described(EntryDirection, "BankStatementEntryDirection")
described(EntryState, "BankStatementEntryState")
described(ExceptionKind, "PayoutExceptionKind")
described(ExceptionState, "PayoutExceptionState")
described(ExceptionAction, "PayoutExceptionAction")


@fields.entity_type(PAYOUT)
class Payout(Node):
    """Money that leaves the insurer 支付: made ready by one person, released by others, paid at most once."""

    state: PayoutState = fields.bound("Where it stands.")
    amount: MoneyType = fields.bound("What is paid.")
    currency: Currency = fields.bound("The currency of its amount.")
    available_actions: list[PayoutAction] = fields.bound("What you may do with it now.")
    source: Node | None = fields.bound(
        "What it is paid for: a claim, a policy that was given back, a repair, commission, or salvage that was sold."
    )
    subject_kind: SubjectKind = fields.bound("The kind of what it is paid for.")
    decision_no: int = fields.bound("The number of the decision that it carries out.")
    instalment: int = fields.bound("The number of the instalment, 1 for a single payment.")
    attempt: int = fields.bound("The number of the present attempt.")
    payee_name: str | None = fields.bound("Who receives it; null until it is made ready.")
    bank_account: str | None = fields.bound("The account it goes to, as a mask; null until it is made ready.")
    rejection_reason: str | None = fields.bound("Why an approver sent it back.", roles=STAFF_ROLES)
    stop: HoldReason | None = fields.bound(
        "Why it may not go to the bank, whatever its state: what it is for is in doubt.", roles=STAFF_ROLES
    )
    hold_reason: HoldReason | None = fields.bound("Why it is kept back.", roles=STAFF_ROLES)
    held_until: datetime | None = fields.bound("Until when a changed account cools down.", roles=STAFF_ROLES)
    failure_code: str | None = fields.bound("Why the bank refused it; the bank's code.")
    created_at: datetime = fields.bound("When it was requested.")
    made_at: datetime | None = fields.bound("When it was made ready.")
    approved_at: datetime | None = fields.bound("When the last approver released it.")
    submitted_at: datetime | None = fields.bound("When it went to the bank.")
    settled_at: datetime | None = fields.bound("When the bank's word came that it was paid.")
    reversed_at: datetime | None = fields.bound("When it came back.")
    version: int = fields.bound("What `expectedVersion` is compared with.")
    customer: Annotated[Customer, strawberry.lazy("api.customers.types")] | None = fields.bound(
        "Who receives it, when that is a customer."
    )
    payee_partner: Annotated[Partner, strawberry.lazy("api.partners.types")] | None = fields.bound(
        "Who receives it, when that is a partner."
    )
    maker: Staff | None = fields.bound("Who made it ready.", roles=STAFF_ROLES)
    attempts: list[Annotated[PayoutAttempt, strawberry.lazy("api.payouts.types")]] = fields.bound(
        "Attempts to pay; for finance, risk and compliance.", order="RECORDED"
    )
    approvals: list[Annotated[PayoutApproval, strawberry.lazy("api.payouts.types")]] = fields.bound(
        "Approvals of all rounds; for finance, risk and compliance.", order="RECORDED"
    )
    exceptions: list[Annotated[PayoutException, strawberry.lazy("api.payouts.types")]] = fields.bound(
        "Differences that were found about it; for finance, risk and compliance.", order="RECORDED"
    )
    postings: list[LedgerTransaction] = fields.bound(
        "Its postings; for finance and compliance.", order="RECORDED"
    )


@fields.entity_type(PAYOUT_ATTEMPT)
class PayoutAttempt(Node):
    """One attempt to pay 支付指令, with the number by which the bank knows it."""

    attempt: int = fields.bound("Its number, from 1.")
    request_no: str = fields.bound("The number at the bank: made once and never changed.")
    state: AttemptState = fields.bound("Where it stands.")
    bank_ref: str | None = fields.bound("The bank's own reference.")
    failure_code: str | None = fields.bound("Why the bank refused it.")
    created_at: datetime = fields.bound("When it was begun.")
    submitted_at: datetime | None = fields.bound("When it was sent.")
    last_checked_at: datetime | None = fields.bound("When the bank was last asked about it.")
    ended_at: datetime | None = fields.bound("When its outcome was known.")
    channel: AttemptChannel = fields.bound("By which way it goes to the bank.")
    payout: Payout | None = fields.bound("The payout.")
    payment_file: Annotated[PaymentFile, strawberry.lazy("api.payouts.types")] | None = fields.bound(
        "The payment file that it went in, if it did."
    )
    entries: list[Annotated[BankStatementEntry, strawberry.lazy("api.payouts.types")]] = fields.bound(
        "What bank statements say of it.", order="RECORDED"
    )


@fields.entity_type(PAYMENT_FILE)
class PaymentFile(Node):
    """A payment file 付款文件 by ISO 20022 (pain.001): approved payouts that go to the bank together."""

    message_id: str = fields.bound("Its number at the bank.")
    state: PaymentFileState = fields.bound("Whether it may be fetched.")
    currency: Currency = fields.bound("The currency of its payments.")
    payment_count: int = fields.bound("How many payments it holds.")
    total: MoneyType = fields.bound("What its payments make together.")
    sha256: str | None = fields.bound("The SHA-256 of the file, in hex; null until it is written.")
    size: int | None = fields.bound("The size of the file, in bytes; null until it is written.")
    made_at: datetime = fields.bound("When its payouts were put into it.")
    written_at: datetime | None = fields.bound("When it was written.")
    link: str | None = fields.bound(
        "Where you may fetch it for the next five minutes; for finance and its approvers, null for others."
    )
    maker: Staff | None = fields.bound("Who made it.")
    attempts: Connection[Annotated[PayoutAttempt, strawberry.lazy("api.payouts.types")]] = fields.connection(
        "The attempts to pay that it holds.", order=order_of(PAYOUT_ATTEMPT)
    )


@fields.entity_type(BANK_STATEMENT)
class BankStatement(Node):
    """A statement of our account 银行对账单 by ISO 20022 (camt.053), whose entries are the bank's word on payments."""

    statement_ref: str = fields.bound("Its number at the bank.")
    account_mask: str = fields.bound("Our account, as a mask.")
    currency: Currency = fields.bound("The currency of the account.")
    opening: MoneyType = fields.bound("The balance before its entries; below zero when overdrawn.")
    closing: MoneyType = fields.bound("The balance after its entries.")
    day: date = fields.bound("The day of the closing balance.")
    entry_count: int = fields.bound("How many entries it has, the parts of a batch one by one.")
    sha256: str = fields.bound("The SHA-256 of the file, in hex.")
    size: int = fields.bound("The size of the file, in bytes.")
    state: StatementState = fields.bound("Whether its entries are booked.")
    received_at: datetime = fields.bound("When it came in.")
    booked_at: datetime | None = fields.bound("When the last entry was booked.")
    uploader: Staff | None = fields.bound("Who handed it in.")
    entries: Connection[Annotated[BankStatementEntry, strawberry.lazy("api.payouts.types")]] = fields.connection(
        "Its entries.", order=order_of(BANK_STATEMENT_ENTRY)
    )


@fields.entity_type(BANK_STATEMENT_ENTRY)
class BankStatementEntry(Node):
    """One movement of a bank statement 对账单明细, and what became of it."""

    position: int = fields.bound("Its place in the statement, from 1.")
    entry_ref: str | None = fields.bound("The bank's reference of the entry.")
    end_to_end_id: str | None = fields.bound("The number that the payer gave; of ours an attempt's `requestNo`.")
    bank_ref: str | None = fields.bound("The bank's reference of the payment.")
    reason_code: str | None = fields.bound("Why it came back; the bank's code.")
    amount: MoneyType = fields.bound("What moved; never below zero.")
    direction: EntryDirection = fields.bound("Which way the money went.")
    is_return: bool = fields.bound("Whether the bank marks it as money that comes back.")
    state: EntryState = fields.bound("What became of it.")
    booked_at: datetime | None = fields.bound("When it was booked.")
    statement: BankStatement | None = fields.bound("The statement.")
    attempt: PayoutAttempt | None = fields.bound("The attempt to pay that it is about, if it is one of ours.")


@fields.entity_type(PAYOUT_APPROVAL)
class PayoutApproval(Node):
    """One approver's word 审批记录; it counts for the round, amount and account that it was given for."""

    round: int = fields.bound("How often the payout had been made ready.")
    amount: MoneyType = fields.bound("The amount that was approved.")
    approved_at: datetime = fields.bound("When.")
    approver: Staff | None = fields.bound("Who.")
    payout: Payout | None = fields.bound("The payout.")


@fields.entity_type(PAYOUT_EXCEPTION)
class PayoutException(Node):
    """A difference 差异 between the bank, the payouts and the ledger that somebody has to explain."""

    kind: ExceptionKind = fields.bound("What differs.")
    state: ExceptionState = fields.bound("Whether it is explained.")
    reference: str = fields.bound("The number at the bank or the ledger's key that it is about.")
    ours: str = fields.bound("What we have.")
    theirs: str = fields.bound("What the other side has.")
    day: date = fields.bound("The day it was found.")
    opened_at: datetime = fields.bound("When it was found.")
    closed_at: datetime | None = fields.bound("When it was explained.")
    explanation: str | None = fields.bound("What it was, once somebody has explained it.")
    available_actions: list[ExceptionAction] = fields.bound("What you may do with it now.")
    version: int = fields.bound("What `expectedVersion` is compared with.")
    owner: Staff | None = fields.bound("Who looks after it; nobody at first.")
    payout: Payout | None = fields.bound("The payout it is about, if it is one of ours.")
