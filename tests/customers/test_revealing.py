"""Showing a sealed field in plain: which field to whom, for a reason, so often, always audited."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.customers import revealing
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.customers.refusals import NothingSealed
from domain.customers.revealing import MAX_AN_HOUR
from domain.customers.terms import SealedField
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.refusals import Forbidden, Invalid, NotFound, TooManyAttempts
from tests.customers.planted import MASKS, PLAIN, always, introduced, never, open_connections, planted, signed_in
from tests.factories.insured import partner_with_a_book, person, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
reveal = partial(revealing.reveal, works_for=always)
WORKING_WITH_PEOPLE = {
    Role.CUSTOMER, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.RISK, Role.COMPLIANCE,
}  # fmt: skip
REVEALED: dict[SealedField, set[Role]] = {
    SealedField.PHONE: WORKING_WITH_PEOPLE,
    SealedField.MAIL: WORKING_WITH_PEOPLE,
    SealedField.IDENTITY_NUMBER: WORKING_WITH_PEOPLE,
    SealedField.ADDRESS: WORKING_WITH_PEOPLE,
    SealedField.BANK_ACCOUNT: {Role.CUSTOMER, Role.FINANCE, Role.FINANCE_APPROVER},
}


def actor_in(role: Role, row: Customer) -> Actor:
    """Somebody in a role, as near to the customer as that role comes."""
    return Actor(
        frozenset({role}),
        staff_id=uuid4() if role in STAFF_ROLES else None,
        customer_id=row.id if role is Role.CUSTOMER else None,
        partner_id=row.partner_id if role is Role.PARTNER else None,
    )


@pytest.mark.parametrize("field", SealedField)
@pytest.mark.parametrize("role", Role)
async def test_each_field_is_shown_to_exactly_its_roles(field: SealedField, role: Role) -> None:
    row = await introduced()
    actor, column = actor_in(role, row), field.lower()
    if role not in REVEALED[field]:
        async with refused(Forbidden) as raised:
            await reveal(row.id, field=field, reason="must know", actor=actor)
        assert raised.value.permission == f"customer:reveal:{column}"  # type: ignore[attr-defined]
        return
    assert await reveal(row.id, field=field, reason="must know", actor=actor) == PLAIN[column]
    entry = await AuditEntry.get(action="customer:reveal")
    assert (entry.actor, entry.subject_id, entry.reason) == (actor.label, row.id, "must know")
    assert (entry.before, entry.after) == ({}, {"field": field.value, "mask": MASKS[column]})
    assert (await Customer.get(id=row.id)).version == 1


@pytest.mark.parametrize("role", sorted(WORKING_WITH_PEOPLE))
async def test_whoever_handles_claims_needs_one_of_the_customer(role: Role) -> None:
    row = await introduced()
    actor = actor_in(role, row)
    idly = partial(revealing.reveal, row.id, field=SealedField.PHONE, reason="must know", works_for=never)
    if role not in {Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER}:
        assert await idly(actor=actor) == PLAIN["phone"]
        return
    async with refused(Forbidden):
        await idly(actor=actor)
    assert await idly(actor=Actor(frozenset({role, Role.RISK}), staff_id=actor.staff_id)) == PLAIN["phone"]


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
async def test_nothing_is_shown_without_a_reason(reason: str) -> None:
    row = await introduced()
    async with refused(Invalid) as raised:
        await reveal(row.id, field=SealedField.PHONE, reason=reason, actor=signed_in(row.id))
    assert raised.value.path == ("input", "reason")


async def test_what_was_never_told_is_refused_as_such() -> None:
    row = await introduced(details=person())
    for field in (SealedField.IDENTITY_NUMBER, SealedField.BANK_ACCOUNT, SealedField.ADDRESS):
        async with refused(NothingSealed):
            await reveal(row.id, field=field, reason="mine", actor=signed_in(row.id))


async def test_a_customer_reveals_only_what_is_his_or_her_own() -> None:
    row, stranger = await introduced(), await introduced(details=person())
    for customer_id in (row.id, uuid4()):
        async with refused(NotFound):
            await reveal(customer_id, field=SealedField.PHONE, reason="curious", actor=signed_in(stranger.id))


async def test_a_role_that_reveals_but_sees_nothing_finds_nobody() -> None:
    row = await introduced()
    nameless = Actor(frozenset({Role.CUSTOMER}))
    async with refused(NotFound):
        await reveal(row.id, field=SealedField.PHONE, reason="curious", actor=nameless)


async def test_thirty_are_shown_in_an_hour_and_no_more() -> None:
    row, service = await introduced(), await staff(Role.CUSTOMER_SERVICE)
    for _ in range(MAX_AN_HOUR):
        await reveal(row.id, field=SealedField.PHONE, reason="a call", actor=service)
    other = await introduced(details=person())
    for customer_id in (row.id, other.id):
        async with refused(TooManyAttempts) as raised:
            await reveal(customer_id, field=SealedField.MAIL, reason="a call", actor=service)
        assert raised.value.retry_at > clock.now()  # type: ignore[attr-defined]
    assert MAX_AN_HOUR == 30
    colleague = await staff(Role.CUSTOMER_SERVICE)
    assert await reveal(row.id, field=SealedField.PHONE, reason="a call", actor=colleague) == PLAIN["phone"]
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        assert await reveal(row.id, field=SealedField.PHONE, reason="a call", actor=service) == PLAIN["phone"]


async def test_many_at_once_do_not_slip_past_the_limit() -> None:
    row, service = await introduced(), await staff(Role.CUSTOMER_SERVICE)
    for _ in range(MAX_AN_HOUR - 1):
        await reveal(row.id, field=SealedField.PHONE, reason="a call", actor=service)
    await open_connections(8)
    outcomes = await asyncio.gather(
        *(reveal(row.id, field=SealedField.PHONE, reason="a call", actor=service) for _ in range(8)),
        return_exceptions=True,
    )
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == [PLAIN["phone"]]
    assert sum(isinstance(outcome, TooManyAttempts) for outcome in outcomes) == 7
    assert await AuditEntry.filter(action="customer:reveal").count() == MAX_AN_HOUR


async def test_what_was_refused_does_not_count() -> None:
    row, service = await introduced(details=person()), await staff(Role.CUSTOMER_SERVICE)
    for _ in range(MAX_AN_HOUR + 1):
        with pytest.raises(NothingSealed):
            await reveal(row.id, field=SealedField.ADDRESS, reason="a visit", actor=service)
    assert await reveal(row.id, field=SealedField.PHONE, reason="a call", actor=service)


async def test_a_changed_row_shows_what_it_holds_now() -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    first = await introduced(partner)
    second = await introduce(person(phone="13911112222"), partner.partner_id, actor=partner)
    reader = await staff(Role.RISK)
    assert await reveal(first.id, field=SealedField.PHONE, reason="x", actor=reader) == planted().phone
    assert await reveal(second, field=SealedField.PHONE, reason="x", actor=reader) == "13911112222"
