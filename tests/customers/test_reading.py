"""Who reads which customers, how much of them, and who finds whom by an exact value."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.customers.reading import CUSTOMER
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from tests.customers.planted import MASKS, PLAIN, introduced, plain_in, signed_in
from tests.face.conftest import Face
from tests.factories.insured import partner_with_a_book, person, staff
from tests.factories.readers import plan_of, rows_seen

SEEING = (
    Role.SALES, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE, Role.FINANCE_APPROVER,
    Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE,
)  # fmt: skip
BLIND = sorted(set(Role) - set(SEEING) - {Role.CUSTOMER, Role.PARTNER, Role.SYSTEM})
FIND = """
query Find($where: CustomerWhere) {
  customers(first: 10, where: $where) { totalCount nodes { id fullName phone } }
}
"""
EVERY_WAY = """
query Look($id: ID!) {
  customer(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } customers(first: 10) { nodes { id } }
}
"""
ME = "query Me { me { fullName phone mail identityNumber bankAccount address partner { code } version } }"
CHANGE = """
mutation Change($input: CustomerChangeContactInput!) {
  customerChangeContact(input: $input) { customer { phone fullName version } errors { code path } }
}
"""
SEARCHES = {
    "phone": (PLAIN["phone"], f" {PLAIN['phone']} "),
    "mail": (PLAIN["mail"], PLAIN["mail"].upper()),
    "identityNumber": (PLAIN["identity_number"], PLAIN["identity_number"].lower()),
}


async def test_a_customer_sees_no_other_with_the_whole_name_and_masks(database: str) -> None:
    row = await introduced()
    await introduced(details=person())
    (seen,) = await rows_seen(CUSTOMER, signed_in(row.id))
    assert (seen["full_name"], seen["language"], seen["version"]) == ("王五", "ZH", 1)
    assert {name: seen[name] for name in MASKS} == MASKS


async def test_a_partner_sees_its_own_book_with_the_first_character_of_names(database: str) -> None:
    partner = await partner_with_a_book()
    await introduced(partner)
    await introduced()
    (seen,) = await rows_seen(CUSTOMER, partner)
    assert seen["full_name"] == "王**"
    assert {name: seen[name] for name in MASKS} == MASKS
    assert await rows_seen(CUSTOMER, await partner_with_a_book()) == []


@pytest.mark.parametrize("role", SEEING)
async def test_staff_who_work_with_customers_see_all_of_them_by_masks(database: str, role: Role) -> None:
    await introduced()
    await introduced(details=person())
    seen = await rows_seen(CUSTOMER, await staff(role))
    assert len(seen) == 2
    assert "王五" in {row["full_name"] for row in seen}
    assert plain_in(str(seen), PLAIN) == []


@pytest.mark.parametrize("role", BLIND)
async def test_nobody_else_sees_a_customer(database: str, role: Role) -> None:
    await introduced()
    assert await rows_seen(CUSTOMER, Actor(frozenset({role}), staff_id=uuid4())) == []


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.PARTNER])
async def test_an_outsider_of_whom_nothing_is_known_sees_nothing(database: str, role: Role) -> None:
    await introduced()
    assert await rows_seen(CUSTOMER, Actor(frozenset({role}))) == []


@pytest.mark.parametrize("order", list(CUSTOMER.orders))
async def test_every_list_is_read_from_an_index_in_its_order(database: str, order: str) -> None:
    partner = await partner_with_a_book()
    row = await introduced(partner)
    for actor in (signed_in(row.id), partner, await staff(Role.COMPLIANCE)):
        plan = await plan_of(CUSTOMER, actor, order)
        assert "Seq Scan" not in plan
        assert "Sort" not in plan


@pytest.mark.parametrize("name", SEARCHES)
async def test_an_exact_value_finds_whoever_has_it_and_is_in_sight(face: Face, name: str) -> None:
    partner, other = await partner_with_a_book(), await partner_with_a_book()
    row = await introduced(partner)
    await introduced(other, person())
    for text in SEARCHES[name]:
        where = {name: {"eq": text}}
        found = (await face.data(FIND, partner, where=where))["customers"]
        assert found == {
            "totalCount": 1,
            "nodes": [{"id": public_id("cus", row.id), "fullName": "王**", "phone": MASKS["phone"]}],
        }
        seen = (await face.data(FIND, await staff(Role.CUSTOMER_SERVICE), where=where))["customers"]
        assert [each["fullName"] for each in seen["nodes"]] == ["王五"]
        assert (await face.data(FIND, other, where=where))["customers"] == {"totalCount": 0, "nodes": []}
        for nobody in (Actor.anonymous(), await staff(Role.HR), signed_in(uuid4())):
            assert (await face.data(FIND, nobody, where=where))["customers"]["totalCount"] == 0


@pytest.mark.parametrize("name", SEARCHES)
async def test_a_part_of_a_value_its_mask_and_another_value_find_nobody(face: Face, name: str) -> None:
    partner = await partner_with_a_book()
    await introduced(partner)
    mask = MASKS["identity_number" if name == "identityNumber" else name]
    for text in (SEARCHES[name][0][:-1], mask, "", "%", "x" * 300):
        assert (await face.data(FIND, partner, where={name: {"eq": text}}))["customers"]["totalCount"] == 0


async def test_another_partners_search_is_answered_as_one_for_nobody(face: Face) -> None:
    other = await partner_with_a_book()
    text = "query Find($where: CustomerWhere) { customers(first: 10, where: $where) { totalCount nodes { id } } }"
    where = {"phone": {"in": [PLAIN["phone"], "13700000000"]}}
    nobody = await face.answer(text, other, where=where)
    await introduced()
    assert await face.answer(text, other, where=where) == nobody


async def test_the_same_person_in_two_books_is_found_once_by_each_and_twice_by_staff(face: Face) -> None:
    first, second = await partner_with_a_book(), await partner_with_a_book()
    rows = [await introduced(first), await introduced(second)]
    where = {"phone": {"eq": PLAIN["phone"]}}
    for partner, row in zip((first, second), rows, strict=True):
        found = (await face.data(FIND, partner, where=where))["customers"]["nodes"]
        assert [each["id"] for each in found] == [public_id("cus", row.id)]
    both = await face.data(FIND, await staff(Role.COMPLIANCE), where=where)
    assert both["customers"]["totalCount"] == 2


async def test_a_customer_out_of_sight_is_missing_by_every_way(face: Face) -> None:
    partner = await partner_with_a_book()
    row, stranger = await introduced(partner), await introduced(details=person())
    wanted = public_id("cus", row.id)
    for actor in (signed_in(row.id), partner, await staff(Role.SALES)):
        seen = await face.data(EVERY_WAY, actor, id=wanted)
        assert seen["customer"] == seen["node"] == seen["nodes"][0] == {"id": wanted}
        assert {"id": wanted} in seen["customers"]["nodes"]
    for actor in (
        signed_in(stranger.id), await partner_with_a_book(), await staff(Role.HR), await staff(Role.ADMIN),
        Actor.anonymous(),
    ):  # fmt: skip
        seen = await face.data(EVERY_WAY, actor, id=wanted)
        assert (seen["customer"], seen["node"], seen["nodes"]) == (None, None, [None])
        assert {"id": wanted} not in seen["customers"]["nodes"]


async def test_only_a_customer_is_somebody_as_me(face: Face) -> None:
    row = await introduced()
    assert (await face.data(ME, signed_in(row.id)))["me"] == {
        "fullName": "王五", "phone": MASKS["phone"], "mail": MASKS["mail"], "version": 1, "partner": None,
        "identityNumber": MASKS["identity_number"], "bankAccount": MASKS["bank_account"], "address": MASKS["address"],
    }  # fmt: skip
    for actor in (Actor.anonymous(), await partner_with_a_book(), await staff(Role.CUSTOMER_SERVICE)):
        assert (await face.data(ME, actor))["me"] is None


async def test_a_change_answers_with_masks_and_a_taken_phone_is_told_at_its_input(face: Face) -> None:
    partner = await partner_with_a_book()
    row, other = await introduced(partner), await introduced(partner, person())
    asked: dict[str, Any] = {"customerId": public_id("cus", row.id), "phone": "13987654321", "expectedVersion": 1}
    done = (await face.data(CHANGE, signed_in(row.id), input=asked))["customerChangeContact"]
    assert done == {"customer": {"phone": "139****4321", "fullName": "王五", "version": 2}, "errors": []}
    asked["customerId"] = public_id("cus", other.id)
    refused = (await face.data(CHANGE, signed_in(other.id), input=asked))["customerChangeContact"]
    assert refused == {"customer": None, "errors": [{"code": "CONFLICT", "path": ["input", "phone"]}]}
    assert await face.codes(CHANGE, partner, input=asked) == ["FORBIDDEN"]


def test_every_role_is_told_apart() -> None:
    assert set(SEEING) | set(BLIND) | {Role.CUSTOMER, Role.PARTNER, Role.SYSTEM} == set(Role)
    assert set(BLIND) & STAFF_ROLES == {Role.HR, Role.ADMIN}
