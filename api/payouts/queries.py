"""Queries of payouts."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.lists import PAYOUT_ORDER, PAYOUT_WHERE
from api.paging import Connection
from api.payouts.types import BankStatement, PaymentFile, Payout, PayoutException
from api.reading import fields
from domain.payouts.reading import BANK_STATEMENT, PAYMENT_FILE, PAYOUT_EXCEPTION
from domain.payouts.terms import ExceptionKind, ExceptionState, PaymentFileState, StatementState


@strawberry.type
class PayoutsQueries:
    """Reads of payouts."""

    payout: Payout | None = fields.by_id("One payout.")
    payouts: Connection[Payout] = fields.connection(
        "Payouts.", order=PAYOUT_ORDER, where=PAYOUT_WHERE
    )
    payment_file: PaymentFile | None = fields.by_id("One payment file.")
    payment_files: Connection[PaymentFile] = fields.connection(
        "Payment files.", order=order_of(PAYMENT_FILE), where=where_of(PAYMENT_FILE, state=PaymentFileState)
    )
    bank_statement: BankStatement | None = fields.by_id("One bank statement.")
    bank_statements: Connection[BankStatement] = fields.connection(
        "Bank statements.", order=order_of(BANK_STATEMENT), where=where_of(BANK_STATEMENT, state=StatementState)
    )
    payout_exceptions: Connection[PayoutException] = fields.connection(
        "Differences between the bank, the payouts and the ledger.",
        order=order_of(PAYOUT_EXCEPTION),
        where=where_of(PAYOUT_EXCEPTION, state=ExceptionState, kind=ExceptionKind),
    )
