"""What a customer says of himself or herself, field by field."""

from __future__ import annotations

import pytest

from domain.customers.details import SEALED

MAIL = SEALED["mail"]


@pytest.mark.parametrize(
    "address",
    ["a@b.cn", " Chen.1+claims@Mail.Example ", "o'neill@a-b.example", "x@xn--fsqu00a.example", f"{'a' * 64}@b.cn"],
)
def test_an_address_that_can_be_written_to_is_accepted(address: str) -> None:
    assert MAIL.fits(MAIL.normalise(address))


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "a@b", "@b.cn", "a@", "a@b@c.cn", "a b@c.cn", "a@b..cn", "a..b@c.cn", ".a@c.cn", "a@-b.cn", "a@b.c1n-",
        "陈1@mail.example", "chen@例子.example", "陈1@例子.example", "chen@mail.例子", "é@b.cn", "\u0430@b.cn",
        "<a@b.cn>", "a,b@c.cn", '"a"@b.cn', "a@b.cn\r\nbcc: c@d.cn", f"{'a' * 65}@b.cn", f"a@{'b.' * 130}cn",
    ],
)  # fmt: skip
def test_an_address_that_no_letter_reaches_is_refused(address: str) -> None:
    assert not MAIL.fits(MAIL.normalise(address))
