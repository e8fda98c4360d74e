"""Products in every state, and what partners earn for selling them, for the oracle's database."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.products import catalogue, commissions, review
from domain.products.models import ProductVersion
from domain.products.terms import DisclosureLevel, Exclusion, Peril, PerilTerms, ProductKind
from domain.staff import qualifying
from domain.staff.terms import ProductGrade
from tests.factories.insured import staff, terms, version_drafted, version_in_review, version_on_sale


async def seed_products() -> list[UUID]:
    """Versions in every state; two that are on sale."""
    await version_drafted()
    await version_in_review()
    wear = Exclusion("5.3", "自然损耗", "Wear", DisclosureLevel.ORDINARY)
    exclusions = (Exclusion("5.2", "外观损伤", "Cosmetic damage"), wear)
    perils = {Peril.DROP: PerilTerms(), Peril.SCREEN: PerilTerms(Money.of("800.00"), Money.of("50.00"), 2)}
    full = await version_on_sale(exclusions=exclusions)
    limits: dict[str, Any] = {"per_claim_limit": Money.of("1000.00"), "max_claims_a_year": 2}
    small = await version_on_sale(perils=perils, waiting_days=60, **limits)
    gone = await version_on_sale()
    compliance = await staff(Role.COMPLIANCE)
    await review.withdraw(gone, reason="replaced", expected_version=3, actor=compliance)
    await _reviewed(exclusions)
    await _qualified()
    return [full, small]


async def _reviewed(exclusions: tuple[Exclusion, ...]) -> None:
    """Versions that people of the staff drafted, submitted, sent back and put on sale, with grades of all kinds."""
    drafter, submitter = await staff(Role.UNDERWRITER), await staff(Role.UNDERWRITER)
    compliance = await staff(Role.COMPLIANCE)
    for turn, grade in enumerate(ProductGrade):
        version_id = await catalogue.draft(
            code=f"GRADED{turn}", kind=ProductKind.SCREEN, name_zh="碎屏险", name_en="Screen",
            terms=terms(grade=grade, exclusions=exclusions), actor=drafter,
        )  # fmt: skip
        await review.submit(version_id, expected_version=1, actor=submitter)
        if turn == 0:
            await review.send_back(version_id, finding="条款不清", expected_version=2, actor=compliance)
        elif turn == 1:
            await review.put_on_sale(version_id, reason="fit", expected_version=2, actor=compliance)


async def _qualified() -> None:
    """Somebody who may sell the hardest grade, and somebody who may until today."""
    grants = ((ProductGrade.P3, 365), (ProductGrade.P1, 0))
    hr = await staff(Role.HR)
    for grade, days in grants:
        seller = await staff(Role.SALES)
        assert seller.staff_id is not None
        await qualifying.grant_qualification(
            seller.staff_id, grade=grade, until=clock.today() + timedelta(days=days), reason="passed",
            expected_version=1, actor=hr,
        )  # fmt: skip


async def seed_commissions(partners: list[Actor], version_id: UUID) -> None:
    """Commissions of both partners, for one product and for all."""
    underwriter, version = await staff(Role.UNDERWRITER), await ProductVersion.get(id=version_id)
    for number, partner in enumerate(partners):
        assert partner.partner_id is not None
        for days, product_id in enumerate((None, version.product_id, None)):
            await commissions.set_commission(
                partner.partner_id, product_id=product_id, rate=Decimal(12 + number) / 100,
                starts_on=clock.today() + timedelta(days=days), reason="agreed", actor=underwriter,
            )  # fmt: skip
