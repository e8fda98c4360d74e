"""Drafting a version, and revising it while it is a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.products import catalogue
from domain.products.models import Product, ProductExclusion, ProductPeril, ProductRelativity, ProductVersion
from domain.products.terms import DisclosureLevel, Exclusion, Peril, PerilTerms, ProductKind, VersionState, VersionTerms
from domain.staff.terms import ProductGrade
from tests.factories.insured import WEAR, staff, terms, version_drafted, version_in_review, version_on_sale
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")
INTENT = Exclusion("INTENT", "故意行为。", "Intent.", DisclosureLevel.ORDINARY)


async def draft(actor: Actor, code: str = "CARE", **changes: Any) -> UUID:
    return await catalogue.draft(
        code=code, kind=ProductKind.SCREEN, name_zh="碎屏险", name_en="Screen", terms=terms(**changes), actor=actor
    )


async def faults_of(attempt: Awaitable[object]) -> list[tuple[str, tuple[str, ...]]]:
    """The rules that an attempt breaks, and where; it leaves no trace."""
    async with refused_together() as raised:
        await attempt
    return [(each.constraint, each.path) for each in raised.value.all if isinstance(each, Invalid)]


def somebody(role: Role) -> Actor:
    return Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)


async def test_an_underwriter_drafts_a_version_with_all_its_parts() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    perils = {Peril.SCREEN: PerilTerms(Money.of("500.00"), Money.of("50.00"), 2), Peril.DROP: PerilTerms()}
    version_id = await draft(
        underwriter, perils=perils, exclusions=(WEAR,), per_claim_limit=Money.of("900.00"), waiting_days=30
    )
    version = await ProductVersion.get(id=version_id)
    assert (version.number, version.state, version.version) == (1, VersionState.DRAFT, 1)
    assert (version.grade, version.drafted_by, version.submitted_by) == (ProductGrade.P2, underwriter.staff_id, None)
    assert (version.currency, version.months, version.waiting_days) == (Currency.CNY, 12, 30)
    assert (version.base_rate, version.premium_tax_rate) == (Decimal("0.05"), Decimal("0.06"))
    assert (version.per_claim_limit_minor, version.deductible_minor, version.refund_fee_minor) == (90000, 20000, 2000)
    product = await Product.get()
    assert (product.id, product.code, product.kind, product.sold) == (
        version.product_id, "CARE", ProductKind.SCREEN, False,
    )  # fmt: skip
    rows = {row.peril: row for row in await ProductPeril.all()}
    screen, drop = rows[Peril.SCREEN], rows[Peril.DROP]
    assert (screen.limit_minor, screen.deductible_minor, screen.max_claims_a_year) == (50000, 5000, 2)
    assert (drop.limit_minor, drop.deductible_minor, drop.max_claims_a_year, drop.sold) == (None, None, None, False)
    exclusion = await ProductExclusion.get()
    assert (exclusion.code, exclusion.text_zh, exclusion.text_en) == ("WEAR", WEAR.text_zh, WEAR.text_en)
    assert exclusion.disclosure is DisclosureLevel.KEY
    assert {(row.dimension, row.key, row.factor) for row in await ProductRelativity.all()} == {
        ("category", "PHONE", Decimal("1.2")), ("category", "LAPTOP", Decimal(1)),
    }  # fmt: skip
    entry = await AuditEntry.get(action="product:draft")
    assert (entry.subject_id, entry.actor, entry.after) == (
        product.id, underwriter.label, {"code": "CARE", "number": 1},
    )  # fmt: skip


async def test_a_known_code_gets_its_next_version_and_keeps_its_names() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    await draft(underwriter)
    version_id = await catalogue.draft(
        code=" CARE ", kind=ProductKind.THEFT, name_zh="别的", name_en="Other", terms=terms(), actor=underwriter
    )
    assert (await ProductVersion.get(id=version_id)).number == 2
    product = await Product.get()
    assert (product.kind, product.name_en) == (ProductKind.SCREEN, "Screen")


async def test_drafts_of_one_code_at_once_are_numbered_one_after_another() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    found = await asyncio.gather(*(draft(underwriter) for _ in range(6)))
    assert len(set(found)) == 6
    assert await Product.all().count() == 1
    assert sorted([row.number for row in await ProductVersion.all()]) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.UNDERWRITER, Role.SYSTEM}))
async def test_nobody_else_drafts(role: Role) -> None:
    async with refused(Forbidden):
        await draft(somebody(role))


@pytest.mark.parametrize(
    "changes",
    [
        {"per_claim_limit": Money(1, Currency.USD)},
        {"deductible": Money(1, Currency.USD)},
        {"refund_fee": Money(1, Currency.USD)},
        {"perils": {Peril.DROP: PerilTerms(limit=Money(1, Currency.USD))}},
        {"perils": {Peril.DROP: PerilTerms(), Peril.THEFT: PerilTerms(deductible=Money(1, Currency.JPY))}},
        {"minimum_premium": Money(1, Currency.USD)},
    ],
)
async def test_amounts_in_several_currencies_are_refused(changes: dict[str, Any]) -> None:
    underwriter = await staff(Role.UNDERWRITER)
    assert await faults_of(draft(underwriter, **changes)) == [("currency", ("input", "terms"))]


async def test_nothing_is_nothing_in_any_currency() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    version_id = await draft(
        underwriter, minimum_premium=Money(100, Currency.USD), deductible=Money(0), refund_fee=Money(0),
        per_claim_limit=Money(0),
    )  # fmt: skip
    version = await ProductVersion.get(id=version_id)
    assert (version.currency, version.deductible_minor) == (Currency.USD, 0)


async def test_a_version_that_insures_nothing_is_refused() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    assert await faults_of(draft(underwriter, perils={})) == [("required", ("input", "terms", "perils"))]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"exclusions": (WEAR, replace(WEAR, text_en="Again."))}, ("exclusions",)),
        ({"exclusions": (replace(WEAR, code="C" * 33),)}, ("exclusions", "0", "code")),
        ({"exclusions": (WEAR, replace(INTENT, text_zh="字" * 501))}, ("exclusions", "1", "textZh")),
        ({"exclusions": (replace(WEAR, text_en="x" * 501),)}, ("exclusions", "0", "textEn")),
        ({"relativities": {"category": {"PHONE": Decimal(0)}}}, ("relativities",)),
        ({"relativities": {"category": {"PHONE": Decimal(-1)}}}, ("relativities",)),
        ({"relativities": {"category": {"K" * 33: Decimal(1)}}}, ("relativities",)),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_name(changes: dict[str, Any], path: tuple[str, ...]) -> None:
    underwriter, version_id = await staff(Role.UNDERWRITER), await version_drafted()
    for attempt in (
        lambda: draft(underwriter, **changes),
        lambda: catalogue.revise(version_id, terms=terms(**changes), expected_version=1, actor=underwriter),
    ):
        assert [found for _, found in await faults_of(attempt())] == [("input", "terms", *path)]


async def test_all_that_cannot_be_kept_is_told_at_once() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    attempt = draft(underwriter, perils={}, exclusions=(WEAR, WEAR), deductible=Money(1, Currency.USD))
    assert [found[2:] for _, found in await faults_of(attempt)] == [("perils",), (), ("exclusions",)]


async def parts_of(version_id: UUID) -> dict[str, set[tuple[object, ...]]]:
    return {
        "perils": {(row.peril, row.limit_minor) for row in await ProductPeril.filter(product_version_id=version_id)},
        "exclusions": {
            (row.code, row.disclosure) for row in await ProductExclusion.filter(product_version_id=version_id)
        },
        "factors": {
            (row.dimension, row.key, row.factor)
            for row in await ProductRelativity.filter(product_version_id=version_id)
        },
    }


async def test_a_revision_replaces_all_terms_of_a_draft_and_makes_its_author_the_drafter() -> None:
    first, second = await staff(Role.UNDERWRITER), await staff(Role.UNDERWRITER)
    version_id = await draft(first)
    other = await draft(first, "OTHER")
    beside = await parts_of(other)
    changed = terms(
        grade=ProductGrade.P3, months=24, perils={Peril.SCREEN: PerilTerms(Money.of("500.00"))}, exclusions=(INTENT,),
        relativities={"condition": {"NEW": Decimal("0.9")}}, per_claim_limit=None, waiting_days=7,
    )  # fmt: skip
    await catalogue.revise(version_id, terms=changed, expected_version=1, actor=second)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.version, version.number) == (VersionState.DRAFT, 2, 1)
    assert (version.grade, version.months, version.waiting_days) == (ProductGrade.P3, 24, 7)
    assert (version.per_claim_limit_minor, version.drafted_by) == (None, second.staff_id)
    assert await parts_of(version_id) == {
        "perils": {(Peril.SCREEN, 50_000)}, "exclusions": {("INTENT", DisclosureLevel.ORDINARY)},
        "factors": {("condition", "NEW", Decimal("0.9"))},
    }  # fmt: skip
    assert await parts_of(other) == beside
    entry = await AuditEntry.get(action="product:revise")
    assert (entry.actor, entry.after) == (second.label, {"number": 1, "version": 2})


async def test_a_revision_leaves_what_a_draft_of_the_same_terms_would() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    other = VersionTerms(
        grade=ProductGrade.P1, months=36, base_rate=Decimal("0.07"), minimum_premium=Money.of("9.00"),
        perils={Peril.THEFT: PerilTerms(Money.of("70.00"), Money.of("7.00"), 7)}, premium_tax_rate=Decimal("0.13"),
        per_claim_limit=Money.of("77.00"), aggregate_limit_rate=Decimal("0.9"), deductible=Money.of("8.00"),
        coinsurance_rate=Decimal("0.2"), max_claims_a_year=3, waiting_days=4, cooling_off_days=5, registration_days=6,
        refund_fee=Money.of("3.00"), depreciation_monthly_rate=Decimal("0.03"),
        depreciation_floor_rate=Decimal("0.4"), replacement_rate=Decimal("0.6"), starts_after_warranty=True,
        exclusions=(INTENT,), relativities={"condition": {"USED": Decimal("1.5")}},
    )  # fmt: skip
    usual = terms()
    assert [each.name for each in fields(VersionTerms) if getattr(other, each.name) == getattr(usual, each.name)] == []
    revised = await draft(underwriter)
    await catalogue.revise(revised, terms=other, expected_version=1, actor=underwriter)
    fresh = await catalogue.draft(
        code="OTHER", kind=ProductKind.SCREEN, name_zh="碎屏险", name_en="Screen", terms=other, actor=underwriter
    )
    own = {"id", "product_id", "version"}
    first, second = [
        {name: value for name, value in row.items() if name not in own}
        for row in await ProductVersion.filter(id__in=[revised, fresh]).order_by("id").values()
    ]
    assert first == second
    assert await parts_of(revised) == await parts_of(fresh)


async def test_a_revision_of_what_is_no_draft_of_an_older_state_or_by_others_is_refused() -> None:
    underwriter, compliance = await staff(Role.UNDERWRITER), await staff(Role.COMPLIANCE)
    given: dict[str, Any] = {"terms": terms(months=6), "actor": underwriter}
    for made, version in ((version_in_review, 2), (version_on_sale, 3)):
        version_id = await made()
        async with refused(IllegalStep):
            await catalogue.revise(version_id, expected_version=version, **given)
    draft_id = await version_drafted()
    async with refused(StaleVersion):
        await catalogue.revise(draft_id, expected_version=2, **given)
    async with refused(NotFound):
        await catalogue.revise(uuid4(), expected_version=1, **given)
    async with refused(Forbidden):
        await catalogue.revise(draft_id, expected_version=1, terms=terms(), actor=compliance)
    async with refused(NotFound):
        await catalogue.revise(draft_id, expected_version=1, terms=terms(), actor=somebody(Role.PARTNER))
