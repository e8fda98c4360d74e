"""Whoever does whatever in whatever order: no money reaches the bank without enough different people behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.claims.owed import still_kept, still_owed
from domain.connections import database as opened
from domain.customers import changes
from domain.customers.models import Customer
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Refusal
from domain.payouts import approval, execution, holding, making, polling, retrying, reversal
from domain.payouts.bank import BankAnswerLost, BankRefused, BankStatus, BankUnavailable, Receipt
from domain.payouts.models import Payout, PayoutApproval
from domain.payouts.rules import SAFE_TIME, approvers_needed
from domain.payouts.terms import HoldReason
from domain.staff.models import AuthorityLimit, Staff
from domain.staff.terms import AuthorityKind
from tests.factories.insured import staff
from tests.factories.payouts import ACCOUNT, OTHER_ACCOUNT, payout_requested

PEOPLE = 4  # the last of them decided the claim
AMOUNTS = ("4000.00", "20000.00", "80000.00")
SYSTEM = Actor.system("payouts.execute")


@dataclass
class FickleBank:
    """A bank in memory that does what it is told next; it notes everything it really paid."""

    next: str = "settle"

    def __post_init__(self) -> None:
        self.book: dict[str, Receipt] = {}

    async def pay(self, request_no: str, amount: Money, account: str, name: str) -> Receipt:
        if request_no in self.book:
            return self.book[request_no]
        if self.next == "away":
            raise BankUnavailable
        if self.next == "refuse":
            raise BankRefused("CLOSED")
        if self.next != "lose_before":
            self.book[request_no] = Receipt(request_no, BankStatus.SETTLED, amount)
        if self.next.startswith("lose"):
            raise BankAnswerLost
        return self.book[request_no]

    async def find(self, request_no: str) -> Receipt | None:
        return self.book.get(request_no)

    async def list(self, day: object) -> list[Receipt]:
        return list(self.book.values())


@dataclass
class World:
    """One payout and a few people, each of whom may hold every role at once."""

    payout_id: Any
    customer: Actor
    decider: Actor
    people: list[Actor]
    bank: FickleBank

    async def payout(self) -> Payout:
        return await Payout.get(id=self.payout_id)


ROLES = frozenset({Role.FINANCE, Role.FINANCE_APPROVER, Role.RISK, Role.COMPLIANCE})
Act = Callable[[World, Payout, Actor], Awaitable[object]]


async def _change_account(world: World, payout: Payout, actor: Actor) -> None:
    customer = await Customer.get(id=world.customer.customer_id)
    account = OTHER_ACCOUNT if payout.version % 2 else ACCOUNT
    await changes.change_bank_account(
        customer.id, bank_account=account, expected_version=customer.version, actor=world.customer
    )


async def _execute(world: World, payout: Payout, actor: Actor) -> Outcome:
    return await execution.execute(payout.id, payout.attempt, bank=world.bank, actor=SYSTEM)


async def _query(world: World, payout: Payout, actor: Actor) -> Outcome:
    with clock.at(clock.now() + SAFE_TIME):
        return await polling.query(payout.id, payout.attempt, bank=world.bank, actor=SYSTEM)


def _by_person(verb: Callable[..., Awaitable[object]], **more: object) -> Act:
    async def act(world: World, payout: Payout, actor: Actor) -> object:
        return await verb(payout.id, reason="r", expected_version=payout.version, actor=actor, **more)

    return act


ACTS: dict[str, Act] = {
    "make_ready": _by_person(making.make_ready),
    "approve": _by_person(approval.approve),
    "reject": _by_person(approval.reject),
    "hold": _by_person(holding.hold, hold_reason=HoldReason.FRAUD),
    "release": _by_person(holding.release, still_kept=still_kept),
    "retry": _by_person(retrying.retry, still_owed=still_owed),
    "reverse": _by_person(reversal.reverse),
    "change_account": _change_account,
    "execute": _execute,
    "query": _query,
}
# People mostly do the right thing, or nothing would ever get near the bank.
LIKELY = ["approve"] * 6 + ["execute"] * 5 + ["make_ready", "query", "release", *ACTS]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(LIKELY),
        st.integers(0, PEOPLE - 1),
        st.sampled_from(["settle", "settle", "lose_after", "lose_before", "refuse", "away"]),
    ),
    max_size=14,
)


# At the end everybody tries to release it, so that most games come near the bank.
ENDING = [*(("approve", each, "settle") for each in range(PEOPLE)), ("execute", 0, "settle")]


async def _world(amount: str) -> World:
    payment = await payout_requested(amount)
    people = [await staff(Role.FINANCE) for _ in range(PEOPLE - 1)]
    people.append(payment.decider)
    for each in people:
        await Staff.filter(id=each.staff_id).update(roles=sorted(ROLES))
        await AuthorityLimit.create(
            staff_id=each.staff_id, kind=AuthorityKind.PAYOUT_APPROVAL, limit_minor=10**9, currency="CNY"
        )
    actors = [Actor(ROLES, staff_id=each.staff_id) for each in people]
    return World(payment.payout.id, payment.customer, actors[-1], actors, FickleBank())


async def _expect_duties_were_separate(world: World) -> None:
    payout = await world.payout()
    assert len(world.bank.book) <= 1, "one decision is paid once"
    if not world.bank.book:
        return
    (charge,) = world.bank.book.values()
    assert charge.amount == Money(payout.amount_minor, payout.currency)
    rounds = {each.round for each in await PayoutApproval.filter(payout_id=payout.id)}
    approvals = await PayoutApproval.filter(payout_id=payout.id, round=max(rounds))
    approvers = {each.approver_id for each in approvals}
    assert len(approvers) >= approvers_needed(charge.amount)
    assert payout.maker_id not in approvers
    assert world.decider.staff_id not in approvers | {payout.maker_id}


async def _play(url: str, amount: str, steps: list[tuple[str, int, str]]) -> bool:
    async with opened(url, pool=2):
        world = await _world(amount)
        for name, person, mood in steps:
            world.bank.next = mood
            try:
                await ACTS[name](world, await world.payout(), world.people[person])
            except Refusal:
                continue
            finally:
                await _expect_duties_were_separate(world)
        return bool(world.bank.book)


@pytest.fixture
def played(database_url: str) -> Callable[[str, list[tuple[str, int, str]]], bool]:
    """Plays steps from the start, on a loop of its own."""
    return lambda amount, steps: asyncio.run(_play(database_url, amount, steps))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.sampled_from(AMOUNTS), maker=st.integers(0, PEOPLE - 1), steps=STEPS)
def test_no_order_of_actions_pays_without_enough_different_people(
    played: Callable[[str, list[tuple[str, int, str]]], bool],
    amount: str,
    maker: int,
    steps: list[tuple[str, int, str]],
) -> None:
    played(amount, [("make_ready", maker, "settle"), *steps, *ENDING])


@pytest.mark.parametrize(("amount", "approvers", "is_paid"), [
    ("4000.00", [1], True), ("4000.00", [0], False), ("4000.00", [3], False), ("20000.00", [1], False),
    ("20000.00", [1, 1], False), ("20000.00", [1, 2], True), ("80000.00", [1, 2], False),
    ("80000.00", [1, 2, 0, 3, 1, 2], False),
])  # fmt: skip
def test_the_game_can_be_won_and_lost(
    played: Callable[[str, list[tuple[str, int, str]]], bool], amount: str, approvers: list[int], is_paid: bool
) -> None:
    """The same game with known steps, so that the property above is known to reach the bank."""
    released = [("approve", each, "settle") for each in approvers]
    assert played(amount, [("make_ready", 0, "settle"), *released, ("execute", 0, "settle")]) is is_paid


def test_a_planted_hole_would_be_seen(played: Callable[[str, list[tuple[str, int, str]]], bool]) -> None:
    """Money that reaches the bank without approvals fails the check that every step ends with."""
    ACTS["steal"] = _steal
    try:
        with pytest.raises(ValueError, match="empty"):
            played("4000.00", [("steal", 0, "settle")])
    finally:
        del ACTS["steal"]


async def _steal(world: World, payout: Payout, actor: Actor) -> None:
    await world.bank.pay("1" * 32, Money(payout.amount_minor), ACCOUNT, "thief")
