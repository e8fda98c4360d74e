"""The lines of a claims bordereau: the claims that were open in its month, or on which money moved in it.

Claims are read in pages by their ids, so that no list holds a month of a large partner. The reserve is that of the end
of the month, the state that of the moment when the file is written. What a repairer was paid is paid on its claim.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.bordereaux.kinds import Row, span_of
from domain.bordereaux.models import AnyBordereau
from domain.claim_bordereaux.rules import Amounts
from domain.documents.tables import Cell
from domain.kernel import clock
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.money import Currency, Money
from domain.kernel.subject import SubjectKind
from domain.recoveries.terms import ReceiptState

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


async def pages(bordereau: AnyBordereau, run: Run | None, page: int) -> AsyncIterator[list[Row]]:
    """The lines of a bordereau, those of so many claims at once; no transaction may be open meanwhile."""
    last = UUID(int=0)
    while True:
        async with transaction(run):
            rows = await fetch(
                _PAGE, bordereau.partner_id, bordereau.currency, *span_of(bordereau.month), last, page
            )
        if not rows:
            return
        last = UUID(str(rows[-1]["id"]))
        yield [
            (_cells(row, bordereau.currency), Amounts(int(row["this_month"]), int(row["recovered"]))) for row in rows
        ]


def _cells(row: dict[str, Any], currency: Currency) -> tuple[Cell, ...]:
    def amount(name: str) -> Decimal:
        return Money(int(row[name]), currency).amount

    return (
        row["claim_number"], row["policy_number"], row["loss_on"].isoformat(),
        clock.day_of(row["reported_at"]).isoformat(), row["state"], currency.value, amount("reserve_minor"),
        amount("this_month"), amount("to_date"), amount("recovered"),
    )  # fmt: skip
