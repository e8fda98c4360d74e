"""Premium in: each payment once, settled or kept as an exception, and no money lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.audit.models import AuditEntry
from domain.billing import exceptions, paying, voiding
from domain.billing.models import PremiumException, PremiumPayment
from domain.billing.refusals import PremiumCallRefused, PremiumCallUnreadable, ReferenceUsed
from domain.billing.terms import (
    InstalmentState,
    InvoiceState,
    PremiumExceptionKind,
    PremiumExceptionState,
    PremiumSource,
)
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Queue
from domain.kernel.actor import Role
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, StaleVersion
from domain.ledger.balances import balances
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.ledger.terms import Account
from tests.factories.billing import OFFICE, Billed, called, invoiced, paid, signed, word
from tests.factories.insured import staff
from tests.factories.unchanged import refused, unchanged
from tests.factories.work import work

pytestmark = pytest.mark.usefixtures("database")


async def balance(account: Account, currency: Currency = Currency.CNY) -> int:
    async with transaction():
        return (await balances()).get((account, currency), Money(0, currency)).minor


async def lines_of(kind: str) -> dict[str, int]:
    posting = await LedgerTransaction.get(kind=kind)
    return {each.account.value: each.amount_minor for each in await LedgerLine.filter(transaction_id=posting.id)}


async def test_the_next_instalment_is_paid_and_its_commission_earned() -> None:
    billed = await invoiced()
    taken = await paid(billed, "R-1", "41.67")
    assert taken.payment is not None and taken.exception is None
    first, second, *_ = await billed.parts()
    assert (first.state, second.state) == (InstalmentState.PAID, InstalmentState.DUE)
    assert first.paid_at is not None
    assert (taken.payment.instalment_id, taken.payment.source) == (first.id, PremiumSource.GATEWAY)
    assert (taken.payment.reference, taken.payment.recorded_by) == ("R-1", "system:billing.callback")
    invoice = await billed.now()
    assert (invoice.state, invoice.version) == (InvoiceState.OPEN, 2)
    assert await lines_of("premium:received") == {
        "BANK": 4_167, "PREMIUM_RECEIVABLE": -4_167, "COMMISSION_EXPENSE": 590, "COMMISSION_PAYABLE": -590,
    }  # fmt: skip
    entry = await AuditEntry.get(subject_id=invoice.id, action="invoice:pay")
    assert entry.after == {
        "state": "OPEN", "reference": "R-1", "amount": "41.67 CNY", "instalments": [1],
    }  # fmt: skip


async def test_all_that_is_left_may_be_paid_at_once() -> None:
    billed = await invoiced()
    await paid(billed, "R-1", "41.67")
    taken = await paid(billed, "R-2", "458.34")
    assert taken.payment is not None and taken.payment.instalment_id is None
    invoice = await billed.now()
    assert (invoice.state, invoice.paid_at is not None) == (InvoiceState.PAID, True)
    assert {part.state for part in await billed.parts()} == {InstalmentState.PAID}
    assert await balance(Account.PREMIUM_RECEIVABLE) == await _receivable_of_sale(billed)
    assert await balance(Account.COMMISSION_PAYABLE) == await _commission_of_sale(billed) - 7_076
    jobs = await Job.filter(kind="billing.instalment_paid").order_by("id")
    assert [each.arguments["number"] for each in jobs] == list(range(1, 13))


async def _receivable_of_sale(billed: Billed) -> int:
    """What the sale itself posted, which the partner owes."""
    return (await billed.policy()).premium_minor


async def _commission_of_sale(billed: Billed) -> int:
    return -(await billed.policy()).commission_minor


async def test_twelve_instalments_one_after_the_other_pay_the_invoice() -> None:
    billed = await invoiced()
    for number, amount in enumerate(["41.67"] * 9 + ["41.66"] * 3, 1):
        assert (await paid(billed, f"R-{number}", amount)).payment is not None
    assert (await billed.now()).state is InvoiceState.PAID
    assert await PremiumPayment.all().count() == 12
    assert await PremiumException.all().count() == 0


async def test_the_same_word_again_changes_nothing() -> None:
    billed = await invoiced()
    said = word(billed)
    first = await called(said)
    async with unchanged():
        again = await called(said)
    assert first.payment and again.payment and again.payment.id == first.payment.id


async def test_twenty_identical_words_at_once_are_one_payment() -> None:
    billed = await invoiced()
    said = word(billed)
    taken = await asyncio.gather(*(called(said) for _ in range(20)))
    assert len({each.payment.id for each in taken if each.payment}) == 1
    assert all(each.exception is None for each in taken)
    assert await PremiumPayment.all().count() == 1
    assert await PremiumException.all().count() == 0
    assert await LedgerTransaction.filter(kind="premium:received").count() == 1
    assert await Job.filter(kind="billing.instalment_paid").count() == 1


async def test_different_payments_at_once_pay_one_instalment_each() -> None:
    billed = await invoiced("500.00", 10)
    taken = await asyncio.gather(*(paid(billed, f"R-{number}", "50.00") for number in range(12)))
    assert sum(each.payment is not None for each in taken) == 10
    kept = [each.exception.kind for each in taken if each.exception]
    assert kept == [PremiumExceptionKind.ALREADY_PAID] * 2
    assert (await billed.now()).state is InvoiceState.PAID


MISFITS: list[tuple[dict[str, Any], PremiumExceptionKind]] = [
    ({"invoiceNumber": "INV20269999999"}, PremiumExceptionKind.UNKNOWN_INVOICE),
    ({"invoiceNumber": "for my phone, Zhang San"}, PremiumExceptionKind.UNKNOWN_INVOICE),
    ({"amount": "41.66"}, PremiumExceptionKind.WRONG_AMOUNT),
    ({"amount": "83.34"}, PremiumExceptionKind.WRONG_AMOUNT),
    ({"amount": "500.02"}, PremiumExceptionKind.WRONG_AMOUNT),
    ({"currency": "USD"}, PremiumExceptionKind.WRONG_CURRENCY),
]


@pytest.mark.parametrize(("changes", "kind"), MISFITS)
async def test_money_that_fits_nothing_is_kept_in_suspense(
    changes: dict[str, Any], kind: PremiumExceptionKind
) -> None:
    billed = await invoiced()
    said = word(billed, **changes)
    taken = await called(said)
    assert taken.payment is None and taken.exception is not None
    assert (taken.exception.kind, taken.exception.state) == (kind, PremiumExceptionState.OPEN)
    currency = Currency(said["currency"])
    amount = Money.of(said["amount"], currency).minor
    assert await balance(Account.BANK, currency) == amount
    assert await balance(Account.SUSPENSE, currency) == -amount
    assert {part.state for part in await billed.parts()} == {InstalmentState.DUE}
    async with unchanged():
        again = await called(said)
    assert again.exception and again.exception.id == taken.exception.id
    assert "Zhang" not in str(await AuditEntry.all().values()) + str(await PremiumException.all().values())


async def test_money_for_a_paid_or_voided_invoice_is_kept_as_such() -> None:
    settled, voided = await invoiced("50.00", 1), await invoiced("50.00", 1)
    await paid(settled, "R-1", "50.00")
    await voiding.void(voided.invoice.id, reason="r", expected_version=1, actor=OFFICE)
    late = [await paid(settled, "R-2", "50.00"), await paid(voided, "R-3", "50.00")]
    kinds = [each.exception.kind for each in late if each.exception]
    assert kinds == [PremiumExceptionKind.ALREADY_PAID, PremiumExceptionKind.INVOICE_VOID]
    assert await balance(Account.SUSPENSE) == -10_000


async def test_a_reference_that_is_told_otherwise_is_kept_once_and_posts_nothing() -> None:
    billed = await invoiced()
    await paid(billed, "R-1", "41.67")
    for _ in range(2):
        taken = await paid(billed, "R-1", "458.34")
        assert taken.exception and taken.exception.kind is PremiumExceptionKind.CONTRADICTION
    assert await PremiumException.all().count() == 1
    assert await balance(Account.BANK) == 4_167
    assert await balance(Account.SUSPENSE) == 0
    assert (await billed.now()).state is InvoiceState.OPEN


async def test_a_word_that_was_kept_fits_no_better_later() -> None:
    billed = await invoiced("100.00", 3)  # 33.34, 33.33, 33.33
    await paid(billed, "R-1", "33.33")
    await paid(billed, "R-2", "33.34")
    again = await paid(billed, "R-1", "33.33")
    assert again.exception and again.exception.kind is PremiumExceptionKind.WRONG_AMOUNT
    assert await PremiumPayment.all().count() == 1


async def test_finance_records_what_the_statement_shows_once() -> None:
    billed, finance = await invoiced(), await staff(Role.FINANCE)
    usual: dict[str, Any] = {"reference": "ICBC-77", "invoice_number": billed.invoice.invoice_number, "actor": finance}
    taken = await paying.record_payment(amount=Money.of("41.67"), **usual)
    assert taken.payment is not None
    assert (taken.payment.source, taken.payment.recorded_by) == (PremiumSource.FINANCE, finance.label)
    async with unchanged():
        again = await paying.record_payment(amount=Money.of("41.67"), **usual)
    assert again.payment and again.payment.id == taken.payment.id
    async with refused(ReferenceUsed):
        await paying.record_payment(amount=Money.of("41.66"), **usual)
    gateway = await paid(billed, "ICBC-77", "41.67")  # another teller's number
    assert gateway.payment and gateway.payment.id != taken.payment.id


async def test_money_of_unknown_reason_that_finance_records_is_kept_too() -> None:
    finance = await staff(Role.FINANCE)
    taken = await paying.record_payment(
        reference="X-1", invoice_number="rent", amount=Money.of("9.00"), actor=finance
    )
    assert taken.exception and taken.exception.kind is PremiumExceptionKind.UNKNOWN_INVOICE
    assert (taken.exception.named_number, await balance(Account.SUSPENSE)) == (None, -900)


async def test_nobody_but_finance_records_and_nothing_that_is_no_payment() -> None:
    billed = await invoiced()
    number = billed.invoice.invoice_number
    for role in (Role.FINANCE_APPROVER, Role.COMPLIANCE, Role.CUSTOMER_SERVICE):
        other = await staff(role)
        async with refused(Forbidden):
            await paying.record_payment(reference="R", invoice_number=number, amount=Money.of("41.67"), actor=other)
    finance = await staff(Role.FINANCE)
    for reference, amount, constraint in (("a b", "41.67", "reference_form"), ("R", "0.00", "min")):
        async with refused(Invalid) as raised:
            await paying.record_payment(
                reference=reference, invoice_number=number, amount=Money.of(amount), actor=finance
            )
        assert isinstance(raised.value, Invalid) and raised.value.constraint == constraint


async def test_finance_says_what_an_exception_was() -> None:
    finance, compliance = await staff(Role.FINANCE), await staff(Role.COMPLIANCE)
    found = (await paid(await invoiced(), "R-1", "1.00")).exception
    assert found is not None
    async with refused(StaleVersion):
        await exceptions.settle(found.id, explanation="given back", expected_version=2, actor=finance)
    async with refused(Forbidden):
        await exceptions.settle(found.id, explanation="given back", expected_version=1, actor=compliance)
    done = await exceptions.settle(found.id, explanation="given back", expected_version=1, actor=finance)
    assert (done.state, done.settler_id, done.explanation) == (
        PremiumExceptionState.SETTLED, finance.staff_id, "given back",
    )  # fmt: skip
    assert await AuditEntry.filter(subject_id=found.id, action="premium_exception:settle").count() == 1
    async with refused(IllegalStep):
        await exceptions.settle(found.id, explanation="again", expected_version=2, actor=finance)


async def test_the_news_of_a_payment_finds_no_room_that_waits_for_a_policys(database: str) -> None:
    await paid(await invoiced(), "R-1", "41.67")
    await work(database, (Queue.MONEY,))
    (job,) = await Job.filter(kind="billing.instalment_paid")
    assert (job.state, job.result_id) == (JobState.SUCCEEDED, None)


async def test_a_call_is_believed_only_when_signed_and_fresh() -> None:
    body = b"{}"
    timestamp, signature = signed(body)
    for changed in ({"signature": "0" * 64}, {"body": b"{ }"}, {"secret": "x" * 32}, {"timestamp": "soon"}):
        usual: dict[str, Any] = {"body": body, "timestamp": timestamp, "signature": signature, "secret": "s" * 32}
        with pytest.raises(PremiumCallRefused):
            await paying.receive(**usual | changed)


UNREADABLE: list[dict[str, Any]] = [
    {"reference": ""}, {"reference": "a" * 65}, {"reference": "a b"}, {"reference": 5}, {"reference": None},
    {"invoiceNumber": 5}, {"invoiceNumber": None}, {"amount": 41.67}, {"amount": "-41.67"}, {"amount": "0.00"},
    {"amount": "41.671"}, {"amount": "4e1"}, {"amount": "NaN"}, {"amount": "9" * 30}, {"currency": "XYZ"},
    {"currency": []}, {"paidAt": "yesterday"}, {"paidAt": "2026-01-01T00:00:00"}, {"paidAt": 5},
    {"paidAt": "9999-12-31T23:59:59-14:00"}, {"paidAt": "0001-01-01T00:00:00+14:00"},
]  # fmt: skip


@pytest.mark.parametrize("changes", UNREADABLE)
async def test_a_word_that_cannot_be_read_changes_nothing(changes: dict[str, Any]) -> None:
    billed = await invoiced()
    async with unchanged():
        with pytest.raises(PremiumCallUnreadable):
            await called(word(billed, **changes))
