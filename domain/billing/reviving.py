"""Bringing lapsed invoices back (复效) once nothing is overdue, in the transaction of the room they are for."""

from __future__ import annotations

from domain.audit.entries import record
from domain.billing.invoices import live_for, overdue_of, subject_of
from domain.billing.lifecycle import INVOICE_LIFECYCLE
from domain.billing.models import Invoice
from domain.billing.terms import InvoiceAction, InvoiceState
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.rows import save_changes
from domain.kernel.subject import Subject


async def revive(subject: Subject, *, actor: Actor) -> Money | None:
    """Opens the lapsed invoices for a row of another room again; if something is overdue, what that is, and none.

    Raises: Forbidden.
    """
    live = await live_for(subject)
    for invoice in live:
        if (overdue := await overdue_of(invoice.id)) is not None:
            return overdue
    for invoice in live:
        if invoice.state is InvoiceState.LAPSED:
            await _revive(invoice, actor)
    return None


async def reopen(subject: Subject, *, actor: Actor) -> None:
    """Opens the lapsed invoices for a row of another room again, whatever is overdue: it is looked after from now on.

    What was insured after all lapses by its own days of grace, not by those of whoever applied for it.
    """
    for invoice in await live_for(subject):
        if invoice.state is InvoiceState.LAPSED:
            await _revive(invoice, actor)


async def _revive(invoice: Invoice, actor: Actor) -> None:
    before = invoice.state
    invoice.state = INVOICE_LIFECYCLE.step(before, InvoiceAction.REVIVE, actor)
    await save_changes(invoice, "state")
    await record(
        "invoice:revive", subject_of(invoice), actor, before={"state": before}, after={"state": invoice.state}
    )
