"""Who reads what of staff: colleagues by name, roles and limits by those who need them, outsiders nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.projection.entity import Entity
from domain.staff.changes import propose_roles
from domain.staff.reading import AUTHORITY_LIMIT, STAFF, STAFF_CHANGE
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
PROPOSE = """
mutation Propose($input: StaffProposeLimitInput!) {
  staffProposeLimit(input: $input) {
    change { id state version limit { amount } authority roles proposer { name } availableActions }
    errors { code path }
  }
}
"""
CONFIRM = """
mutation Confirm($input: StaffConfirmChangeInput!) {
  staffConfirmChange(input: $input) {
    change { state decider { name } } staff { limits { limit { amount } } } errors { code }
  }
}
"""
CHANGES = """
query Changes($id: ID!) {
  staffChanges(where: { state: { eq: PROPOSED } }, first: 10) { nodes { kind roles reason staff { name } } }
  staffMember(id: $id) { changes { kind state } }
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


@pytest.mark.parametrize("entity", [STAFF, AUTHORITY_LIMIT, STAFF_CHANGE], ids=lambda entity: entity.name)
async def test_every_list_is_read_from_an_index_in_its_order(database: str, entity: Entity) -> None:
    for actor in (await staff(Role.ADMIN, "1.00"), await staff(Role.HR)):
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


async def test_a_limit_is_proposed_by_one_administrator_and_confirmed_by_another(face: Face) -> None:
    admin, second, whom = await staff(Role.ADMIN), await staff(Role.ADMIN), await staff(Role.FINANCE_APPROVER)
    asked = {
        "staffId": public_id("stf", id_of(whom)), "kind": "PAYOUT_APPROVAL", "reason": "x",
        "limit": {"amount": "10.00", "currency": "CNY"},
    }  # fmt: skip
    for actor in (Actor.anonymous(), await staff(Role.HR), outsider(Role.PARTNER)):
        assert await face.codes(PROPOSE, actor, input=asked) == ["FORBIDDEN"]
    wrong = asked | {"limit": {"amount": "-1.00", "currency": "CNY"}}
    refused = (await face.data(PROPOSE, admin, input=wrong))["staffProposeLimit"]
    assert [error["path"] for error in refused["errors"]] == [["input", "limit", "amount"]]
    proposed = (await face.data(PROPOSE, admin, input=asked))["staffProposeLimit"]["change"]
    change_id = proposed.pop("id")
    assert proposed == {
        "state": "PROPOSED", "version": 1, "limit": {"amount": "10.00"}, "authority": "PAYOUT_APPROVAL",
        "roles": [], "proposer": {"name": "ADMIN"}, "availableActions": ["CONFIRM", "REJECT"],
    }  # fmt: skip
    given = {"changeId": change_id, "expectedVersion": 1}
    own = (await face.data(CONFIRM, admin, input=given))["staffConfirmChange"]
    assert own == {"change": None, "staff": None, "errors": [{"code": "DUTIES_NOT_SEPARATE"}]}
    done = (await face.data(CONFIRM, second, input=given))["staffConfirmChange"]
    assert done == {
        "change": {"state": "CONFIRMED", "decider": {"name": "ADMIN"}},
        "staff": {"limits": [{"limit": {"amount": "10.00"}}]}, "errors": [],
    }  # fmt: skip


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
async def test_changes_are_seen_by_those_who_propose_or_check_them(face: Face, role: Role) -> None:
    admin, actor = await staff(Role.ADMIN), await staff(role)
    await propose_roles(id_of(actor), roles=[Role.RISK], reason="moved", expected_version=1, actor=admin)
    data = await face.data(CHANGES, actor, id=public_id("stf", id_of(actor)))
    if role in ROLE_READERS:
        seen = {"kind": "ROLES", "roles": ["RISK"], "reason": "moved", "staff": {"name": role.value}}
        assert data["staffChanges"]["nodes"] == [seen]
        assert data["staffMember"]["changes"] == [{"kind": "ROLES", "state": "PROPOSED"}]
    else:
        assert data == {"staffChanges": {"nodes": []}, "staffMember": {"changes": []}}
