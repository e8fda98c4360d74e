"""Who reads what of staff: colleagues by name, roles and limits by those who need them, outsiders nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.projection.entity import Entity
from domain.staff.reading import AUTHORITY_LIMIT, STAFF
from tests.face.conftest import Face
from tests.factories.insured import handler, staff
from tests.factories.readers import plan_of, rows_seen

OUTSIDERS = sorted(set(Role) - STAFF_ROLES - {Role.SYSTEM})
ALL_LIMITS = {Role.ADMIN, Role.COMPLIANCE}
ROLE_READERS = {Role.ADMIN, Role.COMPLIANCE, Role.HR}
EVERY_WAY = """
query Look($id: ID!, $limit: ID!) {
  staffMember(id: $id) { id } node(id: $id) { id } nodes(ids: [$id, $limit]) { id } staff(first: 10) { nodes { id } }
}
"""
LIMITS = "query Limits($id: ID!) { staffMember(id: $id) { name limits { kind limit { amount } staff { name } } } }"
ROLES = "query Roles { staff(first: 10) { nodes { roles } } }"
CHANGE = """
mutation Change($input: StaffChangeRolesInput!) {
  staffChangeRoles(input: $input) { staff { roles version } errors { code } }
}
"""
SET = """
mutation Set($input: StaffSetLimitInput!) {
  staffSetLimit(input: $input) { limit { limit { amount } kind staff { name } } staff { id } errors { code path } }
}
"""


def outsider(role: Role) -> Actor:
    return Actor(
        frozenset({role}),
        customer_id=uuid4() if role is Role.CUSTOMER else None,
        partner_id=uuid4() if role in {Role.PARTNER, Role.REPAIRER} else None,
    )


def id_of(actor: Actor) -> UUID:
    assert actor.staff_id is not None
    return actor.staff_id


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
async def test_colleagues_see_each_other_and_limits_by_need(database: str, role: Role) -> None:
    await handler("700.00")
    actor = await staff(role, "5.00")
    assert len(await rows_seen(STAFF, actor)) == 2
    seen = {row["limit"]["amount"] for row in await rows_seen(AUTHORITY_LIMIT, actor)}
    assert seen == ({"700.00", "5.00"} if role in ALL_LIMITS else {"5.00"})


@pytest.mark.parametrize("role", OUTSIDERS)
async def test_outsiders_see_no_staff(database: str, role: Role) -> None:
    await handler("700.00")
    assert await rows_seen(STAFF, outsider(role)) == []
    assert await rows_seen(AUTHORITY_LIMIT, outsider(role)) == []


@pytest.mark.parametrize("entity", [STAFF, AUTHORITY_LIMIT], ids=lambda entity: entity.name)
async def test_every_list_is_read_from_an_index_in_its_order(database: str, entity: Entity) -> None:
    for actor in (await staff(Role.ADMIN, "1.00"), await handler()):
        for order in entity.orders:
            plan = await plan_of(entity, actor, order)
            assert "Seq Scan" not in plan
            assert "Sort" not in plan


async def test_staff_are_missing_for_outsiders_by_every_way(face: Face) -> None:
    colleague, admin = await handler("700.00"), await staff(Role.ADMIN)
    wanted = public_id("stf", id_of(colleague))
    text = "query Mine($id: ID!) { staffMember(id: $id) { limits { id } } }"
    limit = (await face.data(text, admin, id=wanted))["staffMember"]["limits"][0]["id"]
    seen = await face.data(EVERY_WAY, admin, id=wanted, limit=limit)
    assert seen["staffMember"] == seen["node"] == {"id": wanted}
    assert seen["nodes"] == [{"id": wanted}, {"id": limit}]
    other = await face.data(EVERY_WAY, await handler(), id=wanted, limit=limit)
    assert other["nodes"] == [{"id": wanted}, None]
    for role in OUTSIDERS:
        hidden = await face.data(EVERY_WAY, outsider(role), id=wanted, limit=limit)
        assert hidden == {"staffMember": None, "node": None, "nodes": [None, None], "staff": {"nodes": []}}


async def test_limits_below_a_colleague_are_ones_own_or_all_for_those_who_check(face: Face) -> None:
    colleague = await handler("700.00")
    wanted = public_id("stf", id_of(colleague))
    full = [{"kind": "CLAIM_DECISION", "limit": {"amount": "700.00"}, "staff": {"name": "CLAIMS_HANDLER"}}]
    for actor in (colleague, await staff(Role.ADMIN), await staff(Role.COMPLIANCE)):
        assert (await face.data(LIMITS, actor, id=wanted))["staffMember"]["limits"] == full
    for actor in (await handler(), await staff(Role.HR), await staff(Role.CLAIMS_MANAGER)):
        assert (await face.data(LIMITS, actor, id=wanted))["staffMember"] == {"name": "CLAIMS_HANDLER", "limits": []}


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
async def test_roles_may_be_asked_for_by_those_who_give_or_check_them(face: Face, role: Role) -> None:
    actor = await staff(role)
    if role in ROLE_READERS:
        assert (await face.data(ROLES, actor))["staff"]["nodes"] == [{"roles": [role.value]}]
    else:
        assert await face.codes(ROLES, actor) == ["FORBIDDEN"]


async def test_roles_are_changed_by_another_administrator_alone(face: Face) -> None:
    admin, second = await staff(Role.ADMIN), await staff(Role.ADMIN)
    asked = {
        "staffId": public_id("stf", id_of(admin)), "roles": ["ADMIN", "FINANCE"], "reason": "x", "expectedVersion": 1,
    }  # fmt: skip
    own = (await face.data(CHANGE, admin, input=asked))["staffChangeRoles"]
    assert own == {"staff": None, "errors": [{"code": "FORBIDDEN"}]}
    for actor in (Actor.anonymous(), await staff(Role.HR), outsider(Role.PARTNER)):
        assert await face.codes(CHANGE, actor, input=asked) == ["FORBIDDEN"]
    done = (await face.data(CHANGE, second, input=asked))["staffChangeRoles"]
    assert done == {"staff": {"roles": ["ADMIN", "FINANCE"], "version": 2}, "errors": []}


async def test_a_limit_is_set_by_another_administrator_alone(face: Face) -> None:
    admin, second = await staff(Role.ADMIN), await staff(Role.ADMIN)
    asked = {
        "staffId": public_id("stf", id_of(admin)), "kind": "PAYOUT_APPROVAL", "reason": "x",
        "limit": {"amount": "10.00", "currency": "CNY"},
    }  # fmt: skip
    own = (await face.data(SET, admin, input=asked))["staffSetLimit"]
    assert own == {"limit": None, "staff": None, "errors": [{"code": "FORBIDDEN", "path": None}]}
    done = (await face.data(SET, second, input=asked))["staffSetLimit"]
    assert done["limit"] == {"limit": {"amount": "10.00"}, "kind": "PAYOUT_APPROVAL", "staff": {"name": "ADMIN"}}
    asked["limit"] = {"amount": "-1.00", "currency": "CNY"}
    refused = (await face.data(SET, second, input=asked))["staffSetLimit"]
    assert [error["path"] for error in refused["errors"]] == [["input", "limit", "amount"]]
