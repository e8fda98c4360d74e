"""The arithmetic of complaints."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.complaints import rules
from domain.complaints.limits import LIMITS
from domain.complaints.refusals import ExtendedTwice
from domain.complaints.terms import ComplaintLimit
from domain.service_levels.limits import latest

RECEIVED = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(("extensions", "days"), [(0, 15), (1, 30), (2, 60)])
def test_a_reply_is_due_after_fifteen_then_thirty_then_sixty_days(extensions: int, days: int) -> None:
    limit = rules.limit_after(extensions)
    in_force = latest([known for known in LIMITS if known.name == limit], date(2026, 11, 1))
    assert rules.due(RECEIVED, in_force.days) == RECEIVED + timedelta(days=days)


def test_the_time_is_extended_twice_at_most() -> None:
    with pytest.raises(ExtendedTwice):
        rules.limit_after(3)


def test_every_limit_has_days_and_a_source() -> None:
    assert {limit.name for limit in LIMITS} == set(ComplaintLimit)
    assert all(limit.days > 0 and limit.source for limit in LIMITS)


@pytest.mark.parametrize(
    ("hours", "warnings"), [(0, 0), (179, 0), (180, 1), (287, 1), (288, 2), (359, 2), (360, 3), (500, 3)]
)
def test_somebody_is_warned_at_half_at_four_fifths_and_at_the_end_of_the_time(hours: int, warnings: int) -> None:
    due = rules.due(RECEIVED, 15)
    assert rules.warnings_passed(RECEIVED, due, RECEIVED + timedelta(hours=hours)) == warnings


@given(first=st.integers(0, 10**6), second=st.integers(0, 10**6))
def test_warnings_only_grow_with_time(first: int, second: int) -> None:
    due = rules.due(RECEIVED, 15)
    early, late = sorted((first, second))
    early_at, late_at = (RECEIVED + timedelta(seconds=seconds) for seconds in (early, late))
    assert rules.warnings_passed(RECEIVED, due, early_at) <= rules.warnings_passed(RECEIVED, due, late_at)


def test_whoever_has_an_interest_is_recused_and_nobody_is_not() -> None:
    somebody, other = uuid4(), uuid4()
    assert rules.is_recused(somebody, {None, somebody})
    assert not rules.is_recused(other, {None, somebody})
    assert not rules.is_recused(None, {None, somebody})
