"""Up to which amount somebody may decide: by kind, and from an instant on."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.staff.authority import NOTHING, authority
from domain.staff.models import AuthorityLimit
from domain.staff.terms import AuthorityKind
from tests.factories.insured import staff

pytestmark = pytest.mark.usefixtures("database")
CLAIMS, PAYOUTS = AuthorityKind.CLAIM_DECISION, AuthorityKind.PAYOUT_APPROVAL
FIRST, SECOND = Money.of("1000.00"), Money.of("200.00")


async def handler_id() -> UUID:
    found = await staff(Role.CLAIMS_HANDLER)
    assert found.staff_id is not None
    return found.staff_id


async def limit_of(staff_id: UUID | None, kind: AuthorityKind, at: datetime) -> Money:
    """The limit as a verb finds it."""
    async with transaction():
        return await authority(staff_id, kind, at)


async def limited(staff_id: UUID, limit: Money) -> AuthorityLimit:
    """A limit from now on, as a confirmed change makes it."""
    return await AuthorityLimit.create(
        staff_id=staff_id, kind=CLAIMS, limit_minor=limit.minor, currency=limit.currency
    )


async def test_whoever_was_given_no_limit_decides_nothing() -> None:
    assert await limit_of(await handler_id(), CLAIMS, clock.now()) == NOTHING == Money(0)
    assert await limit_of(None, CLAIMS, clock.now()) == NOTHING
    assert await limit_of(uuid4(), CLAIMS, clock.now()) == NOTHING


async def test_a_limit_counts_from_the_instant_it_was_set_until_the_next_one() -> None:
    staff_id, now = await handler_id(), clock.now()
    for days, limit in ((30, FIRST), (10, SECOND)):
        with clock.at(now - timedelta(days=days)):
            await limited(staff_id, limit)
    for days, counting in ((31, NOTHING), (29, FIRST), (11, FIRST), (9, SECOND), (0, SECOND)):
        assert await limit_of(staff_id, CLAIMS, now - timedelta(days=days)) == counting, days
    assert await AuthorityLimit.all().count() == 2


async def test_a_limit_counts_at_the_very_instant_from_which_it_is_valid() -> None:
    staff_id = await handler_id()
    since = (await limited(staff_id, FIRST)).valid_from
    assert await limit_of(staff_id, CLAIMS, since) == FIRST
    assert await limit_of(staff_id, CLAIMS, since - timedelta(milliseconds=1)) == NOTHING


async def test_of_two_limits_of_one_instant_the_later_one_counts() -> None:
    staff_id, at = await handler_id(), clock.now()
    for limit in (FIRST, SECOND):
        with clock.at(at):
            await limited(staff_id, limit)
    assert await limit_of(staff_id, CLAIMS, at + timedelta(seconds=1)) == SECOND


async def test_kinds_and_people_have_limits_of_their_own() -> None:
    staff_id, other = await handler_id(), await handler_id()
    await limited(staff_id, FIRST)
    assert await limit_of(staff_id, PAYOUTS, clock.now()) == NOTHING
    assert await limit_of(other, CLAIMS, clock.now()) == NOTHING


async def test_a_limit_may_be_taken_away_and_is_in_its_currency() -> None:
    staff_id = await handler_id()
    for limit in (Money(5, Currency.USD), Money(0)):
        await limited(staff_id, limit)
        assert await limit_of(staff_id, CLAIMS, clock.now() + timedelta(seconds=1)) == limit
