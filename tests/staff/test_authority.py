"""Up to which amount somebody may decide: by kind, from an instant on, and never set by oneself."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, Invalid, NotFound
from domain.staff.authority import NOTHING, authority, set_limit
from domain.staff.models import AuthorityLimit
from domain.staff.terms import AuthorityKind
from tests.factories.insured import staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
TABLES = ("staff", "authority_limit")
CLAIMS, PAYOUTS = AuthorityKind.CLAIM_DECISION, AuthorityKind.PAYOUT_APPROVAL
FIRST, SECOND = Money.of("1000.00"), Money.of("200.00")


async def handler_id() -> UUID:
    found = await staff(Role.CLAIMS_HANDLER)
    assert found.staff_id is not None
    return found.staff_id


async def test_whoever_was_given_no_limit_decides_nothing() -> None:
    assert await authority(await handler_id(), CLAIMS, clock.now()) == NOTHING == Money(0)
    assert await authority(None, CLAIMS, clock.now()) == NOTHING
    assert await authority(uuid4(), CLAIMS, clock.now()) == NOTHING


async def test_a_limit_counts_from_the_instant_it_was_set_until_the_next_one() -> None:
    staff_id, admin, now = await handler_id(), await staff(Role.ADMIN), clock.now()
    for days, limit in ((30, FIRST), (10, SECOND)):
        with clock.at(now - timedelta(days=days)):
            await set_limit(staff_id, kind=CLAIMS, limit=limit, reason="x", actor=admin)
    for days, counting in ((31, NOTHING), (29, FIRST), (11, FIRST), (9, SECOND), (0, SECOND)):
        assert await authority(staff_id, CLAIMS, now - timedelta(days=days)) == counting, days
    assert await AuthorityLimit.all().count() == 2


async def test_a_limit_counts_at_the_very_instant_from_which_it_is_valid() -> None:
    staff_id, admin = await handler_id(), await staff(Role.ADMIN)
    limit_id = await set_limit(staff_id, kind=CLAIMS, limit=FIRST, reason="x", actor=admin)
    since = (await AuthorityLimit.get(id=limit_id)).valid_from
    assert await authority(staff_id, CLAIMS, since) == FIRST
    assert await authority(staff_id, CLAIMS, since - timedelta(milliseconds=1)) == NOTHING


async def test_of_two_limits_of_one_instant_the_later_one_counts() -> None:
    staff_id, at = await handler_id(), clock.now()
    for limit in (FIRST, SECOND):
        await AuthorityLimit.create(
            staff_id=staff_id, kind=CLAIMS, limit_minor=limit.minor, currency=limit.currency, valid_from=at
        )
    assert await authority(staff_id, CLAIMS, at + timedelta(seconds=1)) == SECOND


async def test_kinds_and_people_have_limits_of_their_own() -> None:
    staff_id, other, admin = await handler_id(), await handler_id(), await staff(Role.ADMIN)
    await set_limit(staff_id, kind=CLAIMS, limit=FIRST, reason="x", actor=admin)
    assert await authority(staff_id, PAYOUTS, clock.now()) == NOTHING
    assert await authority(other, CLAIMS, clock.now()) == NOTHING


async def test_a_limit_may_be_taken_away_and_is_in_its_currency() -> None:
    staff_id, admin = await handler_id(), await staff(Role.ADMIN)
    for limit in (Money(5, Currency.USD), Money(0)):
        await set_limit(staff_id, kind=CLAIMS, limit=limit, reason="x", actor=admin)
        assert await authority(staff_id, CLAIMS, clock.now() + timedelta(seconds=1)) == limit


async def test_a_limit_is_audited_with_the_one_before() -> None:
    staff_id, admin = await handler_id(), await staff(Role.ADMIN)
    with clock.at(clock.now() - timedelta(days=1)):
        await set_limit(staff_id, kind=CLAIMS, limit=FIRST, reason="trained", actor=admin)
    limit_id = await set_limit(staff_id, kind=CLAIMS, limit=SECOND, reason="errors", actor=admin)
    assert (await AuthorityLimit.get(id=limit_id)).set_by == admin.staff_id
    first, second = await AuditEntry.filter(action="staff:set_limit").order_by("id")
    assert (first.subject_id, first.actor, first.reason) == (staff_id, admin.label, "trained")
    assert first.before["kind"] == first.after["kind"] == "CLAIM_DECISION"
    assert second.before["limit"] == first.after["limit"] != second.after["limit"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
async def test_nobody_but_an_administrator_sets_a_limit(role: Role) -> None:
    staff_id = await handler_id()
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
    async with refused(Forbidden, *TABLES):
        await set_limit(staff_id, kind=CLAIMS, limit=FIRST, reason="x", actor=actor)


@pytest.mark.parametrize("limit", [FIRST, Money(0)])
async def test_nobody_sets_his_or_her_own_limit(limit: Money) -> None:
    admin = await staff(Role.ADMIN)
    assert admin.staff_id is not None
    async with refused(Forbidden, *TABLES):
        await set_limit(admin.staff_id, kind=PAYOUTS, limit=limit, reason="x", actor=admin)


async def test_a_negative_limit_and_a_limit_for_nobody_are_refused() -> None:
    staff_id, admin = await handler_id(), await staff(Role.ADMIN)
    async with refused(Invalid, *TABLES) as raised:
        await set_limit(staff_id, kind=CLAIMS, limit=Money(-1), reason="x", actor=admin)
    assert raised.value.path == ("input", "limit")
    async with refused(NotFound, *TABLES):
        await set_limit(uuid4(), kind=CLAIMS, limit=FIRST, reason="x", actor=admin)
