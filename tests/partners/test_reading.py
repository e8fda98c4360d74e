"""Who reads which partners."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from tests.face.conftest import Face
from tests.factories.insured import insured, partner_with_a_book, staff
from tests.factories.readers import plan_of, rows_seen

EVERY_WAY = """
query Look($id: ID!, $code: String!) {
  partner(id: $id) { id } node(id: $id) { id }
  partners(first: 10, where: {code: {eq: $code}}) { totalCount nodes { id } }
}
"""
SUSPEND = """
mutation Suspend($input: PartnerSuspendInput!) {
  partnerSuspend(input: $input) { partner { active version } errors { code } }
}
"""


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
async def test_staff_see_every_partner(database: str, role: Role) -> None:
    await partner_with_a_book()
    await partner_with_a_book()
    seen = await rows_seen(PARTNER, await staff(role))
    assert [row["commission_rate"] for row in seen] == ["0.100000"] * 2
    assert [(row["kind"], row["active"], row["version"]) for row in seen] == [("RETAILER", True, 1)] * 2


async def test_a_partner_sees_itself_alone(database: str) -> None:
    partner = await partner_with_a_book()
    await partner_with_a_book()
    assert partner.partner_id is not None
    assert [row["id"] for row in await rows_seen(PARTNER, partner)] == [public_id("par", partner.partner_id)]


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CUSTOMER, Role.REPAIRER])
async def test_no_other_outsider_sees_a_partner_not_even_his_or_her_own(database: str, role: Role) -> None:
    covered = await insured()
    actor = Actor(frozenset({role}), customer_id=covered.customer_id)
    assert await rows_seen(PARTNER, actor) == []


async def test_every_list_is_read_from_an_index_in_its_order(database: str) -> None:
    for actor in (await partner_with_a_book(), await staff(Role.SALES)):
        for order in PARTNER.orders:
            plan = await plan_of(PARTNER, actor, order)
            assert "Seq Scan" not in plan
            assert "Sort" not in plan


async def test_another_partner_is_missing_by_every_way(face: Face) -> None:
    partner, other, sales = await partner_with_a_book(), await partner_with_a_book(), await staff(Role.SALES)
    assert partner.partner_id is not None
    wanted = {"id": public_id("par", partner.partner_id)}
    code = (await Partner.get(id=partner.partner_id)).code
    for actor in (partner, sales):
        seen = await face.data(EVERY_WAY, actor, id=wanted["id"], code=code)
        assert seen == {"partner": wanted, "node": wanted, "partners": {"totalCount": 1, "nodes": [wanted]}}
    for actor in (other, Actor.anonymous(), Actor(frozenset({Role.CUSTOMER}), customer_id=uuid4())):
        seen = await face.data(EVERY_WAY, actor, id=wanted["id"], code=code)
        assert seen == {"partner": None, "node": None, "partners": {"totalCount": 0, "nodes": []}}


async def test_a_partner_is_suspended_by_the_right_staff_alone(face: Face) -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    asked = {"partnerId": public_id("par", partner.partner_id), "reason": "debts", "expectedVersion": 1}
    for actor in (Actor.anonymous(), partner, await staff(Role.SALES)):
        assert await face.codes(SUSPEND, actor, input=asked) == ["FORBIDDEN"]
    done = (await face.data(SUSPEND, await staff(Role.COMPLIANCE), input=asked))["partnerSuspend"]
    assert done == {"partner": {"active": False, "version": 2}, "errors": []}
    again = (await face.data(SUSPEND, await staff(Role.ADMIN), input={**asked, "expectedVersion": 2}))["partnerSuspend"]
    assert [error["code"] for error in again["errors"]] == ["ILLEGAL_STATE"]
