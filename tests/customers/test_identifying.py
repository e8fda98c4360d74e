"""The number by which a register knows a customer: added, told apart, corrected for a reason until it is verified."""

from __future__ import annotations

from typing import Any

import pytest

from domain.audit.models import AuditEntry
from domain.customers.details import is_organisation_code, organisation_form
from domain.customers.identifying import IDENTIFIERS, identify
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.customers.refusals import DetailDiffers
from domain.customers.terms import CustomerKind, IdentityState
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.refusals import Forbidden, Invalid, NotFound, Refusals, StaleVersion
from domain.kernel.sealing import unseal
from tests.factories.identity import COMPANY_CODE, NUMBER, OTHER_NUMBER, known, signed_in
from tests.factories.insured import partner_with_a_book, person, staff
from tests.factories.unchanged import refused, refused_together, unchanged

pytestmark = pytest.mark.usefixtures("database")
OTHER_CODE = "91110000600037341L"


async def unnumbered(partner: Actor | None = None) -> Customer:
    return await known(partner, identity_number=None)


async def told(row: Customer, actor: Actor, number: str = NUMBER, **changes: Any) -> Customer:
    given: dict[str, Any] = {"identity_number": number, "organisation_code": None}
    given["expected_version"] = (await Customer.get(id=row.id)).version
    await identify(row.id, **given | changes, actor=actor)
    return await Customer.get(id=row.id)


async def put(row: Customer, state: IdentityState) -> None:
    at = clock.now() if state in {IdentityState.VERIFIED, IdentityState.MISMATCH} else None
    await Customer.filter(id=row.id).update(identity_state=state, identity_checked_at=at)


@pytest.mark.parametrize("code", [COMPANY_CODE, OTHER_CODE, f" {COMPANY_CODE.lower()} "])
def test_an_organisation_code_with_its_check_character_fits(code: str) -> None:
    assert is_organisation_code(code)
    assert organisation_form(code) in {COMPANY_CODE, OTHER_CODE}


@pytest.mark.parametrize(
    "code", ["", "91350100M000100Y44", "9135 0100 M000 100Y 43", "91350100M000100I43", NUMBER, "9" * 17]
)
def test_no_other_text_is_an_organisation_code(code: str) -> None:
    assert not is_organisation_code(code)


async def test_a_number_that_was_missing_is_added_sealed() -> None:
    row = await unnumbered()
    now = await told(row, signed_in(row.id), " 11010519491231002x ")
    assert (now.kind, now.identity_number_mask, now.version) == (CustomerKind.PERSON, "110***********002X", 2)
    assert unseal("customer:identity_number", row.id, now.identity_number_sealed or b"") == NUMBER
    entry = await AuditEntry.get(action="customer:identify")
    assert (entry.before["identity_number"], entry.after["identity_number"]) == (None, "110***********002X")
    assert NUMBER not in str(entry.after)


async def test_an_organisation_code_makes_the_customer_a_company() -> None:
    row = await unnumbered()
    now = await told(row, signed_in(row.id), identity_number=None, organisation_code=COMPANY_CODE.lower())
    assert (now.kind, now.organisation_code, now.identity_number_sealed) == (CustomerKind.COMPANY, COMPANY_CODE, None)
    async with refused(DetailDiffers) as differs:
        await told(now, signed_in(row.id))
    assert isinstance(differs.value, DetailDiffers)
    assert (differs.value.field, differs.value.path) == (None, ("input",))


async def test_the_same_number_again_changes_nothing() -> None:
    person_known, company = await known(), await known(identity_number=None, organisation_code=COMPANY_CODE)
    async with unchanged():
        await told(person_known, signed_in(person_known.id))
        await told(company, signed_in(company.id), identity_number=None, organisation_code=COMPANY_CODE)


async def test_another_number_is_refused_to_all_but_customer_service_with_a_reason() -> None:
    partner = await partner_with_a_book()
    row = await known(partner)
    for actor in (signed_in(row.id), partner, await staff(Role.SALES)):
        async with refused(DetailDiffers) as differs:
            await told(row, actor, OTHER_NUMBER, reason="a slip of the pen")
        assert OTHER_NUMBER not in differs.value.message("en") + differs.value.message("zh")
    service = await staff(Role.CUSTOMER_SERVICE)
    async with refused(DetailDiffers):
        await told(row, service, OTHER_NUMBER)
    now = await told(row, service, OTHER_NUMBER, reason="a slip of the pen")
    assert now.identity_number_mask == "110***********0038"
    assert (await AuditEntry.get(action="customer:identify")).reason == "a slip of the pen"


async def test_a_person_who_is_a_company_is_corrected_as_one() -> None:
    row = await known()
    given = {"identity_number": None, "organisation_code": COMPANY_CODE, "reason": "it is the shop"}
    now = await told(row, await staff(Role.CUSTOMER_SERVICE), **given)  # type: ignore[arg-type]
    assert (now.kind, now.organisation_code) == (CustomerKind.COMPANY, COMPANY_CODE)
    assert (now.identity_number_sealed, now.identity_number_mask, now.identity_number_blind) == (None, None, None)


@pytest.mark.parametrize(("before", "after"), [
    (IdentityState.UNVERIFIED, IdentityState.UNVERIFIED), (IdentityState.MISMATCH, IdentityState.UNVERIFIED),
    (IdentityState.CHECKING, IdentityState.CHECKING),  # the check that is under way asks about the new number
])  # fmt: skip
async def test_a_correction_takes_back_what_the_register_said(before: IdentityState, after: IdentityState) -> None:
    row = await known()
    await put(row, before)
    now = await told(row, await staff(Role.CUSTOMER_SERVICE), OTHER_NUMBER, reason="a slip of the pen")
    assert (now.identity_state, now.identity_checked_at) == (after, None)


async def test_a_number_that_is_verified_is_corrected_by_nobody() -> None:
    row, service = await known(), await staff(Role.CUSTOMER_SERVICE)
    await put(row, IdentityState.VERIFIED)
    async with refused(DetailDiffers):
        await told(row, service, OTHER_NUMBER, reason="a slip of the pen")


@pytest.mark.parametrize(("identity_number", "code", "rule"), [
    (None, None, "one_number"), (NUMBER, COMPANY_CODE, "one_number"),
    ("110105194912310021", None, "identity_number_form"), (None, "91350100M000100Y44", "organisation_code_form"),
])  # fmt: skip
async def test_one_number_that_fits_is_asked_for(identity_number: str | None, code: str | None, rule: str) -> None:
    row = await unnumbered()
    async with refused(Invalid) as wrong:
        await told(row, signed_in(row.id), identity_number=identity_number, organisation_code=code)
    assert isinstance(wrong.value, Invalid)
    assert wrong.value.constraint == rule


async def test_a_number_is_added_to_the_row_that_was_read() -> None:
    row = await unnumbered()
    async with refused(StaleVersion):
        await told(row, signed_in(row.id), expected_version=7)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - set(IDENTIFIERS)))
async def test_nobody_else_adds_a_number(role: Role) -> None:
    row, actor = await unnumbered(), await staff(role)
    async with refused(Forbidden):
        await told(row, actor)


async def test_a_customer_out_of_sight_is_missing() -> None:
    row = await unnumbered()
    for actor in (await partner_with_a_book(), signed_in((await known()).id)):
        async with refused(NotFound):
            await told(row, actor, "nonsense")


async def test_a_company_is_introduced_by_its_code_and_found_again_by_it() -> None:
    partner = await partner_with_a_book()
    details = person(full_name="Acme Ltd", organisation_code=COMPANY_CODE.lower())
    assert partner.partner_id is not None
    row = await Customer.get(id=await introduce(details, partner.partner_id, actor=partner))
    assert (row.kind, row.organisation_code, row.identity_state) == (
        CustomerKind.COMPANY, COMPANY_CODE, IdentityState.UNVERIFIED,
    )  # fmt: skip
    assert await introduce(details, partner.partner_id, actor=partner) == row.id
    other = person(full_name="Acme Ltd", organisation_code=OTHER_CODE, phone=details.phone, mail=details.mail)
    async with refused_together() as differs:
        await introduce(other, partner.partner_id, actor=partner)
    assert [getattr(each, "field", None) for each in differs.value.all] == ["organisation_code"]


async def test_a_kind_that_was_not_said_differs_from_none_and_one_that_was_said_does() -> None:
    partner = await partner_with_a_book()
    details = person(kind=CustomerKind.COMPANY)
    assert partner.partner_id is not None
    row_id = await introduce(details, partner.partner_id, actor=partner)
    assert (await Customer.get(id=row_id)).kind is CustomerKind.COMPANY
    unsaid = person(phone=details.phone, mail=details.mail)
    assert await introduce(unsaid, partner.partner_id, actor=partner) == row_id
    async with refused_together() as differs:
        said = person(phone=details.phone, mail=details.mail, kind=CustomerKind.PERSON)
        await introduce(said, partner.partner_id, actor=partner)
    assert [each.path for each in differs.value.all] == [("input", "customer", "kind")]


@pytest.mark.parametrize(("changes", "rule", "field"), [
    ({"organisation_code": "1"}, "organisation_code_form", "organisationCode"),
    ({"organisation_code": COMPANY_CODE, "kind": CustomerKind.PERSON}, "companies_only", "organisationCode"),
    ({"organisation_code": COMPANY_CODE, "identity_number": NUMBER}, "people_only", "identityNumber"),
    ({"kind": CustomerKind.COMPANY, "identity_number": NUMBER}, "people_only", "identityNumber"),
])  # fmt: skip
async def test_an_introduction_with_the_wrong_number_is_refused(changes: dict[str, Any], rule: str, field: str) -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    before = await Customer.all().count()
    with pytest.raises(Refusals) as raised:
        await introduce(person(**changes), partner.partner_id, actor=partner)
    assert [(getattr(each, "constraint", None), each.path) for each in raised.value.all] == [
        (rule, ("input", "customer", field))
    ]
    assert await Customer.all().count() == before
