"""The arithmetic of billing: tax and commission inside a premium, its instalments and their days, what money settles.

Pure functions over values. Amounts are `Money`, rates `Decimal`; a formula is rounded once, at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.kernel.days import months_after
from domain.kernel.money import Money, spread

ONE = Decimal(1)
MOST_INSTALMENTS = 12
REMINDERS = (-3, 0, 7)
"""Marks at which an instalment is reminded of. Units: calendar days after it is due, negative before."""


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment 分期 as it is planned: `amount` is `net` and `tax` together."""

    number: int
    due_on: date
    amount: Money
    net: Money
    tax: Money
    commission: Money


def split_tax(gross: Money, tax_rate: Decimal) -> tuple[Money, Money]:
    """The net premium and the tax inside a price (增值税): they always add up to it."""
    net = Money.rounded(gross.amount / (ONE + tax_rate), gross.currency)
    return net, gross - net


def commission(net: Money, rate: Decimal) -> Money:
    """The seller's share of the net premium (佣金)."""
    return Money.rounded(net.amount * rate, net.currency)


def plan(gross: Money, net: Money, earned_by_sale: Money, count: int, issued_on: date) -> list[Part]:
    """The instalments of a premium (分期), which add up exactly to its amount, net part, tax and commission.

    Amounts, net parts and commission are floor shares whose spare minor units go to the first ones; the tax of each is
    what remains of it, so that every instalment adds up, too. The first is due on the day of issue, the others on the
    same day of the months after it, or the last of a shorter one.
    """
    shares = zip(spread(gross, count), spread(net, count), spread(earned_by_sale, count), strict=True)
    return [
        Part(index + 1, months_after(issued_on, index), amount, own_net, amount - own_net, own_commission)
        for index, (amount, own_net, own_commission) in enumerate(shares)
    ]


def settled_by(amount: Money, unpaid: Sequence[Money]) -> int:
    """How many of the unpaid instalments, in their order, an amount settles: the next one, all of them, or none."""
    if not unpaid or amount.currency is not unpaid[0].currency:
        return 0
    if amount == unpaid[0]:
        return 1
    rest = sum((each.minor for each in unpaid), 0)
    return len(unpaid) if amount.minor == rest else 0


def reminders_passed(due_on: date, today: date) -> int:
    """How many of the marks for reminders have come."""
    return sum(today >= due_on + timedelta(days=mark) for mark in REMINDERS)


def last_day_of_grace(due_on: date, grace_days: int) -> date:
    """The last day on which the cover stands without an instalment (宽限期); the day that it is due does not count."""
    return due_on + timedelta(days=grace_days)


def grace_is_over(due_on: date, grace_days: int, today: date) -> bool:
    """Whether the days of grace after an instalment was due are over; the last of them still counts."""
    return today > last_day_of_grace(due_on, grace_days)
