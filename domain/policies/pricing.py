"""What a cover of a device comes to under a version's terms: whether it is sold at all, for which days, at what price.

Pure: whoever sells, previews or recommends a cover asks here, so that all of them say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from domain.billing.rules import split_tax
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid, Refusal
from domain.policies import rules
from domain.policies.refusals import NotOnSale, PurchaseInFuture, RegisteredTooLate
from domain.policies.rules import CoverDates, Rated
from domain.products.terms import DeviceCategory, DeviceCondition, VersionState

DEVICE = ("input", "device")
MAX_PRICE = Decimal(10_000_000)
"""What no device costs, in whole units of its currency."""


class Insurable(Protocol):
    """What of a device counts for a cover. `warranty_until` is the day after the maker's warranty ends."""

    @property
    def category(self) -> DeviceCategory: ...  # noqa: D102 - as on every device
    @property
    def condition(self) -> DeviceCondition: ...  # noqa: D102
    @property
    def price(self) -> Money: ...  # noqa: D102
    @property
    def purchased_on(self) -> date: ...  # noqa: D102
    @property
    def warranty_until(self) -> date | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What a version says of a sale. Units: rates 0 to 1, days, months; `relativities` by dimension and key."""

    state: VersionState
    months: int
    base_rate: Decimal
    minimum_premium: Money
    premium_tax_rate: Decimal
    aggregate_limit_rate: Decimal
    deductible: Money
    waiting_days: int
    registration_days: int
    starts_after_warranty: bool
    relativities: Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Priced:
    """What a cover comes to: its days and its amounts. `is_minimum` says that the tariff alone would cost less."""

    dates: CoverDates
    sum_insured: Money
    premium: Money
    net: Money
    tax: Money
    is_minimum: bool


def price_faults(given: Money) -> list[Refusal]:
    """What is wrong with a price as a price, whatever is to be insured."""
    found: list[Refusal] = []
    if given.minor <= 0:
        found.append(Invalid("min", "0.01", path=(*DEVICE, "price")))
    if given.amount > MAX_PRICE:
        found.append(Invalid("max", f"{MAX_PRICE}", path=(*DEVICE, "price")))
    return found


def objections(terms: SaleTerms, device: Insurable, today: date) -> list[Refusal]:
    """Why a version does not insure a device today; nothing when it does and has a rate for it."""
    found: list[Refusal] = []
    if terms.state is not VersionState.ON_SALE:
        found.append(NotOnSale())
    if device.price.currency is not terms.minimum_premium.currency:
        found.append(Invalid("currency", terms.minimum_premium.currency, path=(*DEVICE, "price")))
    if device.purchased_on > today:
        found.append(PurchaseInFuture(today=today, path=(*DEVICE, "purchasedOn")))
    if (today - device.purchased_on).days > terms.registration_days:
        found.append(RegisteredTooLate(days=terms.registration_days, path=(*DEVICE, "purchasedOn")))
    if terms.starts_after_warranty and device.warranty_until is None:
        found.append(Invalid("required", path=(*DEVICE, "warrantyUntil")))
    return found


def price(terms: SaleTerms, device: Insurable, today: date, beyond: Sequence[Decimal] = ()) -> Priced:
    """The days and the price of a cover that begins with a contract of today (保费).

    `beyond` are factors that no tariff holds, such as that of a credit grade; all are rounded once, together.

    Raises: NotRated; Invalid for a price so small that nothing would be insured.
    """
    rated = Rated(device.category, device.condition, terms.months, terms.deductible)
    factors = [*rules.relativities(terms.relativities, rated), *beyond]
    minimum = terms.minimum_premium
    premium = rules.premium(device.price, terms.base_rate, factors, minimum)
    net, tax = split_tax(premium, terms.premium_tax_rate)
    dates = rules.cover_dates(
        purchased_on=device.purchased_on,
        effective_on=today,
        months=terms.months,
        waiting_days=terms.waiting_days,
        after_warranty=device.warranty_until if terms.starts_after_warranty else None,
    )
    insured = rules.sum_insured(device.price, terms.aggregate_limit_rate)
    if insured.minor <= 0:
        raise Invalid("min", path=(*DEVICE, "price"))
    by_tariff = rules.premium(device.price, terms.base_rate, factors, Money(0, minimum.currency))
    return Priced(dates, insured, premium, net, tax, is_minimum=by_tariff < minimum)
