"""When customers are asked, and what their answers say together."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.clock import INSURER_ZONE
from domain.surveys import rules


def shanghai(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=INSURER_ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (shanghai(8), shanghai(8)),
        (shanghai(20, 59), shanghai(20, 59)),
        (shanghai(21), shanghai(8, day=11)),
        (shanghai(23, 59), shanghai(8, day=11)),
        (shanghai(0), shanghai(8)),
        (shanghai(7, 59), shanghai(8)),
        (shanghai(21, day=31), datetime(2027, 1, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_nobody_is_asked_between_nine_in_the_evening_and_eight(at: datetime, expected: datetime) -> None:
    assert rules.next_waking(at) == expected


@given(st.integers(0, 20 * 366 * 24 * 60))
def test_the_next_hour_is_a_waking_one_at_most_eleven_hours_away(minutes: int) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = rules.next_waking(at)
    assert time(8) <= found.astimezone(INSURER_ZONE).time() < time(21)
    assert 0 <= (found - at).total_seconds() <= 11 * 3600
    assert rules.next_waking(found) == found


@pytest.mark.parametrize(
    ("total", "responses", "mean"),
    [
        (0, 0, None), (5, 1, "5.00"), (9, 2, "4.50"), (10, 3, "3.33"), (11, 3, "3.67"),
        (33, 8, "4.13"),  # 4.125, which rounds up and not to even
        (17, 8, "2.13"),
    ],
)  # fmt: skip
def test_the_mean_is_rounded_half_up_to_hundredths(total: int, responses: int, mean: str | None) -> None:
    assert rules.mean_text(total, responses) == mean


@given(st.lists(st.integers(1, 5), min_size=1, max_size=500))
def test_the_mean_lies_among_the_scores_and_half_a_hundredth_from_the_truth(scores: list[int]) -> None:
    mean = rules.mean_score(sum(scores), len(scores))
    assert mean is not None
    assert min(scores) <= mean <= max(scores)
    off = Fraction(mean) - Fraction(sum(scores), len(scores))
    assert Fraction(-1, 200) < off <= Fraction(1, 200)
    assert mean == mean.quantize(Decimal("0.01"))
