"""Queries of claims."""

from __future__ import annotations

import strawberry

from api.claims.types import Advance, Claim, Clearance, FirstNotice, Referral
from api.listing import order_of, where_of
from api.lists import CLAIM_ORDER, CLAIM_WHERE, FIRST_NOTICE_ORDER, FIRST_NOTICE_WHERE
from api.paging import Connection
from api.reading import fields
from domain.claims.reading import ADVANCE, CLEARANCE, REFERRAL
from domain.claims.terms import AdvanceState, ClearanceState, ReferralState


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
    first_notice: FirstNotice | None = fields.by_id("One first notice that was begun.")
    first_notices: Connection[FirstNotice] = fields.connection(
        "First notices, those that were left among them.", order=FIRST_NOTICE_ORDER, where=FIRST_NOTICE_WHERE
    )
    referrals: Connection[Referral] = fields.connection(
        "Looks of risk at claims.", order=order_of(REFERRAL), where=where_of(REFERRAL, state=ReferralState)
    )
    advances: Connection[Advance] = fields.connection(
        "Advances toward claims whose amount was not settled in time.",
        order=order_of(ADVANCE),
        where=where_of(ADVANCE, state=AdvanceState),
    )
    clearances: Connection[Clearance] = fields.connection(
        "Compliance reviews of major claims.",
        order=order_of(CLEARANCE),
        where=where_of(CLEARANCE, state=ClearanceState),
    )
