"""The form, the normal form and the mask of each sealed field, and that none of it is ever stored in plain."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.customers import changes, revealing
from domain.customers.details import (
    MAX_ADDRESS,
    MAX_NAME,
    SEALED,
    CustomerDetails,
    blind_finder,
    check_details,
    sealed_columns,
)
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.customers.terms import SealedField
from domain.kernel.actor import Role
from domain.kernel.logs import QUIET
from domain.kernel.refusals import AlreadyExists, Refusals
from domain.kernel.sealing import CannotUnseal, unseal
from tests.customers.planted import (
    MASKS,
    PLAIN,
    all_that_is_stored,
    always,
    introduced,
    plain_in,
    planted,
    signed_in,
)
from tests.factories.insured import partner_with_a_book, person, staff
from tests.factories.working import work_off

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")  # noqa: RUF001 - digits of another script
GOOD = [
    ("phone", "13000000000"), ("phone", "19999999999"), ("phone", " 13812345678\t"),
    ("mail", "a@b.cn"), ("mail", " Zhang.San+x@Example.COM "),
    ("identity_number", "11010519491231002X"), ("identity_number", " 11010519491231002x "),
    ("bank_account", "6222020200112233446"), ("bank_account", " 4111111111111111"),
    ("address", "上海市黄浦区南京东路一百号二室"), ("address", "x" * MAX_ADDRESS),
]  # fmt: skip
WRONG: dict[str, tuple[str, ...]] = {
    "phone": (
        "", "12812345678", "1381234567", "138123456789", "+8613812345678", "138 1234 5678", "13812345678\n1",
        "138" + "12345678".translate(FULL_WIDTH),
    ),
    "mail": ("", "a", "a@b", "@planted.example", "a@@example.com", "a b@example.com", "a@b@c.com"),
    "identity_number": (
        "", "110105194912310021", "11010519491331002X", "1101051949123100", "110105 19491231002X",
        "110105-19491231-002X", "11010519491231002".translate(FULL_WIDTH) + "X",
    ),
    "bank_account": (
        "", "4111111111111112", "41111111111", "4111 1111 1111 1111", "62220202001122334460000",
        "4111111111111111".translate(FULL_WIDTH),
    ),
    "address": ("", "  ", "x" * (MAX_ADDRESS + 1)),
}  # fmt: skip
BAD = [(name, text) for name, texts in WRONG.items() for text in texts]
PLANTED_LATER = {"phone": "13987654321", "mail": "new.address@planted.example", "bank_account": "4111111111111111"}
EVERYTHING_PLANTED = PLAIN | {f"new {name}": value for name, value in PLANTED_LATER.items()}


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_a_value_of_the_right_form_is_taken(name: str, text: str) -> None:
    assert SEALED[name].fits(SEALED[name].normalise(text))


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_value_of_another_form_is_refused_by_name_and_not_repeated(name: str, text: str) -> None:
    values = {"phone": PLAIN["phone"], "mail": PLAIN["mail"], name: text}
    with pytest.raises(Refusals) as raised:
        check_details(CustomerDetails(full_name="王五", **values))  # type: ignore[arg-type]
    (refusal,) = raised.value.all
    assert refusal.constraint == f"{name}_form"  # type: ignore[attr-defined]
    assert len(text) < 8 or text not in refusal.message("en") + refusal.message("zh")


@pytest.mark.parametrize("name", ["", " ", "x" * (MAX_NAME + 1)])
def test_a_name_is_neither_empty_nor_endless(name: str) -> None:
    with pytest.raises(Refusals) as raised:
        check_details(CustomerDetails(full_name=name, phone=PLAIN["phone"], mail=PLAIN["mail"]))
    assert [refusal.path[-1] for refusal in raised.value.all] == ["fullName"]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("phone", "13812345678", " 13812345678 "),
        ("mail", "wang.wu@planted.example", " Wang.Wu@PLANTED.example"),
        ("identity_number", "11010519491231002X", "11010519491231002x "),
        ("bank_account", "4111111111111111", " 4111111111111111"),
    ],
)
def test_one_value_has_one_blind_index_however_it_is_written(name: str, first: str, second: str) -> None:
    row_id = uuid4()
    one, other = sealed_columns(row_id, name, first), sealed_columns(row_id, name, second)
    assert one[f"{name}_blind"] == other[f"{name}_blind"] == blind_finder(name)(second)
    assert one[f"{name}_mask"] == other[f"{name}_mask"]
    assert unseal(f"customer:{name}", row_id, other[f"{name}_sealed"]) == first
    assert one[f"{name}_sealed"] != other[f"{name}_sealed"]


def test_equal_digits_of_different_fields_have_different_blind_indexes() -> None:
    found = {SEALED[name].column: blind_finder(name)("13812345678") for name in SEALED if SEALED[name].indexed}
    assert len(set(found.values())) == len(found) == 4


def test_an_address_is_sealed_and_never_searched() -> None:
    assert set(sealed_columns(uuid4(), "address", PLAIN["address"])) == {"address_sealed", "address_mask"}


@pytest.mark.parametrize("name", SEALED)
def test_a_sealed_value_opens_in_its_own_row_and_column_only(name: str) -> None:
    row_id = uuid4()
    columns = sealed_columns(row_id, name, PLAIN[name])
    assert columns[f"{name}_mask"] == MASKS[name]
    sealed = columns[f"{name}_sealed"]
    assert unseal(f"customer:{name}", row_id, sealed) == PLAIN[name]
    other = "mail" if name == "phone" else "phone"
    for place, row in ((f"customer:{name}", uuid4()), (f"customer:{other}", row_id)):
        with pytest.raises(CannotUnseal):
            unseal(place, row, sealed)


@given(some.text(min_size=2, max_size=MAX_ADDRESS).filter(lambda text: len(text.strip()) > 1))
def test_no_address_however_short_stands_whole_in_its_mask(address: str) -> None:
    shown = sealed_columns(uuid4(), "address", address)["address_mask"].removesuffix("****")
    assert address.strip().startswith(shown)
    assert len(shown) < len(address.strip())


def test_details_keep_what_they_hold_out_of_their_text() -> None:
    assert plain_in(f"{planted()!r} {planted()} {[planted()]}", PLAIN) == []


async def test_plain_values_stand_in_no_column_no_audit_entry_no_job_and_no_log_line(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    for quiet in QUIET:
        caplog.set_level(logging.WARNING, quiet)
    caplog.set_level(logging.DEBUG)
    partner, service = await partner_with_a_book(), await staff(Role.CUSTOMER_SERVICE)
    row = await introduced(partner)
    customer, later = signed_in(row.id), PLANTED_LATER
    await changes.change_contact(row.id, phone=later["phone"], mail=later["mail"], expected_version=1, actor=service)
    await changes.change_bank_account(row.id, bank_account=later["bank_account"], expected_version=2, actor=customer)
    for field in SealedField:
        await revealing.reveal(row.id, field=field, reason="my own", works_for=always, actor=customer)
    known = await introduced(partner, person())
    with pytest.raises(AlreadyExists):
        await changes.change_contact(known.id, phone=later["phone"], mail=None, expected_version=1, actor=service)
    stranger = CustomerDetails(full_name="X", phone=later["phone"], mail="z@y.example")
    with pytest.raises(Refusals):
        await introduce(stranger, row.partner_id, actor=partner)
    assert await work_off("notifications.send", most=1)
    stored = await all_that_is_stored()
    assert "王五" in stored
    assert all(mask in stored for mask in MASKS.values())
    assert plain_in(stored, EVERYTHING_PLANTED) == []
    logging.getLogger("test").debug("told")
    assert "told" in caplog.text
    assert plain_in(caplog.text, EVERYTHING_PLANTED) == []


async def test_a_look_for_planted_values_finds_them_where_they_are(database: str) -> None:
    row = await introduced()
    await Customer.filter(id=row.id).update(full_name=PLAIN["phone"], address_sealed=PLAIN["address"].encode())
    assert plain_in(await all_that_is_stored(), PLAIN) == ["phone", "address"]
