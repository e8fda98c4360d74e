"""When a customer is reminded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.renewals import rules


@pytest.mark.parametrize(
    ("left", "mark"),
    [
        (31, None), (30, 30), (29, 30), (16, 30), (15, 15), (14, 15), (8, 15), (7, 7), (2, 7), (1, 1), (0, None),
        (-1, None),
    ],
)  # fmt: skip
def test_a_cover_stands_at_the_nearest_mark_it_has_passed(left: int, mark: int | None) -> None:
    assert rules.mark_of(left) == mark


@given(left=st.integers(-100, 400))
def test_no_mark_is_told_before_its_time(left: int) -> None:
    mark = rules.mark_of(left)
    assert mark is None or 0 < left <= mark


def test_the_last_day_of_a_cover_has_one_day_left() -> None:
    assert rules.days_left(date(2026, 12, 1), date(2026, 11, 30)) == 1
