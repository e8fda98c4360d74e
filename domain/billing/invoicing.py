"""Issuing an invoice (开具账单) in the transaction of the room whose cover it is for, and giving it over to another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.billing import rules
from domain.billing.invoices import subject_of
from domain.billing.lifecycle import INVOICE_LIFECYCLE
from domain.billing.models import Instalment, Invoice
from domain.billing.postings import post_issued
from domain.billing.rules import MOST_INSTALMENTS, Part
from domain.billing.terms import InstalmentState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import current, next_number
from domain.kernel.ids import new_id
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.subject import Scope, Subject


async def issue_invoice(
    subject: Subject,
    scope: Scope,
    *,
    gross: Money,
    tax_rate: Decimal,
    commission_rate: Decimal,
    count: int,
    actor: Actor,
) -> Invoice:
    """Issues an invoice for a premium in the current transaction, in `count` instalments of which the first is due now.

    What is owed is posted; commission is not, since it is earned with what is paid.

    Raises: NoTransaction; ValueError without a customer or with a rate below zero; Invalid for a premium that is no
    amount, more instalments than minor units, or more than twelve.
    """
    current()
    _check(gross, min(tax_rate, commission_rate), count)
    net, tax = rules.split_tax(gross, tax_rate)
    earned_by_sale = rules.commission(net, commission_rate)
    now = clock.now()
    invoice = await Invoice.create(
        invoice_number=await _next_number(now),
        subject_kind=subject.kind,
        subject_id=subject.id,
        customer_id=_customer(scope),
        partner_id=scope.partner_id,
        currency=gross.currency,
        premium_minor=gross.minor,
        premium_net_minor=net.minor,
        premium_tax_minor=tax.minor,
        tax_rate=tax_rate,
        commission_rate=commission_rate,
        commission_minor=earned_by_sale.minor,
        state=INVOICE_LIFECYCLE.initial,
        instalment_count=count,
        issued_at=now,
    )
    await _add_instalments(invoice, rules.plan(gross, net, earned_by_sale, count, clock.day_of(now)))
    await post_issued(invoice, actor)
    after = {"state": invoice.state, "invoice_number": invoice.invoice_number, "premium": str(gross), "count": count}
    await record("invoice:issue", subject_of(invoice), actor, after=after)
    return invoice


async def _next_number(now: datetime) -> str:
    number = await next_number("invoice_number_seq")
    return f"INV{clock.day_of(now):%Y}{number:07d}"


def _customer(scope: Scope) -> UUID:
    if scope.customer_id is None:
        raise ValueError("an invoice has a customer")
    return scope.customer_id


def _check(gross: Money, least_rate: Decimal, count: int) -> None:
    if least_rate < 0:
        raise ValueError("no rate of an invoice is below zero")
    if not 1 <= count <= MOST_INSTALMENTS:
        raise Invalid("between", f"1 and {MOST_INSTALMENTS}", path=("input", "instalments"))
    if gross.minor < count:
        raise Invalid("min", path=("input", "premium"))


async def _add_instalments(invoice: Invoice, parts: list[Part]) -> None:
    await Instalment.bulk_create(
        Instalment(
            id=new_id(),
            invoice_id=invoice.id,
            customer_id=invoice.customer_id,
            partner_id=invoice.partner_id,
            number=part.number,
            due_on=part.due_on,
            currency=invoice.currency,
            amount_minor=part.amount.minor,
            net_minor=part.net.minor,
            tax_minor=part.tax.minor,
            commission_minor=part.commission.minor,
            state=InstalmentState.DUE,
        )
        for part in parts
    )


async def hand_over(invoice_id: UUID, *, subject: Subject, actor: Actor) -> None:
    """Lets an invoice be for another row from now on, in the current transaction: for the policy that was issued on it.

    Raises: LookupError without such an invoice.
    """
    invoice = await lock_row(Invoice, invoice_id)
    if invoice is None:
        raise LookupError(f"there is no invoice {invoice_id}")
    before = {"subject_kind": invoice.subject_kind, "subject_id": invoice.subject_id}
    invoice.subject_kind, invoice.subject_id = subject.kind, subject.id
    await save_changes(invoice, "subject_kind", "subject_id")
    after = {"subject_kind": subject.kind, "subject_id": subject.id}
    await record("invoice:hand_over", subject_of(invoice), actor, before=before, after=after)
