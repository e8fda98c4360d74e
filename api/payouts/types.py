"""What payouts show: the account only as its mask."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.ledger.types import LedgerTransaction
from api.node import Node
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.kernel.actor import STAFF_ROLES
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind
from domain.payouts.reading import PAYOUT, PAYOUT_APPROVAL, PAYOUT_ATTEMPT, PAYOUT_EXCEPTION
from domain.payouts.terms import (
    AttemptState,
    ExceptionAction,
    ExceptionKind,
    ExceptionState,
    HoldReason,
    PayoutAction,
    PayoutState,
)

if TYPE_CHECKING:
    from api.customers.types import Customer

described(PayoutState)
described(PayoutAction)
described(HoldReason)
described(SubjectKind)
described(AttemptState, "PayoutAttemptState")
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
    source: Node | None = fields.bound("What it is paid for: a claim, or a policy that was given back.")
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
    customer: Annotated[Customer, strawberry.lazy("api.customers.types")] | None = fields.bound("Who receives it.")
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
    payout: Payout | None = fields.bound("The payout.")


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
