"""Who may be the same customer: found over all books by what is sealed, and told to staff alone."""

from __future__ import annotations

import pytest

from domain.customers.duplicates import MOST, Duplicate, duplicates_of
from domain.customers.models import Customer
from domain.customers.terms import DuplicateDetail
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from tests.customers.planted import introduced, planted
from tests.factories.identity import COMPANY_CODE, NUMBER, known
from tests.factories.insured import partner_with_a_book

pytestmark = pytest.mark.usefixtures("database")
PHONE, MAIL = "13812345678", "wang@example.com"


async def found(row: Customer) -> list[Duplicate]:
    async with transaction():
        return await duplicates_of(row.id)


async def test_nobody_is_the_same_as_somebody_who_shares_nothing() -> None:
    row = await introduced()
    await known(identity_number=None)
    await known(full_name=row.full_name, identity_number=None)
    assert await found(row) == []
    async with transaction():
        assert await duplicates_of(new_id()) == []


async def test_the_same_person_in_another_book_shares_everything() -> None:
    row, other = await introduced(), await introduced()
    same = ("phone", "mail", "identity_number", "bank_account")
    assert await found(row) == [Duplicate(other.id, other.partner_id, same, same_name=True)]
    assert await found(other) == [Duplicate(row.id, row.partner_id, same, same_name=True)]


async def test_the_most_alike_come_first_and_a_name_decides_among_equals() -> None:
    row = await introduced()
    phone_only = await known(phone=PHONE, identity_number=None)
    number_only = await known(full_name="王五", identity_number=planted().identity_number)
    two = await known(phone=PHONE, mail=" WANG.WU@planted.example ", identity_number=None)
    assert [(each.customer_id, each.same, each.same_name) for each in await found(row)] == [
        (two.id, ("phone", "mail"), False),
        (number_only.id, ("identity_number",), True),
        (phone_only.id, ("phone",), False),
    ]


async def test_the_same_account_in_one_book_is_noticed() -> None:
    partner = await partner_with_a_book()
    account = "6222020200112233446"
    rows = [await known(partner, identity_number=None, bank_account=account) for _ in range(2)]
    (other,) = await found(rows[0])
    assert (other.customer_id, other.same) == (rows[1].id, ("bank_account",))


async def test_companies_are_the_same_by_their_code() -> None:
    first, second = [
        await known(identity_number=None, full_name=name, organisation_code=code)
        for name, code in (("Acme Ltd", COMPANY_CODE), ("ACME LTD", COMPANY_CODE.lower()))
    ]
    assert await found(first) == [Duplicate(second.id, second.partner_id, ("organisation_code",), same_name=True)]


async def test_at_most_twenty_are_told_the_most_alike_of_them() -> None:
    row = await known(mail=MAIL)
    others = [await known(mail=MAIL, identity_number=None) for _ in range(MOST + 1)]
    both = await known(mail=MAIL, identity_number=NUMBER)
    told = await found(row)
    assert (len(told), told[0].customer_id) == (MOST, both.id)
    assert {each.customer_id for each in told[1:]} < {each.id for each in others}


def test_every_detail_has_its_word() -> None:
    assert {each.value.lower() for each in DuplicateDetail} == {
        "phone", "mail", "identity_number", "bank_account", "organisation_code",
    }  # fmt: skip
