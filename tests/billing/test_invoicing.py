"""Issuing an invoice, giving it over to another row, and taking it back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.billing import invoicing, voiding
from domain.billing.models import Instalment, Invoice
from domain.billing.refusals import PaidInPart
from domain.billing.terms import InstalmentState, InvoiceState
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.ledger.models import LedgerLine, LedgerTransaction
from tests.factories.billing import COMMISSION, OFFICE, TAX, invoiced, paid
from tests.factories.insured import insured, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def lines_of(kind: str, invoice: Invoice) -> dict[str, int]:
    posting = await LedgerTransaction.get(kind=kind, subject_id=invoice.id)
    assert posting.subject_kind is SubjectKind.INVOICE
    return {each.account.value: each.amount_minor for each in await LedgerLine.filter(transaction_id=posting.id)}


async def test_an_invoice_is_for_a_subject_and_asks_for_its_instalments() -> None:
    with clock.at(datetime(2026, 8, 31, 23, 59, tzinfo=INSURER_ZONE)):
        billed = await invoiced()
    invoice, parts = await billed.now(), await billed.parts()
    assert invoice.invoice_number.startswith("INV2026") and len(invoice.invoice_number) == 14
    assert (invoice.subject_kind, invoice.subject_id) == (SubjectKind.POLICY, billed.covered.policy_id)
    assert (invoice.customer_id, invoice.partner_id) == (billed.covered.customer_id, billed.covered.partner_id)
    assert (invoice.premium_minor, invoice.premium_net_minor, invoice.premium_tax_minor) == (50_001, 47_171, 2_830)
    assert (invoice.state, invoice.commission_minor, invoice.instalment_count) == (InvoiceState.OPEN, 7_076, 12)
    assert [part.number for part in parts] == list(range(1, 13))
    assert [part.due_on for part in parts][:3] == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    assert {part.state for part in parts} == {InstalmentState.DUE}
    assert sum(part.amount_minor for part in parts) == 50_001
    assert await AuditEntry.filter(subject_id=invoice.id, action="invoice:issue").count() == 1


async def test_what_is_owed_is_posted_and_no_commission_before_it_is_paid() -> None:
    billed = await invoiced()
    assert await lines_of("invoice:issued", billed.invoice) == {
        "PREMIUM_RECEIVABLE": 50_001, "PREMIUM_IN_ADVANCE": -50_001,
    }  # fmt: skip


async def test_an_invoice_without_tax_posts_no_empty_line() -> None:
    covered = await insured()
    async with transaction():
        invoice = await invoicing.issue_invoice(
            Subject(SubjectKind.POLICY, covered.policy_id), Scope(covered.customer_id), gross=Money(12),
            tax_rate=Decimal(0), commission_rate=Decimal(0), count=12, actor=OFFICE,
        )  # fmt: skip
    assert await lines_of("invoice:issued", invoice) == {"PREMIUM_RECEIVABLE": 12, "PREMIUM_IN_ADVANCE": -12}
    assert invoice.partner_id is None


@pytest.mark.parametrize(
    ("gross", "count", "constraint"),
    [("500.01", 0, "between"), ("500.01", 13, "between"), ("0.11", 12, "min"), ("0.00", 1, "min"), ("-1.00", 1, "min")],
)
async def test_a_premium_that_cannot_be_spread_is_refused(gross: str, count: int, constraint: str) -> None:
    covered = await insured()
    async with refused(Invalid) as raised:
        await invoiced(gross, count, covered=covered)
    assert isinstance(raised.value, Invalid) and raised.value.constraint == constraint


async def test_an_invoice_belongs_to_the_transaction_of_its_cause_and_to_a_customer() -> None:
    usual: dict[str, Any] = {
        "gross": Money(1), "tax_rate": TAX, "commission_rate": COMMISSION, "count": 1, "actor": OFFICE,
    }  # fmt: skip
    subject = Subject(SubjectKind.POLICY, uuid4())
    with pytest.raises(NoTransaction):
        await invoicing.issue_invoice(subject, Scope(uuid4()), **usual)
    for scope, changes, said in ((Scope(), {}, "customer"), (Scope(uuid4()), {"tax_rate": Decimal("-0.01")}, "below")):
        with pytest.raises(ValueError, match=said):
            async with transaction():
                await invoicing.issue_invoice(subject, scope, **usual | changes)
    assert await Invoice.all().count() == 0


async def test_an_invoice_is_given_over_to_the_policy_that_was_issued_on_it() -> None:
    billed, later = await invoiced(), await insured()
    async with transaction():
        await invoicing.hand_over(
            billed.invoice.id, subject=Subject(SubjectKind.POLICY, later.policy_id), actor=OFFICE
        )
    assert (await billed.now()).subject_id == later.policy_id
    with pytest.raises(LookupError):
        async with transaction():
            await invoicing.hand_over(uuid4(), subject=Subject(SubjectKind.POLICY, later.policy_id), actor=OFFICE)


async def test_an_unpaid_invoice_is_taken_back_with_its_postings() -> None:
    billed, finance = await invoiced(), await staff(Role.FINANCE)
    done = await voiding.void(billed.invoice.id, reason="a mistake", expected_version=1, actor=finance)
    assert (done.state, done.version) == (InvoiceState.VOID, 2)
    assert done.voided_at is not None
    assert {part.state for part in await billed.parts()} == {InstalmentState.VOID}
    assert await lines_of("invoice:voided", done) == {
        "PREMIUM_RECEIVABLE": -50_001, "PREMIUM_IN_ADVANCE": 50_001,
    }  # fmt: skip
    assert (await AuditEntry.get(subject_id=done.id, action="invoice:void")).reason == "a mistake"
    async with refused(IllegalStep):
        await voiding.void(done.id, reason="again", expected_version=2, actor=finance)


async def test_an_invoice_of_which_something_was_paid_is_not_taken_back() -> None:
    billed, finance = await invoiced(), await staff(Role.FINANCE)
    await paid(billed, "R-1", "41.67")
    async with refused(PaidInPart):
        await voiding.void(billed.invoice.id, reason="r", expected_version=2, actor=finance)
    async with refused(StaleVersion):
        await voiding.void(billed.invoice.id, reason="r", expected_version=1, actor=finance)


async def test_only_finance_takes_an_invoice_back() -> None:
    billed = await invoiced()
    for role, refusal in ((Role.UNDERWRITER, Forbidden), (Role.HR, NotFound)):
        actor = await staff(role)
        async with refused(refusal):
            await voiding.void(billed.invoice.id, reason="r", expected_version=1, actor=actor)


@pytest.mark.parametrize("statement", [
    "UPDATE premium_payment SET amount_minor = 1", "DELETE FROM premium_payment", "TRUNCATE premium_payment CASCADE",
])  # fmt: skip
async def test_the_database_refuses_every_change_of_a_payment(statement: str) -> None:
    await paid(await invoiced(), "R-1", "41.67")
    with pytest.raises(Exception, match="append-only"):
        await Tortoise.get_connection("default").execute_script(statement)


async def test_the_database_refuses_an_instalment_whose_parts_differ() -> None:
    billed = await invoiced()
    with pytest.raises(Exception, match="instalment_parts"):
        await Instalment.filter(invoice_id=billed.invoice.id).update(net_minor=1)
