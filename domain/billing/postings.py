"""What billing writes into the ledger: a premium that is owed, what came in for it, and money that fits nothing."""

from __future__ import annotations

from collections.abc import Sequence

from domain.billing.invoices import subject_of
from domain.billing.models import Instalment, Invoice, PremiumException, PremiumPayment
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.posting import post
from domain.ledger.terms import Account, Line

RECEIVED = "premium:received"
"""What came in for a premium, in the ledger."""


def owed_lines(premium: Money) -> list[Line]:
    """A premium that the customer owes before there is a policy; what issues one writes it as income.

    Debits are positive, credits negative; together they are zero.
    """
    return _filled(Line(Account.PREMIUM_RECEIVABLE, premium), Line(Account.PREMIUM_IN_ADVANCE, -premium))


def received_lines(amount: Money, commission: Money) -> list[Line]:
    """A premium that came in, and the commission that the seller earns by it."""
    return _filled(
        Line(Account.BANK, amount),
        Line(Account.PREMIUM_RECEIVABLE, -amount),
        Line(Account.COMMISSION_EXPENSE, commission),
        Line(Account.COMMISSION_PAYABLE, -commission),
    )


def suspense_lines(amount: Money) -> list[Line]:
    """Money that came in, and whose reason is not known yet."""
    return [Line(Account.BANK, amount), Line(Account.SUSPENSE, -amount)]


def _filled(*lines: Line) -> list[Line]:
    return [line for line in lines if line.amount.minor]


async def post_issued(invoice: Invoice, actor: Actor) -> None:
    """Posts what an invoice that was just issued asks for."""
    lines = owed_lines(Money(invoice.premium_minor, invoice.currency))
    await post(
        kind="invoice:issued", subject=subject_of(invoice), lines=lines, actor=actor, key=f"invoice:issued:{invoice.id}"
    )


async def post_voided(invoice: Invoice, actor: Actor) -> None:
    """Posts the same reversed, of an invoice that was taken back."""
    lines = owed_lines(-Money(invoice.premium_minor, invoice.currency))
    await post(
        kind="invoice:voided", subject=subject_of(invoice), lines=lines, actor=actor, key=f"invoice:voided:{invoice.id}"
    )


async def post_received(invoice: Invoice, payment: PremiumPayment, paid: Sequence[Instalment], actor: Actor) -> None:
    """Posts a payment that settled these instalments."""
    commission = Money(sum(each.commission_minor for each in paid), invoice.currency)
    await post(
        kind=RECEIVED,
        subject=subject_of(invoice),
        lines=received_lines(Money(payment.amount_minor, payment.currency), commission),
        actor=actor,
        key=f"{RECEIVED}:{payment.source}:{payment.reference}",
    )


async def post_suspense(found: PremiumException, actor: Actor) -> None:
    """Posts money that settles nothing."""
    await post(
        kind="premium:suspense",
        subject=Subject(SubjectKind.PREMIUM_EXCEPTION, found.id),
        lines=suspense_lines(Money(found.amount_minor, found.currency)),
        actor=actor,
        key=f"premium:suspense:{found.source}:{found.reference}",
    )
