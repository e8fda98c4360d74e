"""Changes of billing: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.billing.inputs import InvoiceVoidInput, PremiumRecordPaymentInput, PremiumSettleExceptionInput
from api.billing.types import Invoice, PremiumException, PremiumPayment
from api.changes import Changed, change, changed, takers
from api.inputs import row_id
from domain.billing import exceptions, paying, voiding
from domain.billing.lifecycle import EXCEPTION_LIFECYCLE, INVOICE_LIFECYCLE
from domain.billing.reading import INVOICE, PREMIUM_EXCEPTION
from domain.billing.terms import InvoiceAction, PremiumExceptionAction
from domain.kernel.actor import Actor


@change(*paying.RECORDERS, for_ever=True, payment=PremiumPayment, exception=PremiumException)
async def premium_record_payment(given: PremiumRecordPaymentInput, actor: Actor) -> Changed:
    """Records money that came in 登记收款: it settles the next instalment or all that is left, or is an exception."""
    taken = await paying.record_payment(
        reference=given.reference,
        invoice_number=given.invoice_number,
        amount=given.amount.money("input", "amount"),
        actor=actor,
    )
    return changed(
        payment=taken.payment.id if taken.payment else None, exception=taken.exception.id if taken.exception else None
    )


@change(*takers(EXCEPTION_LIFECYCLE, PremiumExceptionAction.SETTLE), for_ever=True, exception=PremiumException)
async def premium_settle_exception(given: PremiumSettleExceptionInput, actor: Actor) -> Changed:
    """Says what money was that fitted nothing 处理收款异常."""
    found = await exceptions.settle(
        row_id(PREMIUM_EXCEPTION.prefix, given.premium_exception_id),
        explanation=given.explanation,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(exception=found.id)


@change(*takers(INVOICE_LIFECYCLE, InvoiceAction.VOID), for_ever=True, invoice=Invoice)
async def invoice_void(given: InvoiceVoidInput, actor: Actor) -> Changed:
    """Takes back an invoice 作废 of which nothing was paid, and reverses its postings."""
    invoice = await voiding.void(
        row_id(INVOICE.prefix, given.invoice_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(invoice=invoice.id)


@strawberry.type
class BillingMutations:
    """Changes of billing."""

    premium_record_payment = premium_record_payment
    premium_settle_exception = premium_settle_exception
    invoice_void = invoice_void
