"""A kind says what its jobs carry; what does not come back as it went in is refused at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.jobs import kinds
from domain.jobs.kinds import Queue, job, kind_of, read_job, write_job
from domain.jobs.refusals import KindTaken, NotStorable, UnknownKind, Unreadable
from tests.jobs.kinds import One, Wide

ZONES = some.sampled_from([UTC])


@given(
    some.builds(
        Wide,
        key=some.uuids(),
        text=some.text(max_size=50),
        count=some.integers(-(2**70), 2**70),
        at=some.datetimes(timezones=ZONES),
        urgent=some.booleans(),
        note=some.none() | some.text(max_size=9),
    )
)
def test_a_job_comes_back_as_it_went_in(work: Wide) -> None:
    kind, document = write_job(work)
    assert read_job(kind, json.loads(json.dumps(document))) == work
    assert kind is kind_of(Wide)


def test_a_field_added_since_is_given_its_default() -> None:
    kind, document = write_job(Wide(UUID(int=1), "x", 1, datetime(2026, 1, 1, tzinfo=UTC)))
    del document["urgent"], document["note"]
    read = read_job(kind, document)
    assert (read.urgent, read.note) == (False, None)


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"key": "not an id"},
        {"key": 7},
        {"text": 7},
        {"count": "7"},
        {"count": True},
        {"urgent": 1},
        {"at": "yesterday"},
        {"at": 3},
    ],
)
def test_stored_fields_that_do_not_fit_are_unreadable(change: dict[str, Any]) -> None:
    kind, document = write_job(Wide(UUID(int=1), "x", 1, datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(Unreadable):
        read_job(kind, document | change)


def test_a_missing_field_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_job(kind_of(One), {})


def test_what_would_not_come_back_is_not_stored() -> None:
    for work in (
        One("not an id"),  # type: ignore[arg-type]
        One(UUID(int=1).hex),  # type: ignore[arg-type]
        Wide(UUID(int=1), 5, 1, datetime(2026, 1, 1, tzinfo=UTC)),  # type: ignore[arg-type]
        Wide(UUID(int=1), "x", 1, datetime(2026, 1, 1)),  # noqa: DTZ001 - that is the fault
        Wide(UUID(int=1), "x", 1, date(2026, 1, 1)),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotStorable):
            write_job(work)


def test_a_field_that_cannot_be_stored_is_refused_when_declared() -> None:
    @dataclass(frozen=True)
    class Loose:
        amount: float

    @dataclass
    class Changing:
        key: UUID

    for declared in (Loose, Changing, object):
        with pytest.raises(NotStorable):
            job("test.loose", queue=Queue.BULK)(declared)
    assert kinds.find_kind("test.loose") is None


def test_a_name_belongs_to_one_class() -> None:
    @dataclass(frozen=True)
    class Other:
        key: UUID

    with pytest.raises(KindTaken):
        job("test.one", queue=Queue.BULK)(Other)


def test_a_time_limit_beyond_the_deadline_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="beyond the deadline"):
        job("test.late", queue=Queue.BULK, time_limit=timedelta(hours=2), deadline=timedelta(hours=1))


def test_a_class_that_was_not_declared_is_no_job() -> None:
    with pytest.raises(UnknownKind):
        write_job(object())
