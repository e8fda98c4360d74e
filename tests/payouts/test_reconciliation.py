"""Bank, payouts and ledger say the same of a day, or each difference has a name."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise import Tortoise

from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.posting import post
from domain.ledger.terms import Account, Line
from domain.payouts import reconciliation
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.models import PayoutException
from domain.payouts.reconciliation import Ours, compare, compare_ledger
from domain.payouts.settling import posting_key
from domain.payouts.terms import AttemptState, ExceptionKind
from sandbox.faults import Fault
from tests.factories.payouts import ACCOUNT, payout_approved
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank

SYSTEM = Actor.system("payouts.reconcile")
NUMBERS = st.sampled_from(["a", "b", "c", "d"])
AMOUNTS = st.integers(1, 3).map(Money)


async def reconcile(bank: TestBank) -> list[ExceptionKind]:
    """What is open after today was compared."""
    await reconciliation.reconcile(clock.today(), bank=bank.client, actor=SYSTEM)
    return sorted(each.kind for each in await PayoutException.filter(state="OPEN"))


async def change(statement: str) -> None:
    """Does to the books what nobody may, with their guards off."""
    await Tortoise.get_connection("default").execute_script(
        f"BEGIN; SET LOCAL session_replication_role = replica; {statement}; COMMIT"
    )


async def test_a_day_on_which_all_agree_opens_nothing(database: str, bank: TestBank) -> None:
    for _ in range(3):
        await payout_approved()
    bank.plan(Fault.NONE, Fault.REFUSED)
    await work(database)
    assert await reconcile(bank) == []


async def test_a_payment_that_nobody_asked_for_is_named_once(database: str, bank: TestBank) -> None:
    await bank.client.pay("e" * 32, Money.of("5.00"), ACCOUNT, "Somebody")
    assert await reconcile(bank) == [ExceptionKind.UNKNOWN_PAYMENT]
    assert await reconcile(bank) == [ExceptionKind.UNKNOWN_PAYMENT]
    assert await PayoutException.all().count() == 1


async def test_a_payment_that_is_not_settled_here_is_named_and_explained_once_it_is(
    database: str, bank: TestBank
) -> None:
    payment = await payout_approved()
    bank.plan(Fault.LOST_ANSWER)
    await work(database)
    assert await reconcile(bank) == [ExceptionKind.NOT_SETTLED_HERE]
    await hurry()
    await work(database)
    (found,) = await PayoutException.filter(payout_id=payment.payout.id)
    assert found.state == "CLOSED"
    assert await reconcile(bank) == []


async def test_what_the_bank_does_not_have_is_named(database: str, bank: TestBank) -> None:
    await payout_approved()
    await work(database)
    bank.sandbox.book._payments.clear()
    assert await reconcile(bank) == [ExceptionKind.MISSING_AT_BANK]


async def test_another_amount_at_the_bank_is_named(database: str, bank: TestBank) -> None:
    await payout_approved()
    await work(database)
    await change("UPDATE payout SET amount_minor = 149999")
    assert await reconcile(bank) == [ExceptionKind.LEDGER_DIFFERS, ExceptionKind.WRONG_AMOUNT]


async def test_a_posting_that_is_missing_is_named(database: str, bank: TestBank) -> None:
    await payout_approved()
    await work(database)
    await change("DELETE FROM ledger_line; DELETE FROM ledger_transaction")
    assert await reconcile(bank) == [ExceptionKind.NOT_IN_LEDGER]


async def test_a_posting_without_a_payment_is_named(database: str, bank: TestBank) -> None:
    lines = [Line(Account.CLAIMS_PAYABLE, Money(5)), Line(Account.BANK, Money(-5))]
    async with transaction():
        await post(
            kind="payout:settled", subject=Subject(SubjectKind.PAYOUT, uuid4()), lines=lines, actor=SYSTEM,
            key=posting_key("9" * 32),
        )  # fmt: skip
    assert await reconcile(bank) == [ExceptionKind.LEDGER_DIFFERS]


async def test_a_payment_that_each_side_counts_to_another_day_is_no_difference(
    database: str, bank: TestBank
) -> None:
    await payout_approved()
    with clock.at(clock.now() + timedelta(days=1)):
        await work(database)
        assert await reconcile(bank) == []
    assert await reconcile(bank) == []


@pytest.mark.parametrize("day", [None])
async def test_without_a_day_yesterday_is_compared(database: str, bank: TestBank, day: None) -> None:
    await bank.client.pay("e" * 32, Money.of("5.00"), ACCOUNT, "Somebody")
    with clock.at(clock.now() + timedelta(days=1)):
        assert await reconciliation.reconcile(day, bank=bank.client, actor=SYSTEM) == 1


@given(
    st.dictionaries(NUMBERS, st.tuples(AMOUNTS, st.sampled_from(AttemptState))),
    st.dictionaries(NUMBERS, st.tuples(AMOUNTS, st.sampled_from(BankStatus))),
)
def test_nothing_is_named_exactly_when_both_sides_say_the_same(
    here: dict[str, tuple[Money, AttemptState]], there: dict[str, tuple[Money, BankStatus]]
) -> None:
    ours = {number: Ours(number, uuid4(), state, amount) for number, (amount, state) in here.items()}
    theirs = {number: Receipt(number, status, amount) for number, (amount, status) in there.items()}
    paid_here = {number for number, each in ours.items() if each.state is AttemptState.SETTLED}
    paid_there = {number for number, each in theirs.items() if each.status is BankStatus.SETTLED}
    agree = paid_here == paid_there and all(
        number in ours and ours[number].amount == receipt.amount for number, receipt in theirs.items()
    )
    assert (compare(ours, theirs) == []) is agree


@given(
    st.dictionaries(NUMBERS, st.tuples(AMOUNTS, st.sampled_from(AttemptState))),
    st.dictionaries(NUMBERS, st.integers(-3, 3)),
)
def test_the_ledger_agrees_exactly_when_each_settled_payment_left_the_bank_account_once(
    here: dict[str, tuple[Money, AttemptState]], booked: dict[str, int]
) -> None:
    ours = {number: Ours(number, uuid4(), state, amount) for number, (amount, state) in here.items()}
    posted = {posting_key(number): minor for number, minor in booked.items()}
    should = {
        posting_key(number): -each.amount.minor for number, each in ours.items() if each.state is AttemptState.SETTLED
    }
    assert (compare_ledger(ours, posted) == []) is (posted == should)
