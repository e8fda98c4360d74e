"""What is said of a sale and judged about it before anything is written: its form, its version's terms, its price.

Pure: a sale alone, a batch and an upload are judged by the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.billing.rules import commission
from domain.kernel.actor import Role
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid, Refusal, refuse_all
from domain.policies import rules
from domain.policies.pricing import DEVICE, SaleTerms, objections, price, price_faults
from domain.policies.rules import CoverDates
from domain.products.models import ProductPeril, ProductVersion
from domain.products.tariffs import Tariff
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
    """A cover that was agreed upon: which version, with which perils, on which device, to whom, for what.

    `external_ref` is the seller's own name for it.
    """

    version: ProductVersion
    perils: Sequence[ProductPeril]
    partner_id: UUID
    customer_id: UUID
    device: Device
    terms: Terms
    external_ref: str | None = None


def serial_of(device: Device) -> str:
    """The serial number of a device as it is kept and compared."""
    return rules.serial_form(device.serial_number)


def check_form(device: Device) -> None:
    """Refuses every field of a device that breaks its form, all at once.

    Raises: Refusals.
    """
    refuse_all(device_faults(device))


def device_faults(device: Device) -> list[Refusal]:
    """Every field of a device that breaks its form."""
    texts = (
        ("brand", device.brand, MAX_NAME),
        ("model", device.model, MAX_NAME),
        ("serialNumber", serial_of(device), MAX_NUMBER),
        ("invoiceNumber", device.invoice_number, MAX_NUMBER),
    )
    found: list[Refusal] = [
        Invalid("length", str(most), path=(*DEVICE, name))
        for name, text, most in texts
        if text is not None and not 0 < len(text.strip()) <= most
    ]
    found += serial_faults(device.category, serial_of(device), (*DEVICE, "serialNumber"))
    found += price_faults(device.price)
    if device.warranty_until is not None and not _is_warranty(device.purchased_on, device.warranty_until):
        found.append(Invalid("warranty", f"{MAX_WARRANTY_YEARS} years", path=(*DEVICE, "warrantyUntil")))
    return found


def serial_faults(category: DeviceCategory, serial: str, place: tuple[str, ...]) -> list[Refusal]:
    """What is wrong with a serial number in its form, but for its length."""
    if serial and not rules.is_serial(serial):
        return [Invalid("serial_number_form", path=place)]
    return [] if rules.is_serial_of(category, serial) else [Invalid("imei", path=place)]


def _is_warranty(purchased_on: date, warranty_until: date) -> bool:
    return purchased_on <= warranty_until and warranty_until.year - purchased_on.year <= MAX_WARRANTY_YEARS


def agreed_terms(version: ProductVersion, tariff: Tariff, device: Device, today: date) -> Terms:
    """What a sale comes to, if the version insures the device today.

    Raises: the first of `objections`; NotRated; Invalid.
    """
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
