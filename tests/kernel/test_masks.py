"""A mask keeps enough to recognise one's own and too little to use another's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.kernel import masks

DIGITS = some.text("0123456789X", min_size=8, max_size=30)


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        (masks.mask_identity_number, "11010519491231002X", "110***********002X"),
        (masks.mask_mobile, "13812345678", "138****5678"),
        (masks.mask_bank_account, "6222021234561111", "************1111"),
        (masks.mask_mail, "zhang.san@example.com", "z***@example.com"),
        (masks.mask_name, "张三丰", "张**"),
        (masks.mask_address, "上海市黄浦区南京东路一百号二室", "上海市黄浦区南京东****"),
        (masks.mask_address, "12 Elm St", "12 ****"),
        (masks.mask_address, "南京路一号", "****"),
        (masks.mask_serial, "SN-2026-ABCD", "********ABCD"),
    ],
)
def test_a_value_is_shown_masked(mask: Callable[[str], str], plain: str, shown: str) -> None:
    assert mask(plain) == shown


@given(DIGITS)
def test_a_mask_is_as_long_as_the_value_and_hides_its_middle(plain: str) -> None:
    for mask, head in ((masks.mask_identity_number, 3), (masks.mask_mobile, 3), (masks.mask_bank_account, 0)):
        shown = mask(plain)
        assert len(shown) == len(plain)
        assert shown[:head] == plain[:head]
        assert shown[-4:] == plain[-4:]
        assert set(shown[head:-4]) == {"*"}


@given(some.text(max_size=40))
def test_any_value_can_be_masked(plain: str) -> None:
    for mask in (masks.mask_mail, masks.mask_name, masks.mask_address):
        assert "*" in mask(plain)
    assert masks.mask_name(plain)[:-2] == plain[:1]
