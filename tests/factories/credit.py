"""Scorecards, facts and assessed customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from domain.customers.models import Customer
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.subject import Subject
from domain.risk import assessing
from domain.risk.models import CreditAssessment
from domain.risk.terms import (
    Band,
    Bin,
    CreditAction,
    CreditCharacteristic,
    CreditFacts,
    CreditGrade,
    DeclaredUse,
    IdentityStatus,
    Scale,
    ScorecardTerms,
)
from tests.factories.insured import Insured, insured, staff

D = Decimal
CLAIMS, USE = CreditCharacteristic.CLAIMS_3Y, CreditCharacteristic.DECLARED_USE
FIRST_DAY = date(2020, 1, 1)
"""From which on the first scorecard counts."""
SCALE = Scale(D(20), D(600), D(50))
CLAIM_BINS = (Bin(CLAIMS, 700, 40, 0, 1), Bin(CLAIMS, 200, 30, 1, 2), Bin(CLAIMS, 100, 30, 2))
USE_BINS = (Bin(USE, 900, 70, value=DeclaredUse.PRIVATE), Bin(USE, 100, 30, value=DeclaredUse.COMMERCIAL))
BANDS = (
    Band(CreditGrade.A, D(620), D("0.90"), CreditAction.ACCEPT),
    Band(CreditGrade.B, D(590), D("1.00"), CreditAction.ACCEPT),
    Band(CreditGrade.C, D(560), D("1.15"), CreditAction.SURCHARGE),
    Band(CreditGrade.D, D(530), D("1.30"), CreditAction.SURCHARGE_OR_GUARANTEE),
    Band(CreditGrade.E, None, None, CreditAction.REFER),
)


def card(**changes: Any) -> ScorecardTerms:
    """A scorecard over claims and use."""
    usual: dict[str, Any] = {"scale": SCALE, "valid_days": 90, "bins": CLAIM_BINS + USE_BINS, "bands": BANDS}
    return ScorecardTerms(**(usual | changes))


def facts(**changes: Any) -> CreditFacts:
    """A verified private customer of two years without claims."""
    usual: dict[str, Any] = {
        "claims_reported": 0, "payment_defaults": 0, "tenure_months": 24, "identity": IdentityStatus.VERIFIED,
        "declared_use": DeclaredUse.PRIVATE,
    }  # fmt: skip
    return CreditFacts(**(usual | changes))


async def assessed(
    covered: Insured | None = None, *, subject: Subject | None = None, actor: Actor | None = None, **changes: Any
) -> CreditAssessment:
    """A customer who was scored; `changes` are of the facts."""
    found = covered or await insured()
    customer, by = await Customer.get(id=found.customer_id), actor or await staff(Role.UNDERWRITER)
    async with transaction():
        return await assessing.assess_credit(customer, facts(**changes), subject=subject, actor=by)
