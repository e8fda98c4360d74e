"""The rows of billing. Amounts are minor units of the row's currency; what customers see carries who may see it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.billing.terms import (
    InstalmentState,
    InvoiceState,
    PremiumExceptionKind,
    PremiumExceptionState,
    PremiumSource,
)
from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind


class Invoice(Model):
    """What a customer owes for one cover 保费账单: the premium with tax inside, its parts beside it, its instalments.

    `subject` is what it is for. `commission_minor` is what the seller earns when all of it is paid.
    """

    id: UUID = columns.key()
    invoice_number: str = columns.text(24)
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.maybe_belongs_to("Partner")
    partner_id: UUID | None
    currency: Currency = columns.choice(Currency)
    premium_minor: int = columns.minor()
    premium_net_minor: int = columns.minor()
    premium_tax_minor: int = columns.minor()
    tax_rate: Decimal = columns.rate()
    commission_rate: Decimal = columns.rate()
    commission_minor: int = columns.minor()
    state: InvoiceState = columns.choice(InvoiceState)
    instalment_count: int = columns.whole()
    e_invoice_number: str | None = columns.maybe_text(40)
    issued_at: datetime = columns.instant()
    paid_at: datetime | None = columns.maybe_instant()
    lapsed_at: datetime | None = columns.maybe_instant()
    voided_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "invoice"
        constraints = (
            UniqueConstraint(fields=("invoice_number",), name="invoice_number_key"),
            CheckConstraint(
                check="premium_minor > 0 AND premium_net_minor >= 0 AND premium_tax_minor >= 0 "
                "AND commission_minor >= 0",
                name="invoice_amounts_not_negative",
            ),
            CheckConstraint(
                check="premium_minor = premium_net_minor + premium_tax_minor", name="invoice_premium_parts"
            ),
            CheckConstraint(check="instalment_count BETWEEN 1 AND 12", name="invoice_instalment_count"),
            CheckConstraint(check="(state = 'PAID') = (paid_at IS NOT NULL)", name="invoice_paid_when"),
            CheckConstraint(check="(state = 'VOID') = (voided_at IS NOT NULL)", name="invoice_voided_when"),
            CheckConstraint(check="state <> 'LAPSED' OR lapsed_at IS NOT NULL", name="invoice_lapsed_when"),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="invoice_subject"),
            Index(fields=("customer_id", "id"), name="invoice_customer"),
            Index(fields=("partner_id", "id"), name="invoice_partner"),
            Index(fields=("state", "id"), name="invoice_state"),
        )


class Instalment(Model):
    """One part of an invoice 分期. `reminded` counts the marks at which the customer was reminded of it."""

    id: UUID = columns.key()
    invoice: Any = columns.belongs_to("Invoice")
    invoice_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID | None = columns.maybe_reference()
    number: int = columns.whole()
    due_on: date = columns.day()
    currency: Currency = columns.choice(Currency)
    amount_minor: int = columns.minor()
    net_minor: int = columns.minor()
    tax_minor: int = columns.minor()
    commission_minor: int = columns.minor()
    state: InstalmentState = columns.choice(InstalmentState)
    paid_at: datetime | None = columns.maybe_instant()
    reminded: int = columns.whole(0)

    class Meta:
        table = "instalment"
        constraints = (
            UniqueConstraint(fields=("invoice_id", "number"), name="instalment_number_key"),
            CheckConstraint(
                check="amount_minor > 0 AND net_minor >= 0 AND tax_minor >= 0 AND commission_minor >= 0",
                name="instalment_amounts_not_negative",
            ),
            CheckConstraint(check="amount_minor = net_minor + tax_minor", name="instalment_parts"),
            CheckConstraint(check="(state = 'PAID') = (paid_at IS NOT NULL)", name="instalment_paid_when"),
            CheckConstraint(check="number > 0 AND reminded BETWEEN 0 AND 3", name="instalment_counts"),
        )
        indexes = (
            Index(fields=("invoice_id", "id"), name="instalment_invoice"),
            Index(fields=("state", "due_on", "id"), name="instalment_state_due"),
            Index(fields=("partner_id", "paid_at"), name="instalment_partner_paid"),
        )


class PremiumPayment(Model):
    """Money that came in and settled something 保费收款; `migrations/sql/billing.sql` lets nobody change it.

    `instalment` is null when it paid all that was left of an invoice. `reference` is the payer's side's own number of
    it. `received_at` is when the money came, `recorded_at` when it was told.
    """

    id: UUID = columns.key()
    invoice: Any = columns.belongs_to("Invoice")
    invoice_id: UUID
    instalment: Any = columns.maybe_belongs_to("Instalment")
    instalment_id: UUID | None
    source: PremiumSource = columns.choice(PremiumSource)
    reference: str = columns.text(64)
    amount_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)
    received_at: datetime = columns.instant()
    recorded_by: str = columns.text(64)
    recorded_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "premium_payment"
        constraints = (
            UniqueConstraint(fields=("source", "reference"), name="premium_payment_reference_key"),
            CheckConstraint(check="amount_minor > 0", name="premium_payment_amount_positive"),
        )
        indexes = (
            Index(fields=("invoice_id", "id"), name="premium_payment_invoice"),
            Index(fields=("instalment_id",), name="premium_payment_instalment"),
        )


class PremiumException(Model):
    """Money that came in and fits nothing 收款异常. It stands in suspense until somebody says what it was.

    `named_number` is the invoice number that it named, if that has the form of one: a payer may write anything there.
    """

    id: UUID = columns.key()
    kind: PremiumExceptionKind = columns.choice(PremiumExceptionKind)
    state: PremiumExceptionState = columns.choice(PremiumExceptionState)
    invoice: Any = columns.maybe_belongs_to("Invoice")
    invoice_id: UUID | None
    named_number: str | None = columns.maybe_text(24)
    source: PremiumSource = columns.choice(PremiumSource)
    reference: str = columns.text(64)
    amount_minor: int = columns.minor()
    currency: Currency = columns.choice(Currency)
    received_at: datetime = columns.instant()
    recorded_by: str = columns.text(64)
    explanation: str | None = columns.maybe_text(2000)
    settler: Any = columns.maybe_belongs_to("Staff")
    settler_id: UUID | None
    settled_at: datetime | None = columns.maybe_instant()
    opened_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "premium_exception"
        constraints = (
            UniqueConstraint(fields=("source", "reference", "kind"), name="premium_exception_reference_key"),
            CheckConstraint(check="amount_minor > 0", name="premium_exception_amount_positive"),
            CheckConstraint(
                check="(state = 'SETTLED') = (settled_at IS NOT NULL AND explanation IS NOT NULL)",
                name="premium_exception_settled_when",
            ),
        )
        indexes = (
            Index(fields=("invoice_id", "id"), name="premium_exception_invoice"),
            Index(fields=("settler_id",), name="premium_exception_settler"),
            Index(fields=("state", "id"), name="premium_exception_state"),
        )
