"""Invoices for policies in force, and the payment gateway's calls about them."""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.billing import invoicing, paying
from domain.billing.models import Instalment, Invoice
from domain.billing.paying import Taken
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.policies.models import Policy
from tests.factories.insured import Insured, insured

OFFICE = Actor.system("test")
SECRET = "0123456789abcdef0123456789abcdef"
TAX, COMMISSION = Decimal("0.06"), Decimal("0.15")


@dataclass(frozen=True)
class Billed:
    """A customer with an invoice for the policy in force."""

    covered: Insured
    invoice: Invoice

    async def now(self) -> Invoice:
        """The invoice as it is now."""
        return await Invoice.get(id=self.invoice.id)

    async def parts(self) -> list[Instalment]:
        """Its instalments as they are now."""
        return await Instalment.filter(invoice_id=self.invoice.id).order_by("number")

    async def policy(self) -> Policy:
        """The policy as it is now."""
        return await Policy.get(id=self.covered.policy_id)


async def invoiced(gross: str = "500.01", count: int = 12, *, covered: Insured | None = None) -> Billed:
    """An invoice issued just now, in twelve instalments, for a policy in force."""
    insured_now = covered or await insured()
    async with transaction():
        invoice = await invoicing.issue_invoice(
            Subject(SubjectKind.POLICY, insured_now.policy_id),
            Scope(insured_now.customer_id, insured_now.partner_id),
            gross=Money.of(gross),
            tax_rate=TAX,
            commission_rate=COMMISSION,
            count=count,
            actor=OFFICE,
        )
    return Billed(insured_now, invoice)


async def invoiced_ago(
    days: int, gross: str = "500.01", count: int = 12, *, covered: Insured | None = None
) -> Billed:
    """An invoice issued so many days ago."""
    with clock.at(clock.now() - timedelta(days=days)):
        return await invoiced(gross, count, covered=covered)


def word(billed: Billed, reference: str = "R-1", amount: str = "41.67", **changes: Any) -> dict[str, Any]:
    """What the gateway says of a payment of the first instalment."""
    usual = {
        "reference": reference, "invoiceNumber": billed.invoice.invoice_number, "amount": amount, "currency": "CNY",
        "paidAt": clock.now().isoformat(),
    }  # fmt: skip
    return {**usual, **changes}


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> tuple[str, str]:
    """The timestamp and signature of a call."""
    timestamp = str(int(time.time()) if at is None else at)
    return timestamp, hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()


async def called(said: dict[str, Any]) -> Taken:
    """The gateway calls with this word."""
    body = json.dumps(said).encode()
    timestamp, signature = signed(body, at=int(clock.seconds()))
    return await paying.receive(body=body, timestamp=timestamp, signature=signature, secret=SECRET)


async def paid(billed: Billed, reference: str, amount: str, currency: Currency = Currency.CNY) -> Taken:
    """The gateway tells of an amount."""
    return await called(word(billed, reference, amount, currency=currency))
