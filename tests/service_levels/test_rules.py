"""The arithmetic of clocks, over pauses, holidays, make-up days and ends of years."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.clock import INSURER_ZONE
from domain.service_levels import rules
from domain.service_levels.calendars import published
from domain.service_levels.terms import ServiceCalendar, Span, Target

ALWAYS, BUSINESS = ServiceCalendar.AROUND_THE_CLOCK, ServiceCalendar.BUSINESS
DAY = 540  # minutes of a working day


def at(text: str) -> datetime:
    """An instant in the insurer's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=INSURER_ZONE).astimezone(UTC)


def works(day: date) -> bool:
    """By the published calendar."""
    return published().is_working_day(day)


def due(start: str, minutes: int, calendar: ServiceCalendar = BUSINESS, *pauses: tuple[str, str]) -> datetime:
    """When a promise is due."""
    spans = [Span(at(since), at(until)) for since, until in pauses]
    return rules.due(at(start), Target(minutes, calendar), spans, works)


def test_a_decision_waits_for_the_papers_as_the_interpretation_says() -> None:
    pause = ("2026-11-06 10:00", "2026-11-13 16:00")
    assert due("2026-11-01 09:00", 30 * 24 * 60, ALWAYS, pause) == at("2026-12-08 15:00")


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-02 10:00", 120, "2026-11-02 12:00"),
        ("2026-11-02 17:30", 120, "2026-11-03 10:30"),
        ("2026-11-06 17:30", 120, "2026-11-09 10:30"),  # Friday to Monday
        ("2026-11-02 07:00", 120, "2026-11-02 11:00"),  # before opening
        ("2026-11-02 19:00", 60, "2026-11-03 10:00"),  # after closing
        ("2026-11-02 09:00", DAY, "2026-11-02 18:00"),
        ("2026-11-02 11:00", DAY, "2026-11-03 11:00"),
        ("2026-11-02 11:00", 3 * DAY, "2026-11-05 11:00"),
        ("2026-11-02 10:00", 0, "2026-11-02 10:00"),
        ("2026-09-30 17:00", 120, "2026-10-08 10:00"),  # the national holidays
        ("2026-10-09 17:00", 120, "2026-10-10 10:00"),  # a Saturday on which people make up for them
        ("2026-02-13 17:00", 120, "2026-02-14 10:00"),  # another
        ("2026-02-14 17:00", 120, "2026-02-24 10:00"),  # nine days of Spring Festival
        ("2025-12-31 17:00", 120, "2026-01-04 10:00"),  # New Year's holidays, then a working Sunday
        ("2026-12-31 17:00", 120, "2027-01-04 10:00"),  # a year that is not published yet
    ],
)
def test_only_business_hours_of_working_days_count(start: str, minutes: int, expected: str) -> None:
    assert due(start, minutes) == at(expected)


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("2026-11-02 10:00", "2026-11-02 11:00")], "2026-11-02 13:00"),
        ([("2026-11-02 10:00", "2026-11-02 11:00"), ("2026-11-02 10:30", "2026-11-02 11:30")], "2026-11-02 13:30"),
        ([("2026-11-02 10:00", "2026-11-02 12:00"), ("2026-11-02 10:30", "2026-11-02 11:00")], "2026-11-02 14:00"),
        ([("2026-11-02 10:00", "2026-11-02 11:00"), ("2026-11-02 11:00", "2026-11-02 12:00")], "2026-11-02 14:00"),
        ([("2026-11-02 16:00", "2026-11-02 17:00")], "2026-11-02 12:00"),  # after it was due
        ([("2026-11-02 08:00", "2026-11-02 10:30")], "2026-11-02 12:30"),  # from before it began
        ([("2026-11-02 11:00", "2026-11-02 11:00")], "2026-11-02 12:00"),  # none
        ([("2026-11-02 11:00", "2026-11-03 09:30")], "2026-11-03 10:30"),  # overnight, of which seven hours count
    ],
)
def test_pauses_do_not_count_however_they_overlap(pauses: list[tuple[str, str]], expected: str) -> None:
    assert due("2026-11-02 10:00", 120, BUSINESS, *pauses) == at(expected)


def test_a_pause_across_a_holiday_costs_only_the_business_hours_in_it() -> None:
    assert due("2026-09-30 16:00", 240, BUSINESS, ("2026-09-30 17:00", "2026-10-08 10:00")) == at("2026-10-08 13:00")
    assert due("2026-09-30 16:00", 240, BUSINESS, ("2026-10-02 00:00", "2026-10-05 00:00")) == due(
        "2026-09-30 16:00", 240
    )


def test_a_pause_across_the_end_of_a_year_does_not_count() -> None:
    pause = ("2026-12-30 12:00", "2027-01-05 09:00")
    assert due("2026-12-30 10:00", 240, BUSINESS, pause) == at("2027-01-05 11:00")
    assert due("2026-12-30 10:00", 240, ALWAYS, pause) == at("2027-01-05 11:00")


@pytest.mark.parametrize(("percent", "expected"), [(50, "11:00"), (80, "11:36"), (100, "12:00")])
def test_shares_of_the_time_are_due_on_the_way(percent: int, expected: str) -> None:
    found = rules.due(at("2026-11-02 10:00"), Target(120, BUSINESS), [], works, percent)
    assert found == at(f"2026-11-02 {expected}")


@pytest.mark.parametrize(
    ("now", "warnings"), [("10:59", 0), ("11:00", 1), ("11:35", 1), ("11:36", 2), ("12:00", 3), ("18:00", 3)]
)
def test_warnings_are_given_at_half_at_four_fifths_and_at_the_end(now: str, warnings: int) -> None:
    target = Target(120, BUSINESS)
    found = rules.warnings_passed(at("2026-11-02 10:00"), target, [], works, at(f"2026-11-02 {now}"))
    assert found == warnings


def test_a_calendar_without_a_working_day_is_told() -> None:
    with pytest.raises(rules.NoBusinessHours):
        rules.due(at("2026-11-02 10:00"), Target(1, BUSINESS), [], lambda _: False)


START = at("2026-11-02 10:00")
MINUTES = st.integers(0, 20_000)
SPANS = st.lists(
    st.tuples(st.integers(-2_000, 20_000), st.integers(0, 5_000)).map(
        lambda pair: Span(START + timedelta(minutes=pair[0]), START + timedelta(minutes=sum(pair)))
    ),
    max_size=6,
)


@given(MINUTES, SPANS, st.sampled_from(ServiceCalendar))
def test_what_lies_between_start_and_due_without_the_pauses_is_the_target(
    minutes: int, pauses: list[Span], calendar: ServiceCalendar
) -> None:
    end = rules.due(START, Target(minutes, calendar), pauses, works)
    lost = sum(
        rules.minutes_between(max(each.start, START), min(each.end, end), calendar, works)
        for each in rules.merged(pauses)
        if each.end > START and each.start < end
    )
    assert rules.minutes_between(START, end, calendar, works) - lost == minutes


@given(MINUTES, SPANS, SPANS)
def test_more_pauses_never_make_it_due_earlier(minutes: int, some: list[Span], more: list[Span]) -> None:
    target = Target(minutes, ALWAYS)
    assert rules.due(START, target, some, works) <= rules.due(START, target, some + more, works)


@given(SPANS)
def test_merged_spans_neither_overlap_nor_touch(spans: list[Span]) -> None:
    found = rules.merged(spans)
    assert all(one.end < other.start for one, other in itertools.pairwise(found))
    assert all(each.start < each.end for each in found)
