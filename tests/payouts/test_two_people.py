"""From the decision to the bank money passes at least three people, whatever roles two of them hold."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations_with_replacement
from uuid import uuid4

import pytest

from domain.jobs.models import Job
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Refusal
from domain.payouts import approval, making
from domain.payouts.models import Payout
from domain.payouts.rules import approvers_needed
from domain.payouts.terms import PayoutState
from domain.staff.models import AuthorityLimit, Staff
from domain.staff.terms import AuthorityKind
from tests.factories.payouts import approver, customer_with_account, payout_requested

pytestmark = pytest.mark.usefixtures("database")
AMOUNTS = {"1.00": 1, "5000.00": 1, "5000.01": 2, "50000.00": 2, "50000.01": 3}
PAIRS = list(combinations_with_replacement(sorted(STAFF_ROLES), 2))
WAITING = {PayoutState.DRAFT, PayoutState.PENDING_APPROVAL}


async def _person(*roles: Role) -> Actor:
    """Somebody in these roles, whose authority is without end."""
    row = await Staff.create(name="Li", email=f"{uuid4().hex}@insurer.example", roles=sorted(set(roles)))
    await AuthorityLimit.create(
        staff_id=row.id, kind=AuthorityKind.PAYOUT_APPROVAL, limit_minor=10**9, currency="CNY"
    )
    return Actor(frozenset(roles), staff_id=row.id)


async def _all_try(payout: Payout, people: Sequence[Actor]) -> PayoutState:
    """Everybody does whatever he or she can, in one order and then in the other; where it ends."""
    for order in (people, people[::-1]):
        for verb in (making.make_ready, approval.approve):
            for person in order:
                row = await Payout.get(id=payout.id)
                with suppress(Refusal):
                    await verb(row.id, reason="r", expected_version=row.version, actor=person)
    return (await Payout.get(id=payout.id)).state


@pytest.mark.parametrize("pair", PAIRS, ids=["-".join(pair) for pair in PAIRS])
async def test_two_people_of_whom_one_decided_release_nothing(pair: tuple[Role, Role]) -> None:
    payee = await customer_with_account()
    decider, other = await _person(*pair), await _person(*pair)
    for amount in AMOUNTS:
        payment = await payout_requested(amount, customer_id=payee, decided_by=decider)
        assert await _all_try(payment.payout, (decider, other)) in WAITING, amount
    assert await Job.filter(kind="payouts.execute").count() == 0


@pytest.mark.parametrize("pair", PAIRS, ids=["-".join(pair) for pair in PAIRS])
async def test_one_person_with_two_duties_releases_nothing_that_another_decided(pair: tuple[Role, Role]) -> None:
    payee, person = await customer_with_account(), await _person(*pair)
    for amount in AMOUNTS:
        payment = await payout_requested(amount, customer_id=payee)
        assert await _all_try(payment.payout, (person,)) in WAITING, amount
    assert await Job.filter(kind="payouts.execute").count() == 0


@pytest.mark.parametrize("amount", AMOUNTS)
async def test_as_many_people_as_the_amount_needs_release_it_and_one_fewer_does_not(amount: str) -> None:
    needed = AMOUNTS[amount]
    assert approvers_needed(Money.of(amount)) == needed
    enough, too_few = await payout_requested(amount), await payout_requested(amount)
    maker, approvers = await _person(Role.FINANCE), [await approver() for _ in range(needed)]
    assert await _all_try(too_few.payout, (too_few.decider, maker, *approvers[1:])) in WAITING
    assert await _all_try(enough.payout, (enough.decider, maker, *approvers)) is PayoutState.APPROVED
    assert await Job.filter(kind="payouts.execute").count() == 1


async def test_without_the_rule_two_people_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody_is_barred(*_: object, **__: object) -> None:
        return

    for module in (making, approval):
        monkeypatch.setattr(module, "expect_independent", nobody_is_barred)
    people = [await _person(Role.FINANCE, Role.FINANCE_APPROVER) for _ in range(2)]
    payment = await payout_requested("5000.00", decided_by=people[0])
    assert await _all_try(payment.payout, people) is PayoutState.APPROVED
