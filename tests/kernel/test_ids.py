"""Ids sort by time, and a public id says what it names."""

from __future__ import annotations

import time
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.kernel.ids import any_id, new_id, own_id, parse_id, public_id

PREFIXES = some.from_regex(r"\A[a-z]{3}\Z")


def test_ids_are_version_7_and_carry_the_time_they_were_made() -> None:
    before = time.time_ns() // 1_000_000
    made = [new_id() for _ in range(2000)]
    after = time.time_ns() // 1_000_000
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {RFC_4122}
    assert all(before <= each.int >> 80 <= after for each in made)
    assert len(set(made)) == len(made)


def test_ids_grow_within_a_millisecond_too() -> None:
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made)


def test_later_ids_sort_after_earlier_ones() -> None:
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first < second
    assert str(first) < str(second)


@given(PREFIXES, some.uuids())
def test_a_public_id_comes_back(prefix: str, value: UUID) -> None:
    text = public_id(prefix, value)
    assert parse_id(text) == (prefix, value)
    assert own_id(prefix, text) == any_id(text) == value


@given(some.uuids())
def test_an_id_of_another_kind_is_not_ones_own(value: UUID) -> None:
    assert own_id("clm", public_id("pol", value)) is None
    assert any_id(public_id("pol", value)) == value


@given(some.text(max_size=60))
def test_any_text_is_read_without_harm(text: str) -> None:
    parsed = parse_id(text)
    assert parsed is None or public_id(*parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "clm_",
        "clm_" + "0" * 31,
        "clm_" + "0" * 33,
        "CLM_" + "0" * 32,
        "clm_" + "A" * 32,
        "clm_" + "0" * 32 + "\n",
        "clm-" + "0" * 32,
        "clm_" + "\u0660" * 32,
        " clm_" + "0" * 32,
    ],
)
def test_a_malformed_id_names_nothing(text: str) -> None:
    assert any_id(text) is None
