"""Selling: a device is registered, checked and rated, its customer introduced, and the policy issued in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.billing.rules import commission
from domain.customers.details import CustomerDetails
from domain.customers.introduction import introduce_within
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import next_number, transaction
from domain.kernel.ids import new_id
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid, Refusal, refuse_all
from domain.kernel.rows import get_visible
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from domain.policies import rules
from domain.policies.covers import refuse_covered
from domain.policies.jobs import MakePolicyDocuments
from domain.policies.lifecycle import POLICY_LIFECYCLE
from domain.policies.models import Policy, PolicyCover
from domain.policies.notices import scope_of, subject_of, tell_customer
from domain.policies.postings import post_written
from domain.policies.pricing import DEVICE, SaleTerms, objections, price, price_faults
from domain.policies.refusals import PartnerSuspended
from domain.policies.rules import CoverDates
from domain.policies.terms import PolicyState
from domain.products.models import ProductPeril, ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.tariffs import tariff_of
from domain.products.terms import DeviceCategory, DeviceCondition

SELLERS = (Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE)
MAX_NAME = 60
MAX_NUMBER = 40
MAX_WARRANTY_YEARS = 10


@dataclass(frozen=True, slots=True)
class Device:
    """The thing to be insured 保险标的. `warranty_until` is the day after the maker's warranty ends."""

    category: DeviceCategory
    brand: str
    model: str
    serial_number: str
    purchased_on: date
    price: Money
    condition: DeviceCondition = DeviceCondition.NEW
    invoice_number: str | None = None
    warranty_until: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a sale comes to: its days and its amounts."""

    dates: CoverDates
    sum_insured: Money
    premium: Money
    net: Money
    tax: Money
    commission: Money


@dataclass(frozen=True, slots=True)
class Sale:
    """A cover that was agreed upon: which version, with which perils, on which device, to whom, for what."""

    version: ProductVersion
    perils: Sequence[ProductPeril]
    partner_id: UUID
    customer_id: UUID
    device: Device
    terms: Terms


async def register(
    version_id: UUID, *, partner_id: UUID | None, device: Device, customer: CustomerDetails, actor: Actor
) -> Policy:
    """Registers a device and sells it a version that is on sale; a partner sells for itself and names no other.

    Raises: Forbidden; NotFound for a version or partner missing or out of sight; Refusals for a device or customer
    that breaks the rules of form; PartnerSuspended, NotOnSale, PurchaseInFuture, RegisteredTooLate, NotRated,
    DeviceCovered; Invalid for a price not above zero or in another currency.
    Source: Insurance Law Art. 13, 17; Measures 二(三).
    """
    if not actor.has(*SELLERS):
        raise Forbidden(permission="policy:register")
    check_form(device)
    async with transaction():
        partner = await _seller(partner_id or actor.partner_id, actor)
        version = await get_visible(ProductVersion, PRODUCT_VERSION, version_id, actor)
        terms = await _terms(version, device, partner)
        perils = await perils_of(version)
        await refuse_covered(serial_of(device), [each.peril for each in perils], (*DEVICE, "serialNumber"))
        customer_id = await introduce_within(customer, partner.id, actor=actor)
        sale = Sale(version, perils, partner.id, customer_id, device, terms)
        return await issue_within(sale, invoiced=False, actor=actor)


async def issue_within(sale: Sale, *, invoiced: bool, actor: Actor) -> Policy:
    """Issues the policy of a sale whose device was found free of other covers, in the current transaction.

    `invoiced` says that the premium was invoiced to the customer before, and is not owed by the seller.
    """
    policy = await _add_policy(sale)
    await _add_covers(policy, sale.perils)
    await post_written(policy, invoiced=invoiced, actor=actor)
    after: dict[str, object] = {
        "state": policy.state,
        "policy_number": policy.policy_number,
        "product_version_id": sale.version.id,
        "premium_minor": policy.premium_minor,
    }
    await record("policy:register", subject_of(policy), actor, after=after)
    last_day = policy.ends_on - timedelta(days=1)
    days = {"starts_on": policy.starts_on.isoformat(), "last_day": last_day.isoformat()}
    await tell_customer(policy, "POLICY_ISSUED", actor, premium=str(sale.terms.premium), **days)
    work = MakePolicyDocuments(policy_id=policy.id)
    await enqueue(work, actor=actor, subject=subject_of(policy), scope=scope_of(policy))
    return policy


async def perils_of(version: ProductVersion) -> list[ProductPeril]:
    """What a version insures, with the terms of each peril."""
    return await ProductPeril.filter(product_version_id=version.id).order_by("peril")


def serial_of(device: Device) -> str:
    """The serial number as it is kept and compared: without spaces around it, in capitals."""
    return device.serial_number.strip().upper()


def check_form(device: Device) -> None:
    """Refuses every field of a device that breaks its form, all at once.

    Raises: Refusals.
    """
    texts = (
        ("brand", device.brand, MAX_NAME),
        ("model", device.model, MAX_NAME),
        ("serialNumber", device.serial_number, MAX_NUMBER),
        ("invoiceNumber", device.invoice_number, MAX_NUMBER),
    )
    found: list[Refusal] = [
        Invalid("length", str(most), path=(*DEVICE, name))
        for name, text, most in texts
        if text is not None and not 0 < len(text.strip()) <= most
    ]
    if not rules.is_serial_of(device.category, serial_of(device)):
        found.append(Invalid("imei", path=(*DEVICE, "serialNumber")))
    found += price_faults(device.price)
    if device.warranty_until is not None and not _is_warranty(device.purchased_on, device.warranty_until):
        found.append(Invalid("warranty", f"{MAX_WARRANTY_YEARS} years", path=(*DEVICE, "warrantyUntil")))
    refuse_all(found)


def _is_warranty(purchased_on: date, warranty_until: date) -> bool:
    return purchased_on <= warranty_until and warranty_until.year - purchased_on.year <= MAX_WARRANTY_YEARS


async def _seller(partner_id: UUID | None, actor: Actor) -> Partner:
    if partner_id is None:
        raise Invalid("required", path=("input", "partnerId"))
    partner = await get_visible(Partner, PARTNER, partner_id, actor)
    if not partner.active:
        raise PartnerSuspended
    return partner


async def _terms(version: ProductVersion, device: Device, partner: Partner) -> Terms:
    """What the sale comes to, if the version insures the device today.

    Raises: the first of `objections`; NotRated; Invalid.
    """
    today = clock.today()
    tariff = await tariff_of(version, partner, today)
    sale = sale_terms(version, tariff.relativities)
    for objection in objections(sale, device, today):
        raise objection
    priced = price(sale, device, today)
    earned = commission(priced.net, tariff.commission_rate)
    return Terms(priced.dates, priced.sum_insured, priced.premium, priced.net, priced.tax, earned)


def sale_terms(version: ProductVersion, relativities: Mapping[str, Mapping[str, Decimal]]) -> SaleTerms:
    """What a version's row and its rate table say of a sale."""
    return SaleTerms(
        state=version.state,
        months=version.months,
        base_rate=version.base_rate,
        minimum_premium=Money(version.minimum_premium_minor, version.currency),
        premium_tax_rate=version.premium_tax_rate,
        aggregate_limit_rate=version.aggregate_limit_rate,
        deductible=Money(version.deductible_minor, version.currency),
        waiting_days=version.waiting_days,
        registration_days=version.registration_days,
        starts_after_warranty=version.starts_after_warranty,
        relativities=relativities,
    )


async def _add_policy(sale: Sale) -> Policy:
    version, device, terms = sale.version, sale.device, sale.terms
    now, dates = clock.now(), terms.dates
    today = clock.day_of(now)
    number = await next_number("policy_number_seq")
    return await Policy.create(
        policy_number=f"PL{today:%Y}{number:07d}",
        product_version_id=version.id,
        customer_id=sale.customer_id,
        partner_id=sale.partner_id,
        state=PolicyState.IN_FORCE if dates.starts_on <= today else POLICY_LIFECYCLE.initial,
        category=device.category,
        brand=device.brand.strip(),
        model=device.model.strip(),
        serial_number=serial_of(device),
        condition=device.condition,
        purchased_on=device.purchased_on,
        invoice_number=device.invoice_number.strip() if device.invoice_number else None,
        warranty_until=device.warranty_until,
        waiting_until=dates.waiting_until,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        cooling_off_until=rules.cooling_off_until(today, version.cooling_off_days),
        currency=version.currency,
        price_minor=device.price.minor,
        sum_insured_minor=terms.sum_insured.minor,
        deductible_minor=version.deductible_minor,
        premium_minor=terms.premium.minor,
        premium_net_minor=terms.net.minor,
        premium_tax_minor=terms.tax.minor,
        commission_minor=terms.commission.minor,
        issued_at=now,
    )


async def _add_covers(policy: Policy, perils: Sequence[ProductPeril]) -> None:
    await PolicyCover.bulk_create(
        PolicyCover(
            id=new_id(),
            policy_id=policy.id,
            customer_id=policy.customer_id,
            partner_id=policy.partner_id,
            peril=each.peril,
            serial_number=policy.serial_number,
            live=True,
            currency=policy.currency,
            limit_minor=each.limit_minor,
            deductible_minor=each.deductible_minor,
            max_claims_a_year=each.max_claims_a_year,
        )
        for each in perils
    )
