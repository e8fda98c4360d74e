"""What the ledger has of a partner's month, for comparison with the lines of its bordereau.

A posting belongs to the month of what it posts, as a sale or a payment: both stand in one transaction, which may go on
past midnight, and a posting that was counted by its own instant would be missing in one month and left over in the
next.
"""

from __future__ import annotations

from domain.bordereaux.kinds import B, Kind, span_of
from domain.bordereaux.terms import Totals
from domain.kernel.database import fetch
from domain.kernel.money import Money
from domain.ledger.terms import Account, Line

_SUMS = "SELECT account, sum(amount_minor)::bigint AS minor FROM (%s) AS posted GROUP BY account"


async def in_the_ledger(kind: Kind[B], bordereau: B) -> Totals:
    """What was posted for the partner, month and currency of a bordereau, in the current transaction."""
    rows = await fetch(_SUMS % kind.postings, bordereau.partner_id, bordereau.currency, *span_of(bordereau.month))
    return kind.amounts_of(
        Line(Account(row["account"]), Money(int(row["minor"]), bordereau.currency)) for row in rows
    )
