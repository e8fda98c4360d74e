"""Taking an invoice back (作废) of which nothing was paid."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.billing.invoices import subject_of
from domain.billing.lifecycle import INVOICE_LIFECYCLE
from domain.billing.models import Instalment, Invoice
from domain.billing.postings import post_voided
from domain.billing.reading import INVOICE
from domain.billing.refusals import PaidInPart
from domain.billing.terms import InstalmentState, InvoiceAction
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import expect_version, lock_visible, save_changes


async def void(invoice_id: UUID, *, reason: str, expected_version: int | None, actor: Actor) -> Invoice:
    """Takes back an invoice of which nothing was paid, and reverses what it posted.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; PaidInPart.
    """
    async with transaction():
        return await void_within(invoice_id, reason=reason, expected_version=expected_version, actor=actor)


async def void_within(invoice_id: UUID, *, reason: str, expected_version: int | None, actor: Actor) -> Invoice:
    """The same in the current transaction, for the room whose cover the invoice was for."""
    invoice = await lock_visible(Invoice, INVOICE, invoice_id, actor)
    expect_version(invoice, expected_version)
    before = invoice.state
    invoice.state = INVOICE_LIFECYCLE.step(before, InvoiceAction.VOID, actor)
    if await Instalment.filter(invoice_id=invoice.id, state=InstalmentState.PAID).exists():
        raise PaidInPart
    invoice.voided_at = clock.now()
    await save_changes(invoice, "state", "voided_at")
    await Instalment.filter(invoice_id=invoice.id).update(state=InstalmentState.VOID)
    await post_voided(invoice, actor)
    await record(
        "invoice:void", subject_of(invoice), actor, before={"state": before}, after={"state": invoice.state},
        reason=reason,
    )  # fmt: skip
    return invoice
