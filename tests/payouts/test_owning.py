"""Differences have an owner of finance from the start, who is never who made the payout, and are not left lying."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, StaleVersion
from domain.notifications.models import Notification
from domain.payouts.exceptions import close_exception, open_exception
from domain.payouts.models import Payout, PayoutException
from domain.payouts.owning import assign, watch_exceptions
from domain.payouts.refusals import DutiesNotSeparate, NotYourException
from domain.payouts.rules import has_lain
from domain.payouts.terms import ExceptionKind, ExceptionState
from domain.staff.models import Staff
from tests.factories.insured import staff
from tests.factories.payouts import Payment, approver, payout_ready
from tests.factories.unchanged import refused, refusing

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("test")
TABLE = "payout_exception"


async def opened(reference: str = "P1", payout: Payout | None = None) -> PayoutException:
    """A difference that was found just now."""
    async with transaction():
        await open_exception(
            ExceptionKind.CONTRADICTION, reference, payout_id=payout.id if payout else None, ours="1", theirs="2",
            actor=SYSTEM,
        )  # fmt: skip
    return await PayoutException.get(reference=reference)


async def made() -> Payment:
    """A payout that was made ready, whose maker joined finance first."""
    return await payout_ready()


async def test_each_difference_goes_to_who_of_finance_has_fewest() -> None:
    first, second = await staff(Role.FINANCE), await staff(Role.FINANCE)
    await staff(Role.FINANCE_APPROVER)
    owners = [(await opened(f"P{number}")).owner_id for number in range(4)]
    assert owners == [first.staff_id, second.staff_id, first.staff_id, second.staff_id]


async def test_who_made_the_payout_or_left_does_not_get_it() -> None:
    payment = await made()
    assert (await opened("P1", payment.payout)).owner_id is None
    gone, other = await staff(Role.FINANCE), await staff(Role.FINANCE)
    await Staff.filter(id=gone.staff_id).update(active=False)
    assert (await opened("P2", payment.payout)).owner_id == other.staff_id


async def test_finance_takes_one_over_and_an_approver_gives_it_to_anybody() -> None:
    first, second, manager = await staff(Role.FINANCE), await staff(Role.FINANCE), await approver()
    found = await opened()
    assert first.staff_id is not None and second.staff_id is not None
    async with refused(Forbidden, TABLE):
        await assign(found.id, owner_id=first.staff_id, expected_version=1, actor=second)
    async with refused(Forbidden, TABLE):
        await assign(found.id, owner_id=second.staff_id, expected_version=1, actor=Actor(
            frozenset({Role.RISK}), staff_id=second.staff_id
        ))  # fmt: skip
    await assign(found.id, owner_id=second.staff_id, expected_version=1, actor=second)
    async with refused(StaleVersion, TABLE):
        await assign(found.id, owner_id=first.staff_id, expected_version=1, actor=manager)
    given = await assign(found.id, owner_id=first.staff_id, expected_version=2, actor=manager)
    assert given.owner_id == first.staff_id


async def test_the_owner_is_of_finance_and_did_not_make_the_payout() -> None:
    payment, manager, risk = await made(), await approver(), await staff(Role.RISK)
    found = await opened("P1", payment.payout)
    assert risk.staff_id is not None and payment.maker.staff_id is not None
    async with refusing(Invalid) as raised:
        await assign(found.id, owner_id=risk.staff_id, expected_version=1, actor=manager)
    assert raised.value.path == ("input", "ownerId")
    async with refused(DutiesNotSeparate, TABLE):
        await assign(found.id, owner_id=payment.maker.staff_id, expected_version=1, actor=manager)


async def test_the_owner_or_who_is_set_over_all_closes_it_but_never_the_maker() -> None:
    payment, owner, other = await made(), await staff(Role.FINANCE), await staff(Role.FINANCE)
    found = await opened("P1", payment.payout)
    assert found.owner_id == owner.staff_id
    async with refused(NotYourException, TABLE):
        await close_exception(found.id, explanation="e", expected_version=1, actor=other)
    maker = Actor(frozenset({Role.FINANCE, Role.FINANCE_APPROVER, Role.RISK}), staff_id=payment.maker.staff_id)
    async with refused(DutiesNotSeparate, TABLE):
        await close_exception(found.id, explanation="e", expected_version=1, actor=maker)
    closed = await close_exception(found.id, explanation="e", expected_version=1, actor=owner)
    assert (closed.state, closed.owner_id) == (ExceptionState.CLOSED, owner.staff_id)
    async with refused(IllegalStep, TABLE):
        await assign(found.id, owner_id=owner.staff_id or found.id, expected_version=2, actor=owner)
    for number, role in enumerate((Role.FINANCE_APPROVER, Role.RISK, Role.COMPLIANCE)):
        another = await opened(f"Q{number}", payment.payout)
        done = await close_exception(another.id, explanation="e", expected_version=1, actor=await staff(role))
        assert done.state is ExceptionState.CLOSED


@pytest.mark.parametrize(
    ("opened_on", "today", "lies"),
    [
        (date(2026, 1, 7), date(2026, 1, 8), False),
        (date(2026, 1, 7), date(2026, 1, 9), True),
        (date(2026, 1, 9), date(2026, 1, 12), False),  # a weekend between
        (date(2026, 1, 9), date(2026, 1, 13), True),
        (date(2026, 1, 9), date(2026, 1, 9), False),
    ],
)
def test_a_day_of_work_lies_between(opened_on: date, today: date, lies: bool) -> None:
    assert has_lain(opened_on, today, lambda day: day.weekday() < 5) is lies


async def test_owner_and_approvers_are_told_once_when_it_lies_for_a_working_day() -> None:
    owner, manager = await staff(Role.FINANCE), await approver()
    with clock.at(datetime(2026, 1, 7, 4, tzinfo=UTC)):
        found = await opened()
    with clock.at(datetime(2026, 1, 8, 4, tzinfo=UTC)):
        assert await watch_exceptions(actor=SYSTEM) == 0
    with clock.at(datetime(2026, 1, 9, 4, tzinfo=UTC)):
        assert await watch_exceptions(actor=SYSTEM) == 1
        assert await watch_exceptions(actor=SYSTEM) == 0
    told = await Notification.filter(template="PAYOUT_EXCEPTION_WAITS")
    assert {each.party_id for each in told} == {owner.staff_id, manager.staff_id}
    assert (await PayoutException.get(id=found.id)).version == 1
