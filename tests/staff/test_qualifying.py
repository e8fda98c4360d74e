"""Who may sell what: granted by human resources for a time, never by oneself, and judged by a pure rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.refusals import Forbidden, Invalid, NotFound, StaleVersion
from domain.staff import qualifying, rules
from domain.staff.models import Staff
from domain.staff.refusals import NotQualified, OwnQualification
from domain.staff.terms import ProductGrade
from tests.face.conftest import Face
from tests.factories.insured import partner_with_a_book, staff
from tests.factories.unchanged import refused

P1, P2, P3 = ProductGrade
DAY = date(2026, 3, 1)
GRANT = """
mutation Grant($input: StaffGrantQualificationInput!) {
  staffGrantQualification(input: $input) { staff { salesGrade qualifiedUntil version } errors { code path } }
}
"""


def id_of(actor: Actor) -> UUID:
    assert actor.staff_id is not None
    return actor.staff_id


async def grant(whom: UUID, actor: Actor, days: int = 365, **changes: Any) -> None:
    usual: dict[str, Any] = {
        "grade": P2, "until": clock.today() + timedelta(days=days), "reason": "passed", "expected_version": 1,
    }  # fmt: skip
    await qualifying.grant_qualification(whom, actor=actor, **{**usual, **changes})


async def test_human_resources_qualify_somebody_until_a_day_and_later_anew(database: str) -> None:
    seller, hr = await staff(Role.SALES), await staff(Role.HR)
    await grant(id_of(seller), hr)
    row = await Staff.get(id=seller.staff_id)
    assert (row.sales_grade, row.qualified_until, row.version) == (P2, clock.today() + timedelta(days=365), 2)
    await grant(id_of(seller), hr, 0, grade=P1, expected_version=2, reason="complaints")
    row = await Staff.get(id=seller.staff_id)
    assert (row.sales_grade, row.qualified_until, row.version) == (P1, clock.today(), 3)
    first, second = await AuditEntry.filter(action="staff:grant_qualification").order_by("id")
    assert (first.subject_id, first.actor, first.reason) == (seller.staff_id, hr.label, "passed")
    assert first.before == {"sales_grade": None, "qualified_until": None}
    assert (second.before, second.after) == (first.after, {
        "sales_grade": "P1", "qualified_until": clock.today().isoformat(),
    })  # fmt: skip


async def test_the_system_qualifies_whoever_passed_an_examination(database: str) -> None:
    seller = await staff(Role.SALES)
    await grant(id_of(seller), Actor.system("training"), expected_version=None)
    assert (await Staff.get(id=seller.staff_id)).sales_grade is P2


async def test_nobody_qualifies_himself_or_herself(database: str) -> None:
    hr = await staff(Role.HR)
    async with refused(OwnQualification):
        await grant(id_of(hr), hr)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HR, Role.SYSTEM}))
async def test_nobody_else_qualifies_anybody(database: str, role: Role) -> None:
    seller = await staff(Role.SALES)
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
    async with refused(Forbidden):
        await grant(id_of(seller), actor)


async def test_a_day_that_is_over_an_older_state_or_nobody_is_refused(database: str) -> None:
    seller, hr = await staff(Role.SALES), await staff(Role.HR)
    async with refused(Invalid) as raised:
        await grant(id_of(seller), hr, -1)
    assert raised.value.path == ("input", "qualifiedUntil")
    async with refused(StaleVersion):
        await grant(id_of(seller), hr, expected_version=2)
    async with refused(NotFound):
        await grant(uuid4(), hr)


async def test_through_the_schema_only_human_resources_grant_it(face: Face) -> None:
    seller, hr = await staff(Role.SALES), await staff(Role.HR)
    asked = {
        "staffId": public_id("stf", id_of(seller)), "grade": "P3", "qualifiedUntil": "2099-12-31", "reason": "passed",
        "expectedVersion": 1,
    }  # fmt: skip
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=uuid4())
    for actor in (Actor.anonymous(), customer, await partner_with_a_book(), seller, await staff(Role.ADMIN)):
        assert await face.codes(GRANT, actor, input=asked) == ["FORBIDDEN"]
    own = {**asked, "staffId": public_id("stf", id_of(hr))}
    (error,) = (await face.data(GRANT, hr, input=own))["staffGrantQualification"]["errors"]
    assert error == {"code": "DUTIES_NOT_SEPARATE", "path": ["input", "staffId"]}
    done = (await face.data(GRANT, hr, input=asked))["staffGrantQualification"]
    assert done == {"staff": {"salesGrade": "P3", "qualifiedUntil": "2099-12-31", "version": 2}, "errors": []}


@pytest.mark.parametrize(
    ("held", "until", "product", "may"),
    [
        (P1, DAY, P1, True), (P1, DAY, P2, False), (P2, DAY, P1, True), (P2, DAY, P2, True), (P2, DAY, P3, False),
        (P3, DAY, P3, True), (P3, DAY - timedelta(days=1), P1, False), (None, None, P1, False),
        (None, DAY, P1, False), (P3, None, P1, False),
    ],
)  # fmt: skip
def test_who_is_qualified_sells_up_to_the_grade_and_up_to_the_last_day(
    held: ProductGrade | None, until: date | None, product: ProductGrade, may: bool
) -> None:
    assert rules.may_sell(held, until, product, DAY) is may
    if may:
        rules.expect_qualified(held, until, product, DAY)
        return
    with pytest.raises(NotQualified) as raised:
        rules.expect_qualified(held, until, product, DAY)
    assert product.value in raised.value.message("en")
    assert product.value in raised.value.message("zh")


@given(held=some.sampled_from(ProductGrade), days=some.integers(-400, 400), product=some.sampled_from(ProductGrade))
def test_whoever_may_sell_a_grade_may_sell_the_plainer_ones(
    held: ProductGrade, days: int, product: ProductGrade
) -> None:
    until = DAY + timedelta(days=days)
    plainer = [each for each in ProductGrade if each.value < product.value]
    if rules.may_sell(held, until, product, DAY):
        assert days >= 0
        assert all(rules.may_sell(held, until, each, DAY) for each in plainer)
