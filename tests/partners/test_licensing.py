"""A partner's licence: recorded when it is taken on or later, renewed, and judged up to its last day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.refusals import Forbidden, Invalid, NotFound, StaleVersion
from domain.partners import introduction
from domain.partners.introduction import License
from domain.partners.models import Partner
from domain.partners.rules import is_licensed
from domain.partners.terms import PartnerKind
from tests.face.conftest import Face
from tests.factories.insured import OFFICE, partner_with_a_book, staff
from tests.factories.unchanged import refused

LICENSERS = {Role.SALES, Role.COMPLIANCE}
FUTURE = date(2099, 1, 31)
DAY = date(2026, 3, 1)
SET = """
mutation Set($input: PartnerSetLicenseInput!) {
  partnerSetLicense(input: $input) { partner { licenseNumber licensedUntil version } errors { code path } }
}
"""
INTRODUCE = """
mutation Introduce($input: PartnerIntroduceInput!) {
  partnerIntroduce(input: $input) { partner { licenseNumber licensedUntil } errors { code path } }
}
"""


async def introduced(licence: License | None = None) -> UUID:
    return await introduction.introduce(
        code=uuid4().hex[-12:], name="Shop", kind=PartnerKind.RETAILER, commission_rate=Decimal("0.1"),
        licence=licence, actor=OFFICE,
    )  # fmt: skip


async def licensed(partner_id: UUID, actor: Actor, **changes: Any) -> None:
    usual: dict[str, Any] = {"licence": License(" L-1 ", FUTURE), "reason": "seen", "expected_version": 1}
    await introduction.set_license(partner_id, actor=actor, **{**usual, **changes})


async def test_a_partner_is_taken_on_with_a_licence_or_without(database: str) -> None:
    row = await Partner.get(id=await introduced(License(" L-7 ", FUTURE)))
    assert (row.license_number, row.licensed_until) == ("L-7", FUTURE)
    entry = await AuditEntry.get(subject_id=row.id, action="partner:introduce")
    assert entry.after == {"code": row.code, "license_number": "L-7", "licensed_until": FUTURE.isoformat()}
    row = await Partner.get(id=await introduced())
    assert (row.license_number, row.licensed_until) == (None, None)


@pytest.mark.parametrize("role", sorted(LICENSERS))
async def test_sales_and_compliance_record_and_renew_a_licence(database: str, role: Role) -> None:
    partner_id, actor = await introduced(), await staff(role)
    await licensed(partner_id, actor)
    await licensed(partner_id, actor, licence=License("L-2", clock.today()), expected_version=2)
    row = await Partner.get(id=partner_id)
    assert (row.license_number, row.licensed_until, row.version) == ("L-2", clock.today(), 3)
    first, second = await AuditEntry.filter(action="partner:set_license").order_by("id")
    assert (first.subject_id, first.actor, first.reason) == (partner_id, actor.label, "seen")
    assert first.before == {"license_number": None, "licensed_until": None}
    assert second.before == first.after == {"license_number": "L-1", "licensed_until": FUTURE.isoformat()}


@pytest.mark.parametrize("role", sorted(set(Role) - LICENSERS))
async def test_nobody_else_records_a_licence(database: str, role: Role) -> None:
    partner_id = await introduced()
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
    async with refused(Forbidden):
        await licensed(partner_id, actor)


@pytest.mark.parametrize(
    ("licence", "path"),
    [
        (License(" ", FUTURE), "licenseNumber"),
        (License("9" * 41, FUTURE), "licenseNumber"),
        (License("L", date(2020, 1, 1)), "licensedUntil"),
    ],
)
async def test_a_licence_without_a_number_or_one_that_is_over_is_refused(
    database: str, licence: License, path: str
) -> None:
    partner_id, sales = await introduced(), await staff(Role.SALES)
    for attempt in (lambda: licensed(partner_id, sales, licence=licence), lambda: introduced(licence)):
        async with refused(Invalid) as raised:
            await attempt()
        assert raised.value.path == ("input", path)


async def test_an_older_state_or_nobody_is_refused(database: str) -> None:
    partner_id, sales = await introduced(), await staff(Role.SALES)
    async with refused(StaleVersion):
        await licensed(partner_id, sales, expected_version=2)
    async with refused(NotFound):
        await licensed(uuid4(), sales)


async def test_through_the_schema_a_licence_is_set_by_the_right_staff_alone(face: Face) -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    asked = {
        "partnerId": public_id("par", partner.partner_id), "licenseNumber": "L-9", "licensedUntil": "2098-01-31",
        "reason": "renewed", "expectedVersion": 1,
    }  # fmt: skip
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=uuid4())
    for actor in (Actor.anonymous(), customer, partner, await staff(Role.UNDERWRITER)):
        assert await face.codes(SET, actor, input=asked) == ["FORBIDDEN"]
    done = (await face.data(SET, await staff(Role.COMPLIANCE), input=asked))["partnerSetLicense"]
    assert done == {
        "partner": {"licenseNumber": "L-9", "licensedUntil": "2098-01-31", "version": 2}, "errors": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"licenseNumber": "L"}, "licensedUntil"), ({"licensedUntil": "2099-01-31"}, "licenseNumber")],
)
async def test_half_a_licence_is_refused_by_what_is_missing(face: Face, given: dict[str, str], missing: str) -> None:
    asked = {"code": "X", "name": "X", "kind": "MAKER", "commissionRate": "0.1"}
    sales = await staff(Role.SALES)
    refused_one = (await face.data(INTRODUCE, sales, input=asked | given))["partnerIntroduce"]
    assert refused_one == {"partner": None, "errors": [{"code": "VALIDATION", "path": ["input", missing]}]}
    assert await Partner.all().count() == 0
    whole = asked | {"licenseNumber": "L", "licensedUntil": "2099-01-31"}
    taken = (await face.data(INTRODUCE, sales, input=whole))["partnerIntroduce"]["partner"]
    assert taken == {"licenseNumber": "L", "licensedUntil": "2099-01-31"}


@pytest.mark.parametrize(
    ("number", "until", "valid"),
    [
        ("L", DAY, True), ("L", DAY + timedelta(days=1), True), ("L", DAY - timedelta(days=1), False),
        (None, DAY, False), ("L", None, False), (None, None, False),
    ],
)  # fmt: skip
def test_a_licence_counts_up_to_its_last_day(number: str | None, until: date | None, valid: bool) -> None:
    assert is_licensed(number, until, DAY) is valid
