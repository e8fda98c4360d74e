"""What every verb of billing needs of an invoice: how it is locked, named, counted and told of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.billing.models import Instalment, Invoice
from domain.billing.terms import InstalmentState, InvoiceState
from domain.customers.contacts import recipient_of
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify


def subject_of(invoice: Invoice) -> Subject:
    """The invoice as other rooms name it."""
    return Subject(SubjectKind.INVOICE, invoice.id)


def scope_of(invoice: Invoice) -> Scope:
    """Whom the invoice concerns."""
    return Scope(customer_id=invoice.customer_id, partner_id=invoice.partner_id)


def amount_of(part: Instalment) -> Money:
    """What an instalment comes to."""
    return Money(part.amount_minor, part.currency)


async def unpaid_of(invoice_id: UUID) -> list[Instalment]:
    """The instalments of an invoice that are still to be paid, in their order."""
    return await Instalment.filter(invoice_id=invoice_id, state=InstalmentState.DUE).order_by("number")


async def overdue_of(invoice_id: UUID) -> Money | None:
    """What of a live invoice should have been paid before today; None when nothing."""
    late = [each for each in await unpaid_of(invoice_id) if each.due_on < clock.today()]
    return sum((amount_of(each) for each in late[1:]), amount_of(late[0])) if late else None


async def live_for(subject: Subject) -> list[Invoice]:
    """The invoices for a row of another room of which something is still to be paid, locked in the order of their ids.

    It is called in the transaction of that room, which holds its own row before these.
    """
    found = Invoice.select_for_update(no_key=True).filter(subject_kind=subject.kind, subject_id=subject.id)
    return await found.filter(state__in=(InvoiceState.OPEN, InvoiceState.LAPSED)).order_by("id")


async def paid_for(subject: Subject) -> Invoice | None:
    """An invoice for a row of another room of which anything was paid, paid up ones among them; None without one.

    Seen rightly by whoever holds the live ones: what comes in meanwhile waits for them, or has been seen.
    """
    for invoice in await Invoice.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("id"):
        if await Instalment.filter(invoice_id=invoice.id, state=InstalmentState.PAID).exists():
            return invoice
    return None


async def lapses_of(customer_id: UUID, since: date) -> int:
    """How many invoices of a customer were not paid in time since a day, whatever came of them."""
    return await Invoice.filter(customer_id=customer_id, lapsed_at__gte=clock.start_of(since)).count()


async def tell_customer(invoice: Invoice, template: str, actor: Actor, **parameters: str) -> None:
    """Notifies the customer about the invoice, in the current transaction."""
    await notify(
        template=template,
        recipient=await recipient_of(invoice.customer_id),
        parameters={"invoice_number": invoice.invoice_number, **parameters},
        subject=subject_of(invoice),
        scope=scope_of(invoice),
        actor=actor,
    )
