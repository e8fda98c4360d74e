"""What an estimate asks beside what other repairers ask for the same work: a signal for a person, never a refusal."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from domain.kernel import clock
from domain.kernel.database import fetch
from domain.repairs.models import RepairOrder

LOOKS_BACK = timedelta(days=365)
LEAST_OTHERS = 5
"""Orders of other repairers without which there is no median to speak of."""
DEAREST = """
SELECT max(l.price_minor * 100 / m.median) AS of_median
FROM estimate_line l
CROSS JOIN LATERAL (
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY o.price_minor)::numeric AS median,
    count(DISTINCT o.order_id) AS orders
  FROM estimate_line o JOIN repair_order r ON r.id = o.order_id
  WHERE o.code = l.code AND o.kind = l.kind AND o.currency = l.currency
    AND o.repairer_partner_id <> l.repairer_partner_id
    AND lower(r.brand) = lower($2::text) AND r.category = $3::text AND r.estimated_at >= $4::timestamptz
) m
WHERE l.order_id = $1::uuid AND l.covered AND l.code IS NOT NULL AND m.orders >= $5::int
"""


async def dearest_of_median(order: RepairOrder) -> Decimal | None:
    """The dearest covered line of an order's estimate, in per cent of the median that others ask, to one place.

    Others are other repairers within a year, for the same code on the same brand and kind of device. None where too few
    of them did.
    """
    since = clock.now() - LOOKS_BACK
    (row,) = await fetch(DEAREST, order.id, order.brand, order.category, since, LEAST_OTHERS)
    found = row["of_median"]
    return None if found is None else Decimal(found).quantize(Decimal("0.1"))
