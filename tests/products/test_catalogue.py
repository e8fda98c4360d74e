"""Drafting a version, putting it on sale and withdrawing it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.policies.models import Policy
from domain.products import catalogue
from domain.products.catalogue import Exclusion, PerilTerms
from domain.products.models import Product, ProductExclusion, ProductPeril, ProductRelativity, ProductVersion
from domain.products.terms import Peril, ProductKind, VersionState
from tests.factories.insured import sold, staff, terms, version_drafted, version_on_sale
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
WEAR = Exclusion("WEAR", "自然磨损。", "Wear and tear.")


async def draft(actor: Actor, code: str = "CARE", **changes: Any) -> UUID:
    return await catalogue.draft(
        code=code, kind=ProductKind.SCREEN, name_zh="碎屏险", name_en="Screen", terms=terms(**changes), actor=actor
    )


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
    async with refused(Invalid) as raised:
        await draft(underwriter, **changes)
    assert raised.value.constraint == "currency"  # type: ignore[attr-defined]


async def test_nothing_is_nothing_in_any_currency() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    version_id = await draft(
        underwriter, minimum_premium=Money(100, Currency.USD), deductible=Money(0), refund_fee=Money(0)
    )
    version = await ProductVersion.get(id=version_id)
    assert (version.currency, version.deductible_minor) == (Currency.USD, 0)


async def test_a_version_that_insures_nothing_is_refused() -> None:
    underwriter = await staff(Role.UNDERWRITER)
    async with refused(Invalid) as raised:
        await draft(underwriter, perils={})
    assert raised.value.path == ("input", "terms", "perils")


async def test_compliance_puts_a_draft_on_sale_with_its_parts_and_takes_it_back() -> None:
    version_id, compliance = await version_drafted(exclusions=(WEAR,)), await staff(Role.COMPLIANCE)
    await catalogue.put_on_sale(version_id, reason="checked", expected_version=1, actor=compliance)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.version) == (VersionState.ON_SALE, 2)
    assert (await Product.get()).sold
    for rows in (await ProductPeril.all(), await ProductExclusion.all()):
        assert rows
        assert all(row.sold for row in rows)
    await catalogue.withdraw(version_id, reason="old", expected_version=2, actor=compliance)
    version = await ProductVersion.get(id=version_id)
    assert (version.state, version.version, (await Product.get()).sold) == (VersionState.WITHDRAWN, 3, True)
    put, withdrawn = await AuditEntry.filter(action__in=["product:put_on_sale", "product:withdraw"]).order_by("id")
    assert (put.before, put.after) == ({"state": "DRAFT"}, {"state": "ON_SALE", "number": 1})
    assert (put.reason, put.actor, put.subject_id) == ("checked", compliance.label, version.product_id)
    assert (withdrawn.before, withdrawn.reason) == ({"state": "ON_SALE"}, "old")


async def test_a_version_on_sale_leaves_the_next_draft_a_draft() -> None:
    underwriter, compliance = await staff(Role.UNDERWRITER), await staff(Role.COMPLIANCE)
    first, second = await draft(underwriter), await draft(underwriter)
    await catalogue.put_on_sale(first, reason="x", expected_version=1, actor=compliance)
    assert (await ProductVersion.get(id=second)).state is VersionState.DRAFT
    assert not any(row.sold for row in await ProductPeril.filter(product_version_id=second))


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.COMPLIANCE}))
async def test_other_staff_see_a_version_and_may_not_move_it(role: Role) -> None:
    draft_id, on_sale = await version_drafted(), await version_on_sale()
    actor = await staff(role)
    async with refused(Forbidden):
        await catalogue.put_on_sale(draft_id, reason="x", expected_version=1, actor=actor)
    async with refused(Forbidden):
        await catalogue.withdraw(on_sale, reason="x", expected_version=2, actor=actor)


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CUSTOMER, Role.PARTNER, Role.REPAIRER])
async def test_outsiders_find_no_draft_to_move(role: Role) -> None:
    draft_id = await version_drafted()
    async with refused(NotFound):
        await catalogue.put_on_sale(draft_id, reason="x", expected_version=1, actor=Actor(frozenset({role})))


async def test_a_step_from_another_state_or_an_older_version_is_refused() -> None:
    draft_id, compliance = await version_drafted(), await staff(Role.COMPLIANCE)
    async with refused(IllegalStep):
        await catalogue.withdraw(draft_id, reason="x", expected_version=1, actor=compliance)
    async with refused(StaleVersion):
        await catalogue.put_on_sale(draft_id, reason="x", expected_version=2, actor=compliance)
    async with refused(NotFound):
        await catalogue.put_on_sale(uuid4(), reason="x", expected_version=1, actor=compliance)
    await catalogue.put_on_sale(draft_id, reason="x", expected_version=1, actor=compliance)
    async with refused(IllegalStep):
        await catalogue.put_on_sale(draft_id, reason="x", expected_version=2, actor=compliance)
    await catalogue.withdraw(draft_id, reason="x", expected_version=2, actor=compliance)
    for again in (catalogue.put_on_sale, catalogue.withdraw):
        async with refused(IllegalStep):
            await again(draft_id, reason="x", expected_version=3, actor=compliance)


async def test_what_was_sold_before_a_withdrawal_stays_as_it_is() -> None:
    version_id = await version_on_sale()
    policy = await sold(version_id=version_id)
    await catalogue.withdraw(version_id, reason="old", expected_version=2, actor=await staff(Role.COMPLIANCE))
    assert (await Policy.get()).state is policy.state
