"""What the accounts stand at."""

from __future__ import annotations

from domain.kernel.database import fetch
from domain.kernel.money import Currency, Money
from domain.ledger.terms import Account


async def balances() -> dict[tuple[Account, Currency], Money]:
    """The balance of every account that was ever posted to, in the current transaction; together they are zero.

    Units: a debit balance is above zero, a credit balance below. Raises: NoTransaction.
    """
    rows = await fetch("SELECT account, currency, balance_minor FROM ledger_account")
    found: dict[tuple[Account, Currency], Money] = {}
    for row in rows:
        account, currency = Account(row["account"]), Currency(row["currency"])
        found[account, currency] = Money(int(row["balance_minor"]), currency)
    return found
