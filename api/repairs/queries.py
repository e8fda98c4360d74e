"""Queries of repairs."""

from __future__ import annotations

import strawberry

from api.lists import REPAIR_ORDER_ORDER, REPAIR_ORDER_WHERE, REPAIRER_ORDER
from api.paging import Connection
from api.reading import fields
from api.repairs.types import Repairer, RepairOrder


@strawberry.type
class RepairsQueries:
    """Reads of repairs."""

    repairer: Repairer | None = fields.by_id("One repairer.")
    repairers: Connection[Repairer] = fields.connection("Repairers.", order=REPAIRER_ORDER)
    repair_order: RepairOrder | None = fields.by_id("One repair order.")
    repair_orders: Connection[RepairOrder] = fields.connection(
        "Repair orders.", order=REPAIR_ORDER_ORDER, where=REPAIR_ORDER_WHERE
    )
