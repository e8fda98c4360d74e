"""Queries of claims."""

from __future__ import annotations

import strawberry

from api.claims.types import Claim
from api.lists import CLAIM_ORDER, CLAIM_WHERE
from api.paging import Connection
from api.reading import fields


@strawberry.type
class ClaimsQueries:
    """Reads of claims."""

    claim: Claim | None = fields.by_id("One claim.")
    claim_by_number: Claim | None = fields.by_number("The claim of a number such as `CL20260000001`.", "claim_number")
    claims: Connection[Claim] = fields.connection(
        "Claims.",
        order=CLAIM_ORDER,
        where=CLAIM_WHERE,
    )
