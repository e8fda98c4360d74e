"""Registering a device and selling it a cover."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, Invalid, NotFound, Refusals
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.notifications.models import Notification
from domain.partners.models import Partner
from domain.policies import issuing
from domain.policies.models import Policy, PolicyCover
from domain.policies.refusals import (
    DeviceCovered,
    NotOnSale,
    NotRated,
    PartnerSuspended,
    PurchaseInFuture,
    RegisteredTooLate,
)
from domain.policies.terms import PolicyState
from domain.products import review
from domain.products.terms import DeviceCategory, Peril, PerilTerms
from tests.factories.insured import (
    PERILS,
    device,
    partner_with_a_book,
    person,
    sold,
    staff,
    version_drafted,
    version_on_sale,
)
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_a_sale_is_numbered_rated_covered_posted_audited_and_told() -> None:
    partner = await partner_with_a_book()
    version_id = await version_on_sale()
    policy = await issuing.register(version_id, partner_id=None, device=device(), customer=person(), actor=partner)
    today = clock.today()
    assert policy.policy_number.startswith(f"PL{today.year}")
    assert (policy.state, policy.starts_on, policy.waiting_until) == (PolicyState.IN_FORCE, today, None)
    # 3,000.00 at 5 % for a phone (1.20), with 6 % tax inside; a tenth of the net to the seller.
    assert (policy.premium_minor, policy.premium_net_minor, policy.premium_tax_minor) == (18_000, 16_981, 1_019)
    assert (policy.commission_minor, policy.sum_insured_minor, policy.deductible_minor) == (1_698, 300_000, 20_000)
    covers = await PolicyCover.filter(policy_id=policy.id, live=True)
    assert {cover.peril for cover in covers} == set(PERILS)
    assert {(cover.customer_id, cover.partner_id) for cover in covers} == {(policy.customer_id, policy.partner_id)}
    assert (await Customer.get(id=policy.customer_id)).partner_id == partner.partner_id
    assert await AuditEntry.filter(subject_id=policy.id, action="policy:register").count() == 1
    assert await Notification.filter(subject_id=policy.id, template="POLICY_ISSUED").count() == 1


async def test_the_written_premium_stands_in_the_ledger() -> None:
    policy = await sold()
    posting = await LedgerTransaction.get(subject_id=policy.id)
    lines = await LedgerLine.filter(transaction_id=posting.id)
    assert {line.account.value: line.amount_minor for line in lines} == {
        "PREMIUM_RECEIVABLE": 18_000,
        "PREMIUM_INCOME": -16_981,
        "VAT_PAYABLE": -1_019,
        "COMMISSION_EXPENSE": 1_698,
        "COMMISSION_PAYABLE": -1_698,
    }


async def test_an_extended_warranty_waits_for_the_end_of_the_makers() -> None:
    today = clock.today()
    version_id, partner = await version_on_sale(starts_after_warranty=True, months=24), await partner_with_a_book()
    policy = await sold(version_id=version_id, warranty_until=today + timedelta(days=365))
    assert (policy.state, policy.starts_on) == (PolicyState.PENDING, today + timedelta(days=365))
    async with refused(Invalid) as raised:
        await sold(version_id=version_id, partner=partner)
    assert raised.value.path == ("input", "device", "warrantyUntil")


async def test_what_is_sold_after_the_purchase_waits() -> None:
    policy = await sold(version_id=await version_on_sale(waiting_days=30))
    assert policy.state is PolicyState.IN_FORCE
    assert policy.waiting_until == clock.today() + timedelta(days=30)


async def test_the_perils_own_limits_stand_on_the_policy() -> None:
    own = PerilTerms(limit=Money.of("800.00"), deductible=Money.of("50.00"), max_claims_a_year=1)
    policy = await sold(version_id=await version_on_sale(perils={Peril.SCREEN: own, Peril.DROP: PerilTerms()}))
    screen = await PolicyCover.get(policy_id=policy.id, peril=Peril.SCREEN)
    assert (screen.limit_minor, screen.deductible_minor, screen.max_claims_a_year) == (80_000, 5_000, 1)
    drop = await PolicyCover.get(policy_id=policy.id, peril=Peril.DROP)
    assert (drop.limit_minor, drop.deductible_minor, drop.max_claims_a_year) == (None, None, None)


async def test_a_customer_who_buys_again_is_found_again() -> None:
    partner, buyer, version_id = await partner_with_a_book(), person(), await version_on_sale()
    first, second = [
        await issuing.register(version_id, partner_id=None, device=device(), customer=buyer, actor=partner)
        for _ in range(2)
    ]
    assert first.customer_id == second.customer_id
    assert await Customer.all().count() == 1


async def test_sales_and_service_staff_sell_for_a_partner_that_they_name() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    for role in (Role.SALES, Role.CUSTOMER_SERVICE):
        seller = await staff(role)
        policy = await issuing.register(
            version_id, partner_id=partner.partner_id, device=device(), customer=person(), actor=seller
        )
        assert policy.partner_id == partner.partner_id
    nameless = await staff(Role.SALES)
    async with refused(Invalid):
        await issuing.register(version_id, partner_id=None, device=device(), customer=person(), actor=nameless)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE}))
async def test_nobody_else_sells(role: Role) -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
    async with refused(Forbidden):
        await issuing.register(
            version_id, partner_id=partner.partner_id, device=device(), customer=person(), actor=actor
        )


async def test_a_partner_does_not_sell_for_another() -> None:
    version_id, partner, other = await version_on_sale(), await partner_with_a_book(), await partner_with_a_book()
    async with refused(NotFound):
        await issuing.register(
            version_id, partner_id=other.partner_id, device=device(), customer=person(), actor=partner
        )


async def test_a_suspended_partner_sells_nothing() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    await Partner.filter(id=partner.partner_id).update(active=False)
    async with refused(PartnerSuspended):
        await sold(version_id=version_id, partner=partner)


async def test_a_draft_is_out_of_a_partners_sight_and_not_on_sale_for_staff() -> None:
    draft, partner, sales = await version_drafted(), await partner_with_a_book(), await staff(Role.SALES)
    for missing in (draft, uuid4()):
        async with refused(NotFound):
            await sold(version_id=missing, partner=partner)
    async with refused(NotOnSale):
        await issuing.register(draft, partner_id=partner.partner_id, device=device(), customer=person(), actor=sales)


async def test_a_withdrawn_version_is_not_sold() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    compliance = await staff(Role.COMPLIANCE)
    await review.withdraw(version_id, reason="old", expected_version=3, actor=compliance)
    async with refused(NotOnSale):
        await sold(version_id=version_id, partner=partner)


async def test_a_device_is_registered_within_the_days_after_its_purchase() -> None:
    version_id, partner, today = await version_on_sale(registration_days=15), await partner_with_a_book(), clock.today()
    policy = await sold(version_id=version_id, partner=partner, purchased_on=today - timedelta(days=15))
    assert policy.starts_on == today
    async with refused(RegisteredTooLate):
        await sold(version_id=version_id, partner=partner, purchased_on=today - timedelta(days=16))
    async with refused(PurchaseInFuture):
        await sold(version_id=version_id, partner=partner, purchased_on=today + timedelta(days=1))


async def test_a_device_that_the_product_has_no_rate_for_is_refused() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    async with refused(NotRated) as raised:
        await sold(version_id=version_id, partner=partner, category=DeviceCategory.APPLIANCE)
    assert "APPLIANCE" in raised.value.message("en")


async def test_every_fault_of_a_device_is_told_at_once() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    faulty = device(brand=" ", model="x" * 61, serial_number="490154203237519", price=Money(0))
    before = await Policy.all().count()
    with pytest.raises(Refusals) as raised:
        await issuing.register(version_id, partner_id=None, device=faulty, customer=person(), actor=partner)
    assert [refusal.path[-1] for refusal in raised.value.all] == ["brand", "model", "serialNumber", "price"]
    assert await Policy.all().count() == before


@pytest.mark.parametrize("days", [-1, 366 * 11])
async def test_a_warranty_that_ends_before_the_purchase_or_never_is_refused(days: int) -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    with pytest.raises(Refusals):
        await sold(version_id=version_id, partner=partner, warranty_until=clock.today() + timedelta(days=days))
    assert await Policy.all().count() == 0


async def test_a_price_in_another_currency_is_refused() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    async with refused(Invalid) as raised:
        await sold(version_id=version_id, partner=partner, price=Money(100_000, Currency.USD))
    assert raised.value.constraint == "currency"  # type: ignore[attr-defined]


async def test_a_price_whose_limit_comes_to_nothing_is_refused() -> None:
    version_id, partner = await version_on_sale(aggregate_limit_rate=Decimal("0.4")), await partner_with_a_book()
    async with refused(Invalid):
        await sold(version_id=version_id, partner=partner, price=Money(1))


async def test_a_customer_whose_phone_is_none_leaves_no_policy_behind() -> None:
    version_id, partner = await version_on_sale(), await partner_with_a_book()
    with pytest.raises(Refusals):
        await issuing.register(version_id, partner_id=None, device=device(), customer=person(phone="12"), actor=partner)
    assert await Policy.all().count() == 0


async def test_a_device_is_insured_once_against_each_peril_whoever_sells() -> None:
    first = await sold(serial_number="sn-1 ")
    version_id, partner = await version_on_sale(perils={Peril.SCREEN: PerilTerms()}), await partner_with_a_book()
    async with refused(DeviceCovered) as raised:
        await sold(version_id=version_id, partner=partner, serial_number=first.serial_number.lower())
    assert raised.value.perils == ("SCREEN",)  # type: ignore[attr-defined]
    assert raised.value.message("zh") == "该设备已有有效保障：SCREEN。"
    battery = await version_on_sale(perils={Peril.BATTERY: PerilTerms()})
    assert (await sold(version_id=battery, serial_number=first.serial_number)).id != first.id


@pytest.mark.parametrize(
    "twin", ["49-015420-323751-8", "490154203 237518", "490154203237518\u200b", "４９０１５４２０３２３７５１８"]  # noqa: RUF001
)
async def test_one_phone_is_covered_once_however_its_imei_is_written(twin: str) -> None:
    policy = await sold(serial_number="490154203237518")
    with pytest.raises(DeviceCovered):
        await sold(version_id=policy.product_version_id, serial_number=twin)
    assert await Policy.all().count() == 1


@pytest.mark.parametrize(
    ("serial", "constraint"),
    [
        ("49-015420-323751-9", "imei"), ("ß" * 40, "length"), ("\u200b", "length"), ("SN=1", "serial_number_form"),
        ("SN٤٩", "serial_number_form"), ("SN\n1", "serial_number_form"),
    ],
)  # fmt: skip
async def test_a_serial_number_is_judged_as_it_is_kept(serial: str, constraint: str) -> None:
    with pytest.raises(Refusals) as raised:
        await sold(serial_number=serial)
    assert [getattr(each, "constraint", None) for each in raised.value.all] == [constraint]
    assert await Policy.all().count() == 0


async def test_two_sales_of_one_device_at_once_make_one_policy() -> None:
    version_id, partners = await version_on_sale(), [await partner_with_a_book() for _ in range(4)]
    outcomes = await asyncio.gather(
        *(sold(version_id=version_id, partner=partner, serial_number="SAME") for partner in partners),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, DeviceCovered) for outcome in outcomes) == 3
    assert await Policy.all().count() == 1
    assert await Customer.all().count() == 1
    assert await PolicyCover.filter(live=True).count() == len(PERILS)


async def test_two_sales_to_one_new_customer_at_once_introduce_the_customer_once() -> None:
    version_id, partner, buyer = await version_on_sale(), await partner_with_a_book(), person()
    policies = await asyncio.gather(
        *(
            issuing.register(version_id, partner_id=None, device=device(), customer=buyer, actor=partner)
            for _ in range(4)
        )
    )
    assert len({policy.customer_id for policy in policies}) == 1
    assert await Customer.all().count() == 1
