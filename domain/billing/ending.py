"""Ending the invoices of a policy that is taken back (终止): what was not paid is not owed any more."""

from __future__ import annotations

from dataclasses import dataclass

from domain.audit.entries import record
from domain.billing.invoices import subject_of
from domain.billing.lifecycle import INVOICE_LIFECYCLE, LIVE
from domain.billing.models import Instalment, Invoice
from domain.billing.terms import InstalmentState, InvoiceAction
from domain.kernel.actor import Actor
from domain.kernel.money import Currency, Money
from domain.kernel.rows import save_changes
from domain.kernel.subject import Subject


@dataclass(frozen=True, slots=True)
class Ended:
    """What a policy was invoiced for came to: what nobody owes any more, and the commission that was earned by then."""

    unpaid: Money
    commission: Money


async def end_for(subject: Subject, currency: Currency, *, actor: Actor) -> Ended | None:
    """Ends the invoices for a row of another room, in its transaction; None when it was never invoiced.

    Nothing is posted: whoever takes the policy back reverses its premium, paid or not.
    """
    found = Invoice.select_for_update(no_key=True).filter(subject_kind=subject.kind, subject_id=subject.id)
    invoices = await found.order_by("id")
    if not invoices:
        return None
    ender = Actor.system("billing.end", actor.party)
    for invoice in invoices:
        if invoice.state in LIVE:
            await _end(invoice, ender)
    parts = await Instalment.filter(invoice_id__in=[each.id for each in invoices])
    paid = [each for each in parts if each.state is InstalmentState.PAID]
    unpaid = [each for each in parts if each.state is InstalmentState.ENDED]
    return Ended(
        Money(sum(each.amount_minor for each in unpaid), currency),
        Money(sum(each.commission_minor for each in paid), currency),
    )


async def _end(invoice: Invoice, actor: Actor) -> None:
    before = invoice.state
    invoice.state = INVOICE_LIFECYCLE.step(before, InvoiceAction.END, actor)
    await save_changes(invoice, "state")
    due = Instalment.filter(invoice_id=invoice.id, state=InstalmentState.DUE)
    await due.update(state=InstalmentState.ENDED)
    await record("invoice:end", subject_of(invoice), actor, before={"state": before}, after={"state": invoice.state})
