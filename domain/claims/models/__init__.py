"""The rows of claims. Amounts are minor units of the row's currency; each row carries who may see it."""

from __future__ import annotations

from domain.claims.models.cases import Claim, ClaimDocument, ClaimLine, FirstNotice, Referral
from domain.claims.models.grants import Advance, Clearance, ReserveChange

__all__ = [
    "Advance",
    "Claim",
    "ClaimDocument",
    "ClaimLine",
    "Clearance",
    "FirstNotice",
    "Referral",
    "ReserveChange",
]
