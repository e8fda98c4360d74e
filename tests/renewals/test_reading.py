"""Who reads what of renewals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.policies.models import Policy
from domain.renewals import reminding
from domain.renewals.reading import RENEWAL_REMINDER
from tests.factories.insured import Insured, insured, staff
from tests.factories.readers import plan_of, rows_seen

pytestmark = pytest.mark.usefixtures("database")


async def reminded() -> Insured:
    covered = await insured()
    policy = await Policy.get(id=covered.policy_id)
    with clock.at(clock.start_of(policy.ends_on - timedelta(days=7))):
        await reminding.remind(policy.id, days_before=7, ends_on=policy.ends_on, actor=Actor.system("renewals.remind"))
    return covered


async def test_the_holder_and_the_seller_see_the_reminders_of_their_own_policies() -> None:
    covered, stranger = await reminded(), await insured()
    for actor in (covered.customer, covered.partner):
        (row,) = await rows_seen(RENEWAL_REMINDER, actor)
        assert row["days_before"] == 7
    for actor in (stranger.customer, stranger.partner, Actor.anonymous()):
        assert await rows_seen(RENEWAL_REMINDER, actor) == []


@pytest.mark.parametrize(("role", "seen"), [(Role.CUSTOMER_SERVICE, 1), (Role.SALES, 1), (Role.HR, 0), (Role.ADMIN, 0)])
async def test_staff_see_reminders_as_they_see_policies(role: Role, seen: int) -> None:
    await reminded()
    assert len(await rows_seen(RENEWAL_REMINDER, await staff(role))) == seen


async def test_the_list_is_read_from_an_index_in_its_order() -> None:
    covered = await reminded()
    for actor in (covered.customer, covered.partner, await staff(Role.COMPLIANCE)):
        plan = await plan_of(RENEWAL_REMINDER, actor, "RECORDED")
        assert "Seq Scan" not in plan
        assert "Sort" not in plan
