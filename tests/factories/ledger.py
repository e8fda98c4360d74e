"""What stands on the accounts."""

from __future__ import annotations

from domain.ledger.models import LedgerLine


async def balances() -> dict[str, int]:
    """The balance of each account that anything was posted to. Units: minor units."""
    found: dict[str, int] = {}
    for line in await LedgerLine.all():
        found[line.account.value] = found.get(line.account.value, 0) + line.amount_minor
    return found
