"""Queries of claims."""

from __future__ import annotations

import strawberry

from api.claims.types import Claim, Referral
from api.listing import order_of, where_of
from api.lists import CLAIM_ORDER, CLAIM_WHERE
from api.paging import Connection
from api.reading import fields
from domain.claims.reading import REFERRAL
from domain.claims.terms import ReferralState


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
    referrals: Connection[Referral] = fields.connection(
        "Looks of risk at claims.", order=order_of(REFERRAL), where=where_of(REFERRAL, state=ReferralState)
    )
