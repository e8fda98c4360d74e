"""What billing shows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.ledger.types import LedgerTransaction
from api.node import Node
from api.partners.types import Partner
from api.reading import fields
from api.scalars import MoneyType
from api.staff.types import Staff
from domain.billing.reading import INSTALMENT, INVOICE, PREMIUM_EXCEPTION, PREMIUM_PAYMENT
from domain.billing.terms import (
    InstalmentState,
    InvoiceAction,
    InvoiceState,
    PremiumExceptionAction,
    PremiumExceptionKind,
    PremiumExceptionState,
    PremiumSource,
)
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.kernel.subject import SubjectKind

if TYPE_CHECKING:
    from api.customers.types import Customer
    from api.notifications.types import Notification

for _kind in (
    InstalmentState, InvoiceAction, InvoiceState, PremiumExceptionAction, PremiumExceptionKind, PremiumExceptionState,
    PremiumSource, SubjectKind,
):  # fmt: skip
    described(_kind)
COMMISSION_READERS = (
    Role.PARTNER,
    Role.SALES,
    Role.FINANCE,
    Role.FINANCE_APPROVER,
    Role.UNDERWRITER,
    Role.COMPLIANCE,
)


@fields.entity_type(INVOICE)
class Invoice(Node):
    """What a customer owes for one cover 保费账单, in one or more instalments."""

    invoice_number: str = fields.bound("The number for people, which a payment names.")
    state: InvoiceState = fields.bound("Where it stands.")
    available_actions: list[InvoiceAction] = fields.bound("What you may do with it in its state.")
    subject: Node | None = fields.bound("What it is for: a policy.")
    subject_kind: SubjectKind = fields.bound("The kind of what it is for.")
    currency: Currency = fields.bound("The currency of its amounts.")
    premium: MoneyType = fields.bound("What is owed, with tax 保费.")
    premium_net: MoneyType = fields.bound("The premium without tax.")
    premium_tax: MoneyType = fields.bound("The tax inside the premium 增值税.")
    tax_rate: Decimal = fields.bound("The rate of the tax inside the premium, as a share of the net premium: 0.06.")
    commission_rate: Decimal = fields.bound(
        "The seller's share of the net premium, 0 to 1.", roles=COMMISSION_READERS
    )
    commission: MoneyType = fields.bound(
        "What the seller earns when all of it is paid 佣金.", roles=COMMISSION_READERS
    )
    instalment_count: int = fields.bound("How many instalments it has.")
    e_invoice_number: str | None = fields.bound("The number of the electronic tax invoice 数电票, once there is one.")
    issued_at: datetime = fields.bound("When it was issued.")
    paid_at: datetime | None = fields.bound("When the last of it was paid.")
    lapsed_at: datetime | None = fields.bound("When it lapsed last.")
    voided_at: datetime | None = fields.bound("When it was taken back.")
    version: int = fields.bound("What `expectedVersion` is compared with.")
    customer: Annotated[Customer, strawberry.lazy("api.customers.types")] | None = fields.bound("Who owes it.")
    partner: Partner | None = fields.bound("The partner that sold the cover; out of sight for customers.")
    instalments: list[Annotated[Instalment, strawberry.lazy("api.billing.types")]] = fields.bound(
        "Its instalments, the first one first.", order="RECORDED"
    )
    payments: list[Annotated[PremiumPayment, strawberry.lazy("api.billing.types")]] = fields.bound(
        "What came in for it; for finance and compliance.", order="RECORDED"
    )
    exceptions: list[Annotated[PremiumException, strawberry.lazy("api.billing.types")]] = fields.bound(
        "Money that named it and settled nothing; for finance and compliance.", order="RECORDED"
    )
    notifications: list[Annotated[Notification, strawberry.lazy("api.notifications.types")]] = fields.bound(
        "What was written about it."
    )
    postings: list[LedgerTransaction] = fields.bound("Its postings; for finance and compliance.", order="RECORDED")


@fields.entity_type(INSTALMENT)
class Instalment(Node):
    """One part of an invoice 分期."""

    number: int = fields.bound("Its number, from 1.")
    state: InstalmentState = fields.bound("Where it stands.")
    due_on: date = fields.bound("The day by which it is to be paid.")
    is_overdue: bool = fields.bound("Whether that day is over and it is not paid.")
    currency: Currency = fields.bound("The currency of its amounts.")
    amount: MoneyType = fields.bound("What is to be paid, with tax.")
    net: MoneyType = fields.bound("The amount without tax.")
    tax: MoneyType = fields.bound("The tax inside it.")
    commission: MoneyType = fields.bound("What the seller earns when it is paid.", roles=COMMISSION_READERS)
    paid_at: datetime | None = fields.bound("When it was paid.")
    reminded: int = fields.bound("How many of the three reminders came: three days before, on the day, seven late.")
    invoice: Invoice | None = fields.bound("The invoice.")


@fields.entity_type(PREMIUM_PAYMENT)
class PremiumPayment(Node):
    """Money that came in and settled an instalment, or all that was left of an invoice 保费收款."""

    source: PremiumSource = fields.bound("Who told of it.")
    reference: str = fields.bound("The teller's own number of it; one reference is one payment.")
    currency: Currency = fields.bound("The currency of its amount.")
    amount: MoneyType = fields.bound("What came in.")
    received_at: datetime = fields.bound("When the money came.")
    recorded_at: datetime = fields.bound("When it was told.")
    recorded_by: str = fields.bound("Who recorded it, as the audit names them.")
    invoice: Invoice | None = fields.bound("The invoice.")
    paid_instalment: Instalment | None = fields.bound("The instalment; null when it paid more than one.")


@fields.entity_type(PREMIUM_EXCEPTION)
class PremiumException(Node):
    """Money that came in and fits nothing 收款异常: in suspense until somebody says what it was."""

    kind: PremiumExceptionKind = fields.bound("Why it settles nothing.")
    state: PremiumExceptionState = fields.bound("Whether it is explained.")
    available_actions: list[PremiumExceptionAction] = fields.bound("What you may do with it in its state.")
    named_number: str | None = fields.bound("The invoice number that it named, if that has the form of one.")
    source: PremiumSource = fields.bound("Who told of it.")
    reference: str = fields.bound("The teller's own number of it.")
    currency: Currency = fields.bound("The currency of its amount.")
    amount: MoneyType = fields.bound("What came in.")
    received_at: datetime = fields.bound("When the money came.")
    recorded_by: str = fields.bound("Who recorded it, as the audit names them.")
    opened_at: datetime = fields.bound("When it was kept as an exception.")
    explanation: str | None = fields.bound("What it was, once somebody has said so.")
    settled_at: datetime | None = fields.bound("When that was.")
    version: int = fields.bound("What `expectedVersion` is compared with.")
    settler: Staff | None = fields.bound("Who said so.")
    invoice: Invoice | None = fields.bound("The invoice that it named, if it is one of ours.")
