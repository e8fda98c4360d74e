"""What time does to invoices: customers are reminded of instalments, and after the days of grace an invoice lapses."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.billing import limits, rules
from domain.billing.invoices import amount_of, scope_of, subject_of, tell_customer, unpaid_of
from domain.billing.jobs import InvoiceLapsed
from domain.billing.lifecycle import INVOICE_LIFECYCLE
from domain.billing.models import Instalment, Invoice
from domain.billing.rules import REMINDERS
from domain.billing.terms import BillingLimit, InstalmentState, InvoiceAction, InvoiceState
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.rows import lock_row, save_changes

BATCH = 200
"""Invoices that one transaction looks after."""
_PASSED = " + ".join(f"($1::date >= i.due_on + ({mark}))::int" for mark in REMINDERS)
_TO_LOOK_AFTER = f"""
    SELECT DISTINCT v.id FROM instalment i JOIN invoice v ON v.id = i.invoice_id
    WHERE i.state = '{InstalmentState.DUE}' AND v.state = '{InvoiceState.OPEN}' AND v.id > $2::uuid
      AND i.due_on <= $1::date - ({min(REMINDERS)}) AND (i.due_on < $1::date OR {_PASSED} > i.reminded)
    ORDER BY v.id LIMIT $3::int
"""


async def watch(*, actor: Actor, run: Run | None = None, batch: int = BATCH) -> int:
    """Looks after every open invoice of which something is due soon or overdue; the number that something was done for.

    Each is looked at again under its lock, so that a second run, or two at once, remind once and lapse once.
    """
    done, last = 0, UUID(int=0)
    while ids := await _find(last, batch, run):
        done, last = done + await _look_after_batch(ids, actor, run), ids[-1]
        if run is not None:
            await run.report(done, None, "invoices", "INSTALMENTS_REMINDED")
    async with transaction(run, finishing=True):
        return done


async def _find(last: UUID, batch: int, run: Run | None) -> list[UUID]:
    async with transaction(run):
        return [UUID(str(row["id"])) for row in await fetch(_TO_LOOK_AFTER, clock.today(), last, batch)]


async def _look_after_batch(ids: list[UUID], actor: Actor, run: Run | None) -> int:
    async with transaction(run):
        return sum([await _look_after(invoice_id, actor) for invoice_id in ids])


async def _look_after(invoice_id: UUID, actor: Actor) -> bool:
    invoice = await lock_row(Invoice, invoice_id)
    unpaid = await unpaid_of(invoice_id)
    if invoice is None or invoice.state is not InvoiceState.OPEN or not unpaid:
        return False
    grace = await limits.days(BillingLimit.GRACE, unpaid[0].due_on)
    if rules.grace_is_over(unpaid[0].due_on, grace, clock.today()):
        await _lapse(invoice, actor)
        return True
    return any([await _remind(invoice, part, actor) for part in unpaid])


async def _remind(invoice: Invoice, part: Instalment, actor: Actor) -> bool:
    """Reminds of one instalment of a locked invoice if a mark has come; of several at once only the last counts."""
    passed = rules.reminders_passed(part.due_on, clock.today())
    if passed <= part.reminded:
        return False
    before, part.reminded = part.reminded, passed
    await part.save(update_fields=["reminded"])
    after: dict[str, object] = {"instalment": part.number, "reminded": passed}
    await record("invoice:remind", subject_of(invoice), actor, before={"reminded": before}, after=after)
    told = {"number": str(part.number), "amount": str(amount_of(part)), "due_on": part.due_on.isoformat()}
    if passed == len(REMINDERS):
        last_day = await _last_day_of_grace(part)
        await tell_customer(invoice, "INSTALMENT_LATE", actor, last_day=last_day, **told)
    else:
        await tell_customer(invoice, "INSTALMENT_DUE", actor, **told)
    return True


async def _last_day_of_grace(part: Instalment) -> str:
    grace = await limits.days(BillingLimit.GRACE, part.due_on)
    return rules.last_day_of_grace(part.due_on, grace).isoformat()


async def _lapse(invoice: Invoice, actor: Actor) -> None:
    before = invoice.state
    invoice.state, invoice.lapsed_at = INVOICE_LIFECYCLE.step(before, InvoiceAction.LAPSE, actor), clock.now()
    await save_changes(invoice, "state", "lapsed_at")
    await record(
        "invoice:lapse", subject_of(invoice), actor, before={"state": before}, after={"state": invoice.state}
    )
    await enqueue(
        InvoiceLapsed(invoice.id), subject=subject_of(invoice), scope=scope_of(invoice), actor=actor,
        unique_key=f"{invoice.id}:{invoice.version}",
    )  # fmt: skip
