"""Queries of the ledger."""

from __future__ import annotations

import strawberry

from api.ledger.types import LedgerAccount, LedgerLine, LedgerTransaction
from api.listing import order_of, where_of
from api.paging import Connection
from api.reading import fields
from domain.kernel.money import Currency
from domain.ledger.reading import LEDGER_ACCOUNT, LEDGER_LINE, LEDGER_TRANSACTION
from domain.ledger.terms import Account


@strawberry.type
class LedgerQueries:
    """Reads of the ledger, for finance and compliance."""

    ledger_accounts: Connection[LedgerAccount] = fields.connection(
        "What the accounts stand at 科目余额.",
        order=order_of(LEDGER_ACCOUNT),
        where=where_of(LEDGER_ACCOUNT, account=Account),
    )
    ledger_transactions: Connection[LedgerTransaction] = fields.connection(
        "Postings 记账凭证.",
        order=order_of(LEDGER_TRANSACTION),
        where=where_of(LEDGER_TRANSACTION),
    )
    ledger_lines: Connection[LedgerLine] = fields.connection(
        "Lines of postings 分录, such as those of one account.",
        order=order_of(LEDGER_LINE),
        where=where_of(LEDGER_LINE, account=Account, currency=Currency),
    )
