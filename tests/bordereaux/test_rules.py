"""What the lines of a bordereau come to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bordereaux.rules import Amounts, amounts_of, last_month
from domain.kernel.money import Money
from domain.policies.postings import written_lines

MINOR = st.integers(0, 10**9)


@given(MINOR, MINOR, MINOR)
def test_a_posting_is_read_as_it_was_written_and_its_reversal_takes_it_off(net: int, tax: int, commission: int) -> None:
    amounts = amounts_of(written_lines(Money(net), Money(tax), Money(commission)))
    assert (amounts, amounts.gross) == (Amounts(net, tax, commission), net + tax)
    assert amounts + amounts_of(written_lines(Money(-net), Money(-tax), Money(-commission))) == Amounts()


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 1, 1), date(2025, 12, 1)), (date(2026, 3, 31), date(2026, 2, 1)),
        (date(2026, 12, 15), date(2026, 11, 1)),
    ],
)  # fmt: skip
def test_the_last_month_is_the_one_that_is_over(today: date, month: date) -> None:
    assert last_month(today) == month
