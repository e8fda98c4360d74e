"""Instants in UTC at milliseconds, days where the insurer is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from domain.kernel import clock

DAYS = some.dates(date(1992, 1, 1), date(2199, 12, 31))


def test_now_is_in_utc_and_no_finer_than_what_is_stored() -> None:
    for _ in range(200):
        instant = clock.now()
        assert instant.tzinfo is UTC
        assert instant.microsecond % 1000 == 0
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(seconds=1)


def test_a_day_begins_at_midnight_where_the_insurer_is() -> None:
    assert clock.start_of(date(2026, 3, 1)) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert clock.day_of(datetime(2026, 2, 28, 15, 59, 59, 999000, tzinfo=UTC)) == date(2026, 2, 28)
    assert clock.day_of(datetime(2026, 2, 28, 16, tzinfo=UTC)) == date(2026, 3, 1)


@given(DAYS)
def test_every_instant_of_a_day_is_of_that_day(day: date) -> None:
    first = clock.start_of(day)
    assert clock.day_of(first) == day
    assert clock.day_of(first - timedelta(milliseconds=1)) == day - timedelta(days=1)
    assert clock.start_of(day + timedelta(days=1)) - first == timedelta(days=1)


def test_time_can_be_moved_and_goes_on_from_there() -> None:
    then = datetime(2020, 2, 29, 12, tzinfo=UTC)
    with clock.at(then):
        assert timedelta(0) <= clock.now() - then < timedelta(seconds=1)
        assert clock.today() == date(2020, 2, 29)
        with clock.at(then + timedelta(days=1)):
            assert clock.today() == date(2020, 3, 1)
        assert clock.today() == date(2020, 2, 29)
    assert clock.now().year > 2020
