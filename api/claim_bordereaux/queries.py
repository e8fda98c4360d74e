"""Queries of claims bordereaux."""

from __future__ import annotations

import strawberry

from api.claim_bordereaux.types import ClaimBordereau
from api.lists import CLAIM_BORDEREAU_ORDER, CLAIM_BORDEREAU_WHERE
from api.paging import Connection
from api.reading import fields


@strawberry.type
class ClaimBordereauxQueries:
    """Reads of claims bordereaux."""

    claim_bordereau: ClaimBordereau | None = fields.by_id("One claims bordereau.")
    claim_bordereaux: Connection[ClaimBordereau] = fields.connection(
        "Claims bordereaux.", order=CLAIM_BORDEREAU_ORDER, where=CLAIM_BORDEREAU_WHERE
    )
