"""The lines of a claims bordereau: the claims that were open in its month, or on which money moved in it.

Claims are read in pages by their ids, so that no list holds a month of a large partner. The reserve is that of the end
of the month, the state that of the moment when the file is written. What a repairer was paid is paid on its claim.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.claim_bordereaux.models import ClaimBordereau
from domain.claim_bordereaux.rules import Amounts
from domain.documents.tables import Cell, Table
from domain.kernel import clock
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.days import months_after
from domain.kernel.money import Currency, Money
from domain.kernel.subject import SubjectKind
from domain.recoveries.terms import ReceiptState

PAGE = 2_000
"""Claims that are read at once."""
HEADER = (
    "claimNumber", "policyNumber", "lossOn", "reportedOn", "status", "currency", "reserve", "paidThisMonth",
    "paidToDate", "recoveredThisMonth",
)  # fmt: skip
_WITHIN = "FILTER (WHERE {row}.{moment} >= $3::timestamptz AND {row}.{moment} < $4::timestamptz)"


def _sum(row: str, moment: str) -> str:
    return f"coalesce(sum({row}.amount_minor) {_WITHIN.format(row=row, moment=moment)}, 0)"


_PAGE = f"""
SELECT claim.id, claim.claim_number, policy.policy_number, claim.loss_on, claim.reported_at, claim.state,
  coalesce(held.after_minor, 0) AS reserve_minor, paid.this_month::bigint, paid.to_date::bigint,
  back.this_month::bigint AS recovered
FROM claim JOIN policy ON policy.id = claim.policy_id
CROSS JOIN LATERAL (
  SELECT {_sum("o", "settled_at")} - {_sum("o", "reversed_at")} AS this_month,
    coalesce(sum(o.amount_minor) FILTER (WHERE o.settled_at < $4::timestamptz), 0)
    - coalesce(sum(o.amount_minor) FILTER (WHERE o.reversed_at < $4::timestamptz), 0) AS to_date
  FROM payout o WHERE (o.subject_id = claim.id AND o.subject_kind = '{SubjectKind.CLAIM}')
    OR (o.matter_id = claim.id AND o.subject_kind = '{SubjectKind.REPAIR_ORDER}')
) AS paid
CROSS JOIN LATERAL (
  SELECT {_sum("r", "judged_at")} AS this_month FROM recovery_receipt r
  WHERE r.claim_id = claim.id AND r.state = '{ReceiptState.CONFIRMED}'
) AS back
LEFT JOIN LATERAL (
  SELECT h.after_minor FROM reserve_change h WHERE h.claim_id = claim.id AND h.changed_at < $4::timestamptz
  ORDER BY h.id DESC LIMIT 1
) AS held ON true
WHERE claim.partner_id = $1::uuid AND claim.currency = $2::text AND claim.reported_at < $4::timestamptz
  AND (claim.closed_at IS NULL OR claim.closed_at >= $3::timestamptz OR paid.this_month <> 0 OR back.this_month <> 0)
  AND claim.id > $5::uuid
ORDER BY claim.id LIMIT $6::int
"""


@dataclass
class Sheet:
    """The file of a claims bordereau while it is written. Units: `total` in minor units of its currency."""

    table: Table
    count: int
    total: Amounts

    @property
    def content(self) -> bytes:
        """The file."""
        return self.table.content


def month_of(bordereau: ClaimBordereau) -> tuple[datetime, datetime]:
    """The first instant of its month and that of the next one, by the insurer's days."""
    return clock.start_of(bordereau.month), clock.start_of(months_after(bordereau.month, 1))


async def write_lines(bordereau: ClaimBordereau, *, run: Run | None = None, page: int = PAGE) -> Sheet:
    """Writes all lines of a claims bordereau; no transaction may be open meanwhile."""
    sheet = Sheet(Table(HEADER), 0, Amounts())
    async for rows in _pages(bordereau, run, page):
        for row in rows:
            sheet.table.add([_cells(row, bordereau.currency)])
            sheet.total += Amounts(int(row["this_month"]), int(row["recovered"]))
        sheet.count += len(rows)
        if run is not None:
            await run.report(sheet.count, None, "lines", "CLAIM_BORDEREAU_LINES")
    return sheet


async def _pages(bordereau: ClaimBordereau, run: Run | None, page: int) -> AsyncIterator[list[dict[str, Any]]]:
    last = UUID(int=0)
    while True:
        async with transaction(run):
            rows = await fetch(
                _PAGE, bordereau.partner_id, bordereau.currency, *month_of(bordereau), last, page
            )
        if not rows:
            return
        last = UUID(str(rows[-1]["id"]))
        yield rows


def _cells(row: dict[str, Any], currency: Currency) -> tuple[Cell, ...]:
    def amount(name: str) -> Decimal:
        return Money(int(row[name]), currency).amount

    return (
        row["claim_number"], row["policy_number"], row["loss_on"].isoformat(),
        clock.day_of(row["reported_at"]).isoformat(), row["state"], currency.value, amount("reserve_minor"),
        amount("this_month"), amount("to_date"), amount("recovered"),
    )  # fmt: skip
