"""Queries of recoveries."""

from __future__ import annotations

import strawberry

from api.lists import (
    RECOVERY_RECEIPT_ORDER,
    RECOVERY_RECEIPT_WHERE,
    SALVAGE_ORDER,
    SALVAGE_WHERE,
    SUBROGATION_ORDER,
    SUBROGATION_WHERE,
)
from api.paging import Connection
from api.reading import fields
from api.recoveries.types import RecoveryReceipt, Salvage, Subrogation


@strawberry.type
class RecoveriesQueries:
    """Reads of recoveries."""

    salvage: Salvage | None = fields.by_id("One piece of salvage.")
    salvages: Connection[Salvage] = fields.connection("Salvage.", order=SALVAGE_ORDER, where=SALVAGE_WHERE)
    subrogation: Subrogation | None = fields.by_id("One demand against a third party.")
    subrogations: Connection[Subrogation] = fields.connection(
        "Demands against third parties.", order=SUBROGATION_ORDER, where=SUBROGATION_WHERE
    )
    recovery_receipt: RecoveryReceipt | None = fields.by_id("One receipt of money that came back.")
    recovery_receipts: Connection[RecoveryReceipt] = fields.connection(
        "Receipts of money that came back.", order=RECOVERY_RECEIPT_ORDER, where=RECOVERY_RECEIPT_WHERE
    )
