"""A sealed value opens only in its own place and row, and only with a key that is still held."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.kernel import sealing
from domain.kernel.ids import new_id
from domain.kernel.sealing import CannotUnseal, blind_index, seal, seal_bytes, unseal, unseal_bytes
from domain.kernel.settings import settings

PLACE = "customer.identity_number"
OLD, NEW = "o" * 32, "n" * 32


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


def hold(keys: pytest.MonkeyPatch, *held: str) -> None:
    """Sets the keys of this process, the present one first."""
    keys.setenv("AFTERCARE_SEALING_KEY", ",".join(held))
    settings.cache_clear()


@given(some.binary(max_size=200), some.uuids())
def test_a_file_is_sealed_as_a_text_is_and_is_no_text(content: bytes, row: UUID) -> None:
    sealed = seal_bytes(PLACE, row, b"\xff" + content)
    assert unseal_bytes(PLACE, row, sealed) == b"\xff" + content
    for place, other in ((PLACE, new_id()), ("elsewhere", row)):
        with pytest.raises(CannotUnseal):
            unseal_bytes(place, other, sealed)
    with pytest.raises(CannotUnseal):
        unseal(PLACE, row, sealed)


@given(some.text(max_size=200), some.uuids())
def test_what_was_sealed_opens_in_its_place(plain: str, row: UUID) -> None:
    sealed = seal(PLACE, row, plain)
    assert unseal(PLACE, row, sealed) == plain
    assert unseal(PLACE, row, memoryview(sealed)) == plain  # type: ignore[arg-type]  # as a driver may give it


def test_the_plain_value_is_not_in_the_ciphertext_and_no_two_are_alike() -> None:
    row = new_id()
    sealed = {seal(PLACE, row, "11010519491231002X") for _ in range(100)}
    assert len(sealed) == 100
    assert not any(b"110105" in each for each in sealed)


def test_ciphertexts_of_two_rows_cannot_be_swapped() -> None:
    mine, yours = new_id(), new_id()
    a, b = seal(PLACE, mine, "mine"), seal(PLACE, yours, "yours")
    for row, sealed in ((mine, b), (yours, a)):
        with pytest.raises(CannotUnseal):
            unseal(PLACE, row, sealed)


def test_a_ciphertext_cannot_move_to_another_column() -> None:
    row = new_id()
    with pytest.raises(CannotUnseal):
        unseal("customer.mobile", row, seal(PLACE, row, "13812345678"))


@given(some.data())
def test_a_changed_ciphertext_does_not_open(data: some.DataObject) -> None:
    row = new_id()
    sealed = bytearray(seal(PLACE, row, "13812345678"))
    at = data.draw(some.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(some.integers(1, 255))
    with pytest.raises(CannotUnseal) as refused:
        unseal(PLACE, row, bytes(sealed))
    assert "138" not in str(refused.value)


@pytest.mark.parametrize("length", [0, 1, 4, 15, 16, 20, 31])
def test_a_cut_ciphertext_does_not_open(length: int) -> None:
    row = new_id()
    with pytest.raises(CannotUnseal):
        unseal(PLACE, row, seal(PLACE, row, "x")[:length])


def test_a_former_key_still_opens_and_the_present_one_seals(keys: pytest.MonkeyPatch) -> None:
    row = new_id()
    hold(keys, OLD)
    before = seal(PLACE, row, "before")
    hold(keys, NEW, OLD)
    assert unseal(PLACE, row, before) == "before"
    after = seal(PLACE, row, "after")
    assert after[:4] != before[:4]
    hold(keys, NEW)
    assert unseal(PLACE, row, after) == "after"
    with pytest.raises(CannotUnseal, match="no key"):
        unseal(PLACE, row, before)


def test_a_blind_index_is_the_same_for_the_same_value_and_kind_only(keys: pytest.MonkeyPatch) -> None:
    found = blind_index("mobile", "13812345678")
    assert found == blind_index("mobile", "13812345678")
    assert len(found) == sealing.BLIND_BYTES
    assert found != blind_index("mobile", "13812345679")
    assert found != blind_index("mail", "13812345678")
    keys.setenv("AFTERCARE_BLIND_KEY", NEW)
    settings.cache_clear()
    assert found != blind_index("mobile", "13812345678")


def test_a_new_sealing_key_leaves_the_search_as_it_is(keys: pytest.MonkeyPatch) -> None:
    hold(keys, OLD)
    before = blind_index("mobile", "13812345678")
    hold(keys, NEW, OLD)
    assert blind_index("mobile", "13812345678") == before
