"""Premium in (保费收款): what came in settles the next instalment, or all that is left, or is kept as an exception."""

from __future__ import annotations

from dataclasses import dataclass

from domain.audit.entries import record
from domain.billing import rules
from domain.billing.exceptions import open_exception
from domain.billing.invoices import amount_of, scope_of, subject_of, unpaid_of
from domain.billing.jobs import InstalmentPaid
from domain.billing.lifecycle import INVOICE_LIFECYCLE, LIVE
from domain.billing.models import Instalment, Invoice, PremiumException, PremiumPayment
from domain.billing.postings import post_received
from domain.billing.refusals import PremiumCallRefused, ReferenceUsed
from domain.billing.terms import (
    InstalmentState,
    InvoiceAction,
    InvoiceState,
    PremiumExceptionKind,
    PremiumSource,
)
from domain.billing.words import REFERENCE, Word, read_word
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import save_changes
from domain.kernel.signed_calls import is_genuine

GATEWAY = Actor.system("billing.callback")
RECORDERS = (Role.FINANCE,)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of money that came in: it settled something, or is kept as an exception."""

    payment: PremiumPayment | None = None
    exception: PremiumException | None = None


async def receive(*, body: bytes, timestamp: str, signature: str, secret: str) -> Taken:
    """Takes in one call of the gateway; one that is repeated changes nothing.

    Units: `timestamp` in whole seconds of Unix time; `signature` is the hex HMAC-SHA256 over it, a full stop and the
    body.

    Raises: PremiumCallRefused for one that is forged or older than five minutes; PremiumCallUnreadable.
    """
    if not is_genuine(body=body, timestamp=timestamp, signature=signature, secret=secret):
        raise PremiumCallRefused
    word = read_word(body)
    async with transaction():
        return await _take(word, GATEWAY)


async def record_payment(*, reference: str, invoice_number: str, amount: Money, actor: Actor) -> Taken:
    """Records money that the bank's statement shows, under the bank's reference; the same again changes nothing.

    Raises: Forbidden; Invalid for a reference of another form or an amount not above zero; ReferenceUsed when the
    reference was recorded with other facts.
    """
    if not actor.has(*RECORDERS):
        raise Forbidden(permission="premium:record")
    if not REFERENCE.fullmatch(reference):
        raise Invalid("reference_form", path=("input", "reference"))
    if amount.minor <= 0:
        raise Invalid("min", "0.01", path=("input", "amount"))
    async with transaction():
        return await _take(Word(PremiumSource.FINANCE, reference, invoice_number, amount, clock.now()), actor)


async def _take(word: Word, actor: Actor) -> Taken:
    """Two words of one reference wait for each other here, until the commit."""
    await take_turns(f"premium:{word.source}:{word.reference}")
    known = await _known(word)
    if known is not None:
        return known if await _says_the_same(word, known) else await _contradict(word, known, actor)
    invoice = await Invoice.select_for_update(no_key=True).filter(invoice_number=word.known_number or "").first()
    unpaid = await unpaid_of(invoice.id) if invoice else []
    misfit = _misfit(word.amount, invoice, unpaid)
    if invoice is None or misfit is not None:
        kind = misfit or PremiumExceptionKind.UNKNOWN_INVOICE
        return Taken(exception=await open_exception(kind, word, invoice, actor))
    paid = unpaid[: rules.settled_by(word.amount, [amount_of(each) for each in unpaid])]
    return Taken(payment=await _settle(word, invoice, paid, is_all=len(paid) == len(unpaid), actor=actor))


async def _known(word: Word) -> Taken | None:
    """What became of this reference when it came first."""
    same = {"source": word.source, "reference": word.reference}
    payment = await PremiumPayment.filter(**same).first()
    kept = await PremiumException.filter(**same).exclude(kind=PremiumExceptionKind.CONTRADICTION).first()
    return Taken(payment, kept) if payment or kept else None


async def _says_the_same(word: Word, known: Taken) -> bool:
    if known.payment is not None:
        number: str | None = (await Invoice.get(id=known.payment.invoice_id)).invoice_number
    else:
        number = known.exception.named_number if known.exception else None
    first = known.payment or known.exception
    return first is not None and (number, Money(first.amount_minor, first.currency)) == (word.known_number, word.amount)


async def _contradict(word: Word, known: Taken, actor: Actor) -> Taken:
    """Another word of a reference that was told before: kept once for finance to look at, refused where staff says it.

    Raises: ReferenceUsed.
    """
    if word.source is PremiumSource.FINANCE:
        raise ReferenceUsed(path=("input", "reference"))
    kind = PremiumExceptionKind.CONTRADICTION
    kept = await PremiumException.filter(source=word.source, reference=word.reference, kind=kind).first()
    if kept is None:
        number = word.known_number or ""
        kept = await open_exception(kind, word, await Invoice.filter(invoice_number=number).first(), actor)
    return Taken(known.payment, kept)


def _misfit(amount: Money, invoice: Invoice | None, unpaid: list[Instalment]) -> PremiumExceptionKind | None:
    """Why an amount settles nothing of a locked invoice, if so."""
    if invoice is None:
        return PremiumExceptionKind.UNKNOWN_INVOICE
    if invoice.state in {InvoiceState.VOID, InvoiceState.ENDED}:
        return PremiumExceptionKind.INVOICE_VOID
    if invoice.state not in LIVE or not unpaid:
        return PremiumExceptionKind.ALREADY_PAID
    if amount.currency is not invoice.currency:
        return PremiumExceptionKind.WRONG_CURRENCY
    settled = rules.settled_by(amount, [amount_of(each) for each in unpaid])
    return None if settled else PremiumExceptionKind.WRONG_AMOUNT


async def _settle(
    word: Word, invoice: Invoice, paid: list[Instalment], *, is_all: bool, actor: Actor
) -> PremiumPayment:
    before, now = invoice.state, clock.now()
    payment = await PremiumPayment.create(
        invoice_id=invoice.id,
        instalment_id=paid[0].id if len(paid) == 1 else None,
        source=word.source,
        reference=word.reference,
        amount_minor=word.amount.minor,
        currency=word.amount.currency,
        received_at=word.received_at,
        recorded_by=actor.label,
        recorded_at=now,
    )
    await Instalment.filter(id__in=[each.id for each in paid]).update(state=InstalmentState.PAID, paid_at=now)
    if is_all:
        invoice.state, invoice.paid_at = INVOICE_LIFECYCLE.step(before, InvoiceAction.PAY, actor), now
    await save_changes(invoice, "state", "paid_at")
    await post_received(invoice, payment, paid, actor)
    numbers = [each.number for each in paid]
    await record(
        "invoice:pay", subject_of(invoice), actor, before={"state": before},
        after={"state": invoice.state, "reference": word.reference, "amount": str(word.amount), "instalments": numbers},
    )  # fmt: skip
    for number in numbers:
        await enqueue(
            InstalmentPaid(invoice.id, number), subject=subject_of(invoice), scope=scope_of(invoice), actor=actor,
            unique_key=f"{invoice.id}:{number}",
        )  # fmt: skip
    return payment
