"""Commission by partner, product and day: agreed by underwriting, for licensed partners, earned by sales."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound
from domain.partners.models import Partner
from domain.products import commissions
from domain.products.models import CommissionRate, ProductVersion
from domain.products.refusals import PartnerNotLicensed
from domain.products.tariffs import tariff_of
from tests.factories.insured import partner_with_a_book, sold, staff, version_on_sale
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
D = Decimal


async def partner_id() -> UUID:
    found = (await partner_with_a_book()).partner_id
    assert found is not None
    return found


async def agree(partner: UUID, rate: str, days: int = 0, product: UUID | None = None, **given: Any) -> CommissionRate:
    usual: dict[str, Any] = {"starts_on": clock.today() + timedelta(days=days), "reason": "agreed"}
    actor = given.pop("actor", None) or await staff(Role.UNDERWRITER)
    return await commissions.set_commission(
        partner, product_id=product, rate=D(rate), actor=actor, **{**usual, **given}
    )


async def product_on_sale() -> tuple[UUID, ProductVersion]:
    version = await ProductVersion.get(id=await version_on_sale())
    return version.product_id, version


async def rate_on(partner: UUID, product: UUID, days: int = 0) -> Decimal:
    async with transaction():
        return await commissions.commission_rate_of(partner, product, clock.today() + timedelta(days=days))


async def test_an_underwriter_agrees_a_commission_for_a_reason() -> None:
    partner, underwriter = await partner_id(), await staff(Role.UNDERWRITER)
    product, _ = await product_on_sale()
    row = await agree(partner, "0.25", 3, product, actor=underwriter, reason="spring campaign")
    stored = await CommissionRate.get(id=row.id)
    assert (stored.partner_id, stored.product_id, stored.rate, stored.set_by) == (
        partner, product, D("0.25"), underwriter.staff_id,
    )  # fmt: skip
    assert (stored.starts_on, stored.reason) == (clock.today() + timedelta(days=3), "spring campaign")
    entry = await AuditEntry.get(action="commission:set")
    assert (entry.subject_id, entry.actor, entry.reason) == (partner, underwriter.label, "spring campaign")
    assert entry.after == {
        "product_id": str(product), "rate": "0.25", "starts_on": stored.starts_on.isoformat(),
    }  # fmt: skip


async def test_the_products_own_goes_before_that_of_all_products_and_both_before_the_partners_usual_one() -> None:
    partner = await partner_id()
    (one, _), (other, _) = await product_on_sale(), await product_on_sale()
    await agree(partner, "0.30", 2)
    await agree(partner, "0.20", 1, one)
    await agree(partner, "0.40", 5, one)
    assert [await rate_on(partner, one, days) for days in (0, 1, 2, 4, 5, 99)] == [
        D("0.1"), D("0.20"), D("0.20"), D("0.20"), D("0.40"), D("0.40"),
    ]  # fmt: skip
    assert [await rate_on(partner, other, days) for days in (0, 1, 2, 99)] == [D("0.1"), D("0.1"), D("0.30"), D("0.30")]
    assert await rate_on(await partner_id(), one, 99) == D("0.1")


async def test_a_commission_of_nothing_is_agreed_and_is_no_missing_one() -> None:
    partner, (product, _) = await partner_id(), await product_on_sale()
    await agree(partner, "0", 0, product)
    assert await rate_on(partner, product) == 0


async def test_a_sale_earns_what_counts_on_its_day_and_keeps_it() -> None:
    seller = await partner_with_a_book()
    assert seller.partner_id is not None
    product, version = await product_on_sale()
    first = await sold(version_id=version.id, partner=seller)
    await agree(seller.partner_id, "0.2", 0, product)
    second = await sold(version_id=version.id, partner=seller)
    # Of a net premium of 169.81.
    assert (first.commission_minor, second.commission_minor) == (1_698, 3_396)
    await first.refresh_from_db()
    assert first.commission_minor == 1_698


@pytest.mark.parametrize("until", [None, -1, 0])
async def test_a_sale_without_a_licence_earns_nothing_and_its_last_day_counts(until: int | None) -> None:
    seller, (product, version) = await partner_with_a_book(), await product_on_sale()
    assert seller.partner_id is not None
    await agree(seller.partner_id, "0.2", 0, product)
    over = None if until is None else clock.today() + timedelta(days=until)
    await Partner.filter(id=seller.partner_id).update(license_number="L" if over else None, licensed_until=over)
    policy = await sold(version_id=version.id, partner=seller)
    assert policy.commission_minor == (3_396 if until == 0 else 0)
    assert await rate_on(seller.partner_id, product) == (D("0.2") if until == 0 else 0)


@pytest.mark.parametrize("days", [0, 30])
async def test_no_commission_above_nothing_is_agreed_without_a_licence_for_the_day(days: int) -> None:
    partner, underwriter = await partner_id(), await staff(Role.UNDERWRITER)
    await Partner.filter(id=partner).update(licensed_until=clock.today() + timedelta(days=days - 1))
    async with refused(PartnerNotLicensed):
        await agree(partner, "0.000001", days, actor=underwriter)
    await agree(partner, "0", days, actor=underwriter)
    await Partner.filter(id=partner).update(license_number=None, licensed_until=None)
    async with refused(PartnerNotLicensed):
        await agree(partner, "0.1", days + 1, actor=underwriter)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.UNDERWRITER}))
async def test_nobody_else_agrees_commission(role: Role) -> None:
    partner = await partner_id()
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
    async with refused(Forbidden):
        await agree(partner, "0.1", actor=actor)


async def test_what_is_out_of_bounds_over_or_missing_is_refused() -> None:
    partner, underwriter = await partner_id(), await staff(Role.UNDERWRITER)
    for rate in ("-0.000001", "1.000001", "15"):
        async with refused(Invalid) as raised:
            await agree(partner, rate, actor=underwriter)
        assert raised.value.path == ("input", "rate")
    async with refused(Invalid) as raised:
        await agree(partner, "0.1", -1, actor=underwriter)
    assert raised.value.path == ("input", "startsOn")
    async with refused(NotFound):
        await agree(uuid4(), "0.1", actor=underwriter)
    async with refused(NotFound):
        await agree(partner, "0.1", product=uuid4(), actor=underwriter)


@pytest.mark.parametrize("of_product", [False, True])
async def test_one_day_has_one_rate_also_when_it_is_set_twice_at_once(of_product: bool) -> None:
    partner, underwriter = await partner_id(), await staff(Role.UNDERWRITER)
    product = (await product_on_sale())[0] if of_product else None
    outcomes = await asyncio.gather(
        *(agree(partner, f"0.{number}", 1, product, actor=underwriter) for number in range(1, 7)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, AlreadyExists) for each in outcomes) == 5
    assert await CommissionRate.all().count() == 1
    with pytest.raises(IntegrityError, match="commission_rate_key"):
        await Tortoise.get_connection("default").execute_query(
            "INSERT INTO commission_rate SELECT (jsonb_populate_record(c, jsonb_build_object('id', $1::text))).* "
            "FROM commission_rate c",
            [str(uuid4())],
        )


RATES = some.tuples(some.integers(0, 6), some.booleans(), some.integers(0, 100))
"""From which day on, whether for the product, and how many percent."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(agreed=some.lists(RATES, unique_by=lambda each: each[:2], max_size=6), day=some.integers(0, 8))
async def test_the_rate_of_a_day_is_that_of_the_rule_both_alone_and_with_the_rate_table(
    agreed: list[tuple[int, bool, int]], day: int
) -> None:
    today, underwriter = clock.today(), await staff(Role.UNDERWRITER)
    partner, (product, version) = await Partner.get(id=await partner_id()), await product_on_sale()
    for days, own, percent in agreed:
        await agree(partner.id, f"{D(percent) / 100}", days, product if own else None, actor=underwriter)
    on = today + timedelta(days=day)
    begun = [(own, days, D(percent) / 100) for days, own, percent in agreed if days <= day]
    expected = max(begun, default=(False, 0, partner.commission_rate))[2]
    assert await rate_on(partner.id, product, day) == expected
    async with transaction():
        tariff = await tariff_of(version, partner, on)
    assert tariff.commission_rate == expected
    assert tariff.relativities == {"category": {"PHONE": D("1.2"), "LAPTOP": D(1)}}


async def test_a_version_without_a_rate_table_has_a_tariff_too() -> None:
    partner = await Partner.get(id=await partner_id())
    version = await ProductVersion.get(id=await version_on_sale(relativities={}))
    async with transaction():
        tariff = await tariff_of(version, partner, date(2026, 12, 1))
    assert (tariff.relativities, tariff.commission_rate) == ({}, D("0.1"))
