"""Many payouts through a bank that fails by chance: what it paid, what is settled and what is posted are the same."""

from __future__ import annotations

import pytest

from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.payouts import polling, reconciliation
from domain.payouts.models import Payout, PayoutAttempt, PayoutException
from domain.payouts.rules import SAFE_TIME
from domain.payouts.terms import PayoutState
from sandbox.faults import Fault, Plan
from tests.factories.payouts import customer_with_account, payout_approved
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank

SYSTEM = Actor.system("payouts.sweep")
PAYOUTS = 14
CHANCES = {
    Fault.LOST_ANSWER: 0.1, Fault.TIMEOUT_BEFORE: 0.1, Fault.ERROR: 0.1, Fault.ERROR_AFTER: 0.1, Fault.BUSY: 0.1,
    Fault.REFUSED: 0.1, Fault.PENDING: 0.05, Fault.LATE_CALLBACK: 0.05, Fault.DOUBLE_CALLBACK: 0.05,
    Fault.FORGED_CALLBACK: 0.05,
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_payout_ends_and_the_books_agree_whatever_the_bank_does(
    database: str, calling_bank: TestBank, seed: int
) -> None:
    customer_id = await customer_with_account()
    for _ in range(PAYOUTS):
        await payout_approved("1500.00", customer_id=customer_id)
    calling_bank.sandbox.plan = Plan(chances=CHANCES, seed=seed)
    for step in range(5):
        with clock.at(clock.now() + step * SAFE_TIME):
            await hurry()
            await work(database)
            await calling_bank.until_called()
            await polling.sweep(actor=SYSTEM)
    payouts = await Payout.all()
    settled = [each for each in payouts if each.state is PayoutState.SETTLED]
    assert {each.state for each in payouts} == {PayoutState.SETTLED, PayoutState.FAILED}
    attempts = await PayoutAttempt.filter(payout_id__in=[each.id for each in settled])
    charged = sorted(calling_bank.charges)
    assert charged == sorted((each.request_no, 150_000) for each in attempts)
    assert len(charged) == len(settled)
    postings = [each.id for each in await LedgerTransaction.filter(kind="payout:settled")]
    assert len(postings) == len(settled)
    bank_lines = await LedgerLine.filter(transaction_id__in=postings, account="BANK")
    assert sum(each.amount_minor for each in bank_lines) == -150_000 * len(settled)
    assert await Job.filter(kind="payouts.execute", state="SUCCEEDED").count() == PAYOUTS
    assert await PayoutException.all().count() == 0
    assert await reconciliation.reconcile(clock.today(), bank=calling_bank.client, actor=SYSTEM) == 0
