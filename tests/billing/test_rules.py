"""The arithmetic of billing, held to the worked examples of the field."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing import rules
from domain.billing.limits import LIMITS
from domain.billing.terms import BillingLimit
from domain.kernel.money import Currency, Money

D = Decimal
ISSUED = date(2026, 1, 31)
amounts = st.integers(1, 10**9).map(Money)
shares = st.decimals("0", "0.5", places=6)
counts = st.integers(1, 12)


def planned(gross: Money, tax_rate: Decimal, rate: Decimal, count: int, on: date = ISSUED) -> list[rules.Part]:
    net, _ = rules.split_tax(gross, tax_rate)
    return rules.plan(gross, net, rules.commission(net, rate), count, on)


def test_tax_is_inside_the_price() -> None:
    assert rules.split_tax(Money.of("500.01"), D("0.06")) == (Money.of("471.71"), Money.of("28.30"))


@given(gross=amounts, rate=shares)
def test_net_and_tax_add_up_and_neither_is_negative(gross: Money, rate: Decimal) -> None:
    net, tax = rules.split_tax(gross, rate)
    assert net + tax == gross
    assert net.minor >= 0
    assert tax.minor >= 0


def test_commission_is_a_share_of_the_net_premium() -> None:
    assert rules.commission(Money.of("471.71"), D("0.15")) == Money.of("70.76")


def test_spare_cents_go_to_the_first_instalments() -> None:
    found = planned(Money.of("500.01"), D("0.06"), D("0.15"), 12)
    assert [each.amount for each in found] == [Money.of("41.67")] * 9 + [Money.of("41.66")] * 3
    assert [each.net for each in found] == [Money.of("39.31")] * 11 + [Money.of("39.30")]
    assert [each.commission for each in found] == [Money.of("5.90")] * 8 + [Money.of("5.89")] * 4
    assert [each.tax for each in found] == [Money.of("2.36")] * 9 + [Money.of("2.35")] * 2 + [Money.of("2.36")]
    assert sum(each.tax.minor for each in found) == 28_30


@given(gross=amounts, tax_rate=shares, rate=shares, count=counts)
def test_the_parts_of_every_instalment_and_of_all_add_up(
    gross: Money, tax_rate: Decimal, rate: Decimal, count: int
) -> None:
    found = planned(gross, tax_rate, rate, count)
    net, tax = rules.split_tax(gross, tax_rate)
    assert len(found) == count
    assert sum(each.amount.minor for each in found) == gross.minor
    assert sum(each.net.minor for each in found) == net.minor
    assert sum(each.tax.minor for each in found) == tax.minor
    assert sum(each.commission.minor for each in found) == rules.commission(net, rate).minor
    assert all(each.net + each.tax == each.amount for each in found)
    assert all(each.tax.minor >= 0 for each in found)
    for part in ("amount", "net", "commission"):
        minors = [getattr(each, part).minor for each in found]
        assert minors == sorted(minors, reverse=True)
        assert max(minors) - min(minors) <= 1


def test_instalments_are_due_on_the_same_day_of_every_month_or_the_last_of_a_shorter_one() -> None:
    found = planned(Money.of("500.01"), D("0.06"), D(0), 4)
    assert [each.due_on for each in found] == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
    ]  # fmt: skip
    assert [each.number for each in found] == [1, 2, 3, 4]


@given(on=st.dates(date(2020, 1, 1), date(2035, 12, 31)), count=counts)
def test_every_month_has_one_instalment(on: date, count: int) -> None:
    days = [each.due_on for each in planned(Money.of("500.01"), D(0), D(0), count, on)]
    assert days[0] == on
    months = [day.year * 12 + day.month for day in days]
    assert months == list(range(months[0], months[0] + count))


THREE = [Money(4), Money(3), Money(3)]


@pytest.mark.parametrize(
    ("amount", "unpaid", "settled"),
    [
        (Money(4), THREE, 1), (Money(10), THREE, 3), (Money(3), THREE, 0), (Money(7), THREE, 0), (Money(11), THREE, 0),
        (Money(3), THREE[2:], 1), (Money(4), [], 0), (Money(4, Currency.USD), THREE, 0),
    ],
)  # fmt: skip
def test_money_settles_the_next_instalment_or_all_that_is_left_and_nothing_between(
    amount: Money, unpaid: list[Money], settled: int
) -> None:
    assert rules.settled_by(amount, unpaid) == settled


@pytest.mark.parametrize(("late", "passed"), [(-4, 0), (-3, 1), (-1, 1), (0, 2), (6, 2), (7, 3), (90, 3)])
def test_reminders_come_three_days_before_on_the_day_and_seven_late(late: int, passed: int) -> None:
    assert rules.reminders_passed(ISSUED, ISSUED + timedelta(days=late)) == passed


def test_the_last_day_of_grace_still_counts() -> None:
    (grace,) = [each.days for each in LIMITS if each.name == BillingLimit.GRACE]
    assert grace == 30
    assert rules.last_day_of_grace(ISSUED, grace) == date(2026, 3, 2)
    assert not rules.grace_is_over(ISSUED, grace, date(2026, 3, 2))
    assert rules.grace_is_over(ISSUED, grace, date(2026, 3, 3))
