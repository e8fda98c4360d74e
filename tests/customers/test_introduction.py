"""A customer is introduced once into each book, found again unchanged, and never mixed up with somebody else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.customers.details import CustomerDetails, to_camel
from domain.customers.introduction import GUESSED, introduce, introduce_within
from domain.customers.models import Customer
from domain.customers.refusals import DetailDiffers
from domain.customers.terms import Language
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import NoTransaction
from domain.kernel.refusals import Forbidden, Invalid, Refusals
from domain.kernel.sealing import unseal
from tests.customers.planted import MASKS, PLAIN, introduced, planted
from tests.factories.insured import partner_with_a_book, person, staff
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")
INTRODUCERS = {Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE, Role.SYSTEM}
OTHERS = {
    "full_name": "王伍", "mail": "other@planted.example", "identity_number": "110105194912310038",
    "bank_account": "6222020200112233453",
}  # fmt: skip


def book_of(partner: Actor) -> UUID:
    assert partner.partner_id is not None
    return partner.partner_id


async def test_every_field_is_kept_sealed_for_its_row_beside_its_mask() -> None:
    row = await introduced()
    assert (row.full_name, row.language, row.version, row.payee_changed_at) == ("王五", Language.ZH, 1, None)
    assert {name: getattr(row, f"{name}_mask") for name in PLAIN} == MASKS
    for name, plain in PLAIN.items():
        assert unseal(f"customer:{name}", row.id, getattr(row, f"{name}_sealed")) == plain


async def test_an_introduction_is_audited_with_masks() -> None:
    partner = await partner_with_a_book()
    row = await introduced(partner)
    entry = await AuditEntry.get(action="customer:introduce")
    assert (entry.subject_id, entry.actor) == (row.id, f"partner:{partner.partner_id}")
    assert entry.after == {"phone": MASKS["phone"], "mail": MASKS["mail"], "partner_id": str(partner.partner_id)}


async def test_what_was_not_told_is_not_there() -> None:
    row = await introduced(details=person())
    for name in ("identity_number", "bank_account", "address"):
        assert getattr(row, f"{name}_sealed") is None
        assert getattr(row, f"{name}_mask") is None


async def test_who_is_known_by_the_phone_is_found_again_unchanged() -> None:
    partner = await partner_with_a_book()
    known = await introduced(partner)
    stored = await Customer.filter(id=known.id).values()
    again = replace(
        planted(),
        full_name=" 王五 ",
        phone=" 13812345678 ",
        mail="Wang.Wu@Planted.Example",
        identity_number="11010519491231002x",
        language=Language.EN,
        address="另一个地址,不作比较",
    )
    assert await introduce(again, book_of(partner), actor=partner) == known.id
    assert await introduce(replace(person(), full_name="王五", phone=PLAIN["phone"], mail=PLAIN["mail"]),
                           book_of(partner), actor=partner) == known.id  # fmt: skip
    assert await Customer.all().values() == stored
    assert await AuditEntry.filter(action="customer:introduce").count() == 1


@pytest.mark.parametrize("name", OTHERS)
async def test_a_known_phone_with_another_detail_is_refused_and_changes_nothing(name: str) -> None:
    partner = await partner_with_a_book()
    await introduced(partner)
    other: CustomerDetails = replace(planted(), **{name: OTHERS[name]})  # type: ignore[arg-type]
    async with refused_together() as raised:
        await introduce(other, book_of(partner), actor=partner)
    (refusal,) = raised.value.all
    assert isinstance(refusal, DetailDiffers)
    told = None if name in GUESSED else name
    assert (refusal.field, refusal.path) == (told, ("input", "customer", *([to_camel(told)] if told else [])))
    assert OTHERS[name] not in refusal.message("en") + refusal.message("zh")


async def test_all_that_may_be_named_is_told_at_once_with_its_path() -> None:
    partner = await partner_with_a_book()
    await introduced(partner)
    async with refused_together() as raised:
        await introduce(replace(planted(), **OTHERS), book_of(partner), actor=partner)  # type: ignore[arg-type]
    assert {refusal.path for refusal in raised.value.all} == {
        ("input", "customer", name) for name in ("fullName", "mail")
    }


async def test_what_is_not_known_yet_differs_from_nothing() -> None:
    partner = await partner_with_a_book()
    known = await introduced(partner, replace(planted(), identity_number=None, bank_account=None))
    assert await introduce(planted(), book_of(partner), actor=partner) == known.id
    assert (await Customer.get(id=known.id)).bank_account_sealed is None


async def test_the_same_person_with_another_partner_is_another_customer() -> None:
    first, second = await introduced(), await introduced()
    assert first.id != second.id
    assert first.partner_id != second.partner_id
    assert bytes(first.phone_blind) == bytes(second.phone_blind)
    assert bytes(first.phone_sealed) != bytes(second.phone_sealed)


async def test_two_introductions_of_one_person_at_once_make_one_customer() -> None:
    partner = await partner_with_a_book()
    found = await asyncio.gather(*(introduce(planted(), book_of(partner), actor=partner) for _ in range(8)))
    assert len(set(found)) == 1
    assert await Customer.all().count() == 1
    assert await AuditEntry.filter(action="customer:introduce").count() == 1


async def test_two_people_with_one_phone_at_once_are_not_taken_for_one() -> None:
    partner = await partner_with_a_book()
    outcomes = await asyncio.gather(
        introduce(planted(), book_of(partner), actor=partner),
        introduce(replace(planted(), full_name="赵六"), book_of(partner), actor=partner),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)] == [Refusals]
    assert await Customer.all().count() == 1


@pytest.mark.parametrize("role", sorted(INTRODUCERS - {Role.PARTNER}))
async def test_staff_who_sell_and_workers_introduce_into_any_book(role: Role) -> None:
    actor = Actor.system("test") if role is Role.SYSTEM else await staff(role)
    partner = await partner_with_a_book()
    customer_id = await introduce(planted(), book_of(partner), actor=actor)
    assert (await Customer.get(id=customer_id)).partner_id == partner.partner_id


@pytest.mark.parametrize("role", sorted(set(Role) - INTRODUCERS))
async def test_nobody_else_introduces(role: Role) -> None:
    partner = await partner_with_a_book()
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
    async with refused(Forbidden):
        await introduce(planted(), book_of(partner), actor=actor)


async def test_a_partner_introduces_into_no_other_book() -> None:
    partner, other = await partner_with_a_book(), await partner_with_a_book()
    async with refused(Forbidden):
        await introduce(planted(), book_of(other), actor=partner)


async def test_an_introduction_that_breaks_rules_leaves_no_trace() -> None:
    partner = await partner_with_a_book()
    faulty = CustomerDetails(full_name=" ", phone="1", mail="x", identity_number="2", bank_account="3", address=" ")
    async with refused_together() as raised:
        await introduce(faulty, book_of(partner), actor=partner)
    assert all(isinstance(refusal, Invalid) for refusal in raised.value.all)
    assert [refusal.path[-1] for refusal in raised.value.all] == [
        "fullName", "phone", "mail", "identityNumber", "bankAccount", "address",
    ]  # fmt: skip


async def test_a_sale_introduces_only_inside_its_transaction() -> None:
    partner = await partner_with_a_book()
    with pytest.raises(NoTransaction):
        await introduce_within(planted(), book_of(partner), actor=partner)
    assert await Customer.all().count() == 0
