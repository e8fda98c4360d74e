"""The arithmetic of policies: what a cover costs, which days it covers, what is earned of it and what is given back.

Pure functions over values. Amounts are `Money`, rates `Decimal`; a formula is rounded once, at its end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from stdnum import luhn

from domain.kernel.days import months_after
from domain.kernel.money import Money, share
from domain.policies.refusals import NotRated
from domain.products.terms import DeviceCategory, DeviceCondition, RatingFactor

DIGITS = 100
"""Digits of the premium's exact product: a price, a rate and one factor for each dimension stay far below."""
IMEI_DIGITS = 15
SERIAL = re.compile(r"[A-Z0-9/._+#]+")
UNCOUNTED = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf"})
"""Spaces, dashes and invisible marks, as categories of Unicode."""
MINUS = "\N{MINUS SIGN}"
"""Looks like a dash, and is none by its category."""


@dataclass(frozen=True, slots=True)
class CoverDates:
    """The insurer's days of a cover, half-open: [`starts_on`, `ends_on`), nothing before `waiting_until`."""

    starts_on: date
    waiting_until: date | None
    ends_on: date

    @property
    def covered_from(self) -> date:
        """The first day on which a loss is covered."""
        return self.waiting_until or self.starts_on


@dataclass(frozen=True, slots=True)
class Rated:
    """What of a sale the rate table weighs."""

    category: DeviceCategory
    condition: DeviceCondition
    months: int
    deductible: Money

    def key(self, factor: RatingFactor) -> str:
        """The key of this sale in one dimension of the table."""
        match factor:
            case RatingFactor.CATEGORY:
                return self.category.value
            case RatingFactor.CONDITION:
                return self.condition.value
            case RatingFactor.MONTHS:
                return str(self.months)
            case RatingFactor.DEDUCTIBLE:
                return f"{int(self.deductible.amount)}"


def relativities(table: Mapping[str, Mapping[str, Decimal]], rated: Rated) -> list[Decimal]:
    """The factors that a version's rate table (dimension, then key) gives to a sale.

    A version without a dimension does not weigh it; one with it sells only what it lists.

    Raises: NotRated for a key that its dimension does not list, and for a dimension that no sale has.
    """
    return [_factor(dimension, keys, rated) for dimension, keys in sorted(table.items())]


def _factor(dimension: str, keys: Mapping[str, Decimal], rated: Rated) -> Decimal:
    try:
        key = rated.key(RatingFactor(dimension))
    except ValueError:
        raise NotRated(dimension=dimension) from None
    if key not in keys:
        raise NotRated(dimension=dimension, key=key)
    return keys[key]


def premium(price: Money, base_rate: Decimal, factors: Iterable[Decimal], minimum: Money) -> Money:
    """What a cover costs (保费): price x base rate x all relativities, rounded once, never below the minimum.

    Units: price and minimum in one currency.
    """
    with localcontext(prec=DIGITS):
        exact = price.amount * base_rate
        for factor in factors:
            exact *= factor
        found = Money.rounded(exact, price.currency)
    return max(found, minimum)


def clawback(earned_by_sale: Money, unused_days: int, total_days: int) -> Money:
    """The part of a commission that goes back with the unused cover (佣金追回)."""
    return share(earned_by_sale, unused_days, total_days)


def sum_insured(price: Money, limit_rate: Decimal) -> Money:
    """The limit for the whole term (累计限额): a share of the device's price."""
    return Money.rounded(price.amount * limit_rate, price.currency)


def cover_dates(
    *, purchased_on: date, effective_on: date, months: int, waiting_days: int, after_warranty: date | None = None
) -> CoverDates:
    """Which days a cover runs, in months from its first covered day.

    It begins when the device is bought and the contract effective, or, for an extended warranty, on `after_warranty`,
    the day after the maker's warranty ends, if that is later. Waiting days count from the contract and put off the end
    by as much as they put off the beginning.
    """
    contract = max(purchased_on, effective_on)
    starts_on = max(contract, after_warranty or contract)
    covered_from = max(starts_on, contract + timedelta(days=waiting_days))
    waiting_until = covered_from if covered_from > starts_on else None
    return CoverDates(starts_on, waiting_until, months_after(covered_from, months))


def days_used(covered_from: date, ends_on: date, on: date) -> int:
    """Days of cover that are over on the morning of a day: none before it begins, all of them after its end."""
    return min(max(0, (on - covered_from).days), (ends_on - covered_from).days)


def earned(amount: Money, covered_from: date, ends_on: date, on: date) -> Money:
    """What of a premium is earned by a day (已赚保费): by days, nothing before the first covered one."""
    return share(amount, days_used(covered_from, ends_on, on), (ends_on - covered_from).days)


def unearned(amount: Money, covered_from: date, ends_on: date, on: date) -> Money:
    """The rest of it (未到期责任准备金)."""
    return amount - earned(amount, covered_from, ends_on, on)


def unearned_rising(amount: Money, months: int, passed: int) -> Money:
    """What is not earned where the risk rises to the end: the reverse rule of 78. Units: months, of which `passed`."""
    whole = months * (months + 1)
    return share(amount, whole - passed * (passed + 1), whole)


def refund(gross: Money, fee: Money, used_days: int, total_days: int) -> Money:
    """What is given back of a premium (退保金): the unused days' share less the fee, never below zero.

    With no day used it is the premium less the fee. Source: Insurance Law Art. 54.
    """
    rest = share(gross, total_days - used_days, total_days) - fee
    return rest if rest.minor > 0 else Money(0, gross.currency)


def change_due(difference: Money, remaining_days: int, total_days: int) -> Money:
    """What an endorsement costs, or gives back when negative: the yearly difference for the days that remain."""
    return share(difference, remaining_days, total_days)


def cooling_off_until(issued_on: date, days: int) -> date:
    """The last day on which a policy is taken back in full (犹豫期).

    Source: Civil Code Art. 201: the day of issue does not count.
    """
    return issued_on + timedelta(days=days)


def serial_form(text: str) -> str:
    """A serial number as it is kept, compared and searched by: one device has one, however it was written.

    In compatibility form, in capitals, without spaces, dashes and what nobody sees.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    return "".join(each for each in plain if each != MINUS and unicodedata.category(each) not in UNCOUNTED)


def is_serial(form: str) -> bool:
    """Whether a serial number in its form has only characters that cannot be taken for each other unseen."""
    return SERIAL.fullmatch(form) is not None


def is_serial_of(category: DeviceCategory, serial_number: str) -> bool:
    """Whether a serial number may be this device's: fifteen digits on a phone are an IMEI with its check digit."""
    if category is not DeviceCategory.PHONE or len(serial_number) != IMEI_DIGITS or not serial_number.isdigit():
        return True
    return bool(luhn.is_valid(serial_number))
