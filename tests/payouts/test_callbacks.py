"""The bank's own word: signed and fresh, once, in any order, and never more than it may say."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from typing import Any

import httpx
import pytest

from domain.audit.models import AuditEntry
from domain.claims.owed import still_owed
from domain.jobs.models import Job
from domain.jobs.terms import JobState
from domain.kernel.settings import settings
from domain.ledger.models import LedgerTransaction
from domain.payouts import retrying
from domain.payouts.models import PayoutException
from domain.payouts.terms import AttemptState, ExceptionKind, PayoutState
from sandbox.faults import Fault
from tests.factories.payouts import Payment, payout_approved, payout_ready
from tests.factories.work import hurry, work
from tests.payouts.conftest import TestBank
from tests.payouts.test_execution import expect_paid_once, job_state, state_of


async def word(payment: Payment, **changes: Any) -> dict[str, Any]:
    """What the bank would say of a payment."""
    attempt = await payment.attempt()
    usual = {
        "request_no": attempt.request_no, "status": "SETTLED", "amount_minor": payment.payout.amount_minor,
        "currency": "CNY", "bank_ref": "BK1",
    }  # fmt: skip
    return {**usual, **changes}


async def call(
    bank: TestBank, said: object, *, secret: str | None = None, at: int | None = None, signed: bytes | None = None
) -> int:
    """Calls as the bank would; the status of the answer."""
    body = json.dumps(said).encode() if not isinstance(said, bytes) else said
    timestamp = str(at if at is not None else int(time.time()))
    key = secret or settings().bank_secret.get_secret_value()
    signature = hmac.new(key.encode(), timestamp.encode() + b"." + (signed or body), "sha256").hexdigest()
    headers = {"x-bank-timestamp": timestamp, "x-bank-signature": signature}
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.post(bank.callback_url, content=body, headers=headers)).status_code


@pytest.mark.parametrize("fault", [
    Fault.NONE, Fault.LOST_ANSWER, Fault.ERROR_AFTER, Fault.PENDING, Fault.LATE_CALLBACK, Fault.DOUBLE_CALLBACK,
    Fault.FORGED_CALLBACK,
])  # fmt: skip
async def test_whatever_the_bank_does_it_is_paid_once(database: str, calling_bank: TestBank, fault: Fault) -> None:
    payment = await payout_approved()
    calling_bank.plan(fault)
    await work(database)
    await calling_bank.until_called()
    for _ in range(3):
        await hurry()
        await work(database)
    await expect_paid_once(payment, calling_bank)
    assert await job_state(payment) is JobState.SUCCEEDED
    assert await PayoutException.all().count() == 0


async def test_the_callback_of_a_lost_answer_settles_before_anybody_asks(
    database: str, calling_bank: TestBank
) -> None:
    payment = await payout_approved()
    calling_bank.plan(Fault.ERROR_AFTER)
    await work(database)
    await calling_bank.until_called()
    assert await state_of(payment) is PayoutState.SETTLED
    await hurry()
    await work(database)
    assert await job_state(payment) is JobState.SUCCEEDED
    await expect_paid_once(payment, calling_bank)


async def test_a_callback_that_names_another_amount_settles_nothing_and_is_a_named_difference(
    database: str, bank: TestBank
) -> None:
    payment = await payout_approved()
    bank.plan(Fault.LOST_ANSWER)
    await work(database)
    for changes in ({"amount_minor": 150_001}, {"amount_minor": 150_001}, {"currency": "USD"}):
        assert await call(bank, await word(payment, **changes)) == 200
    assert await state_of(payment) is PayoutState.UNKNOWN
    (found,) = await PayoutException.all()
    assert (found.kind, found.state, found.owner_id) == (ExceptionKind.WRONG_AMOUNT, "OPEN", None)
    assert (found.ours, found.theirs) == ("1500.00 CNY", "1500.01 CNY")
    assert await LedgerTransaction.filter(kind="payout:settled").count() == 0


async def test_a_wrong_amount_after_the_banks_right_answer_is_a_named_difference_beside_it(
    database: str, calling_bank: TestBank
) -> None:
    payment = await payout_approved()
    calling_bank.plan(Fault.WRONG_AMOUNT_CALLBACK)
    await work(database)
    await calling_bank.until_called()
    await expect_paid_once(payment, calling_bank)
    assert [each.kind for each in await PayoutException.all()] == [ExceptionKind.WRONG_AMOUNT]


async def test_the_same_word_again_changes_nothing(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    bank.plan(Fault.LOST_ANSWER)
    await work(database)
    said = await word(payment, bank_ref=bank.sandbox.book.find((await payment.attempt()).request_no).bank_ref)  # type: ignore[union-attr]
    assert await asyncio.gather(*(call(bank, said) for _ in range(5))) == [200] * 5
    assert await call(bank, said) == 200
    await expect_paid_once(payment, bank)


async def test_a_word_that_is_out_of_order_changes_nothing(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await work(database)
    assert await call(bank, await word(payment, status="PENDING")) == 200
    await expect_paid_once(payment, bank)
    assert await PayoutException.all().count() == 0


async def test_a_failure_after_the_settlement_is_a_contradiction_for_people(database: str, bank: TestBank) -> None:
    payment = await payout_approved()
    await work(database)
    assert await call(bank, await word(payment, status="FAILED", code="RETURNED")) == 200
    await expect_paid_once(payment, bank)
    (found,) = await PayoutException.all()
    assert found.kind is ExceptionKind.CONTRADICTION


async def test_a_settlement_of_an_attempt_that_failed_before_stops_the_next_one(
    database: str, bank: TestBank
) -> None:
    payment = await payout_approved()
    bank.plan(Fault.REFUSED)
    await work(database)
    failed = await word(payment)
    payout = await payment.reread()
    await retrying.retry(
        payout.id, still_owed=still_owed, reason="again", expected_version=payout.version, actor=payment.maker
    )
    assert await call(bank, failed) == 200
    assert await state_of(payment) is PayoutState.DRAFT
    (found,) = await PayoutException.all()
    assert (found.kind, found.reference) == (ExceptionKind.CONTRADICTION, failed["request_no"])


async def test_a_word_about_a_payment_that_was_never_sent_is_a_contradiction(bank: TestBank) -> None:
    payment = await payout_ready()
    assert await call(bank, await word(payment)) == 200
    assert await state_of(payment) is PayoutState.PENDING_APPROVAL
    assert (await payment.attempt()).state is AttemptState.READY
    (found,) = await PayoutException.all()
    assert found.kind is ExceptionKind.CONTRADICTION


async def test_a_payment_that_is_not_ours_is_named(bank: TestBank) -> None:
    payment = await payout_ready()
    for _ in range(2):
        assert await call(bank, await word(payment, request_no="f" * 32)) == 200
    (found,) = await PayoutException.all()
    assert (found.kind, found.payout_id) == (ExceptionKind.UNKNOWN_PAYMENT, None)


@pytest.mark.parametrize("how", ["secret", "body", "old", "early", "never", "timestamp"])
async def test_a_forged_or_stale_word_is_not_believed(database: str, bank: TestBank, how: str) -> None:
    payment = await payout_approved()
    bank.plan(Fault.LOST_ANSWER)
    await work(database)
    said = await word(payment)
    now = int(time.time())
    status = {
        "secret": await call(bank, said, secret="guessed"),
        "body": await call(bank, said, signed=b'{"status": "FAILED"}'),
        "old": await call(bank, said, at=now - 301),
        "early": await call(bank, said, at=now + 302),
        "never": await call(bank, said, at=0),
        "timestamp": await call(bank, said, at=10**12),
    }[how]
    assert status == 401
    assert await state_of(payment) is PayoutState.UNKNOWN
    assert await AuditEntry.filter(actor="system:payouts.callback").count() == 0


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", b'{"request_no": 1}', b"[" * 5000,
    b'{"request_no": "a", "status": "PAID", "amount_minor": 1, "currency": "CNY"}',
    b'{"request_no": "a", "status": "SETTLED", "amount_minor": 1.5, "currency": "CNY"}',
    b'{"request_no": "a", "status": "SETTLED", "amount_minor": true, "currency": "CNY"}',
    b'{"request_no": "a", "status": "SETTLED", "amount_minor": 1, "currency": "XXX"}',
    b'{"request_no": "", "status": "SETTLED", "amount_minor": 1, "currency": "CNY"}',
    b'{"request_no": "a\\u0000", "status": "SETTLED", "amount_minor": 1, "currency": "CNY"}',
    b'{"request_no": "a", "status": "SETTLED", "amount_minor": 1, "currency": "CNY", "code": "\\u0000"}',
    b'{"request_no": "\\ud800", "status": "SETTLED", "amount_minor": 1, "currency": "CNY"}',
])  # fmt: skip
async def test_a_signed_word_that_cannot_be_read_is_refused_and_breaks_nothing(bank: TestBank, body: bytes) -> None:
    assert await call(bank, body) == 400
    assert await PayoutException.all().count() == 0
    assert await Job.all().count() == 0


async def test_a_word_that_is_far_too_long_is_not_read(bank: TestBank) -> None:
    assert await call(bank, b"x" * 20_000) == 413
