"""What can be read of billing, and by whom: customers their own invoices, partners those of their book."""

from __future__ import annotations

from domain.billing.lifecycle import EXCEPTION_LIFECYCLE, INVOICE_LIFECYCLE
from domain.billing.terms import InvoiceState, PremiumExceptionState
from domain.customers.reading import CUSTOMER
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    About,
    Actions,
    Amount,
    Entity,
    Expression,
    Filter,
    about,
    days,
    instants,
    link,
    maybe_texts,
    order,
    rates,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns, SeenBy
from domain.kernel.projection.wire import ANY_ID, TEXT, TRUTH, id_of
from domain.kernel.subject import SubjectKind
from domain.ledger.reading import LEDGER_TRANSACTION
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER
from domain.staff.reading import STAFF

SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    **dict.fromkeys(
        (
            Role.SALES, Role.CUSTOMER_SERVICE, Role.FINANCE, Role.FINANCE_APPROVER, Role.UNDERWRITER, Role.COMPLIANCE,
        ),
        EVERYTHING,
    ),
}  # fmt: skip
PAYMENTS_SEEN_BY: SeenBy = dict.fromkeys((Role.FINANCE, Role.COMPLIANCE), EVERYTHING)

INVOICE = Entity(
    name="Invoice",
    table="invoice",
    prefix="inv",
    kind=SubjectKind.INVOICE,
    seen_by=SEEN_BY,
    columns={
        **texts("invoice_number", "state", "currency", "subject_kind"),
        **maybe_texts("e_invoice_number"),
        **wholes("instalment_count", "version"),
        **rates("tax_rate", "commission_rate"),
        **instants("issued_at"),
        **instants("paid_at", "lapsed_at", "voided_at", nullable=True),
        "premium": Amount("premium_minor"),
        "premium_net": Amount("premium_net_minor"),
        "premium_tax": Amount("premium_tax_minor"),
        "commission": Amount("commission_minor"),
        "available_actions": Actions(INVOICE_LIFECYCLE, tuple(InvoiceState)),
    },
    orders={"RECORDED": order()},
    filters={
        "invoice_number": Filter("invoice_number", TEXT),
        "subject_id": Filter("subject_id", ANY_ID),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "state": Filter("state", TEXT),
    },
    relations={"subject": About("subject_kind", "subject_id")},
)

INSTALMENT = Entity(
    name="Instalment",
    table="instalment",
    prefix="ist",
    seen_by=SEEN_BY,
    columns={
        **texts("state", "currency"),
        **wholes("number", "reminded"),
        **days("due_on"),
        **instants("paid_at", nullable=True),
        "amount": Amount("amount_minor"),
        "net": Amount("net_minor"),
        "tax": Amount("tax_minor"),
        "commission": Amount("commission_minor"),
        "is_overdue": Expression("{row}.state = 'DUE' AND {row}.due_on < {today}", TRUTH),
    },
    orders={"RECORDED": order()},
)

PREMIUM_PAYMENT = Entity(
    name="PremiumPayment",
    table="premium_payment",
    prefix="ppy",
    seen_by=PAYMENTS_SEEN_BY,
    columns={
        **texts("source", "reference", "currency", "recorded_by"),
        **instants("received_at", "recorded_at"),
        "amount": Amount("amount_minor"),
    },
    orders={"RECORDED": order()},
)

PREMIUM_EXCEPTION = Entity(
    name="PremiumException",
    table="premium_exception",
    prefix="pxe",
    kind=SubjectKind.PREMIUM_EXCEPTION,
    seen_by=PAYMENTS_SEEN_BY,
    columns={
        **texts("kind", "state", "source", "reference", "currency", "recorded_by"),
        **maybe_texts("named_number", "explanation"),
        **wholes("version"),
        **instants("received_at", "opened_at"),
        **instants("settled_at", nullable=True),
        "amount": Amount("amount_minor"),
        "available_actions": Actions(EXCEPTION_LIFECYCLE, tuple(PremiumExceptionState)),
    },
    orders={"RECORDED": order()},
    filters={"state": Filter("state", TEXT), "kind": Filter("kind", TEXT, indexed=False)},
)

link(INVOICE, "customer", CUSTOMER, "customer_id", back="invoices")
link(INVOICE, "partner", PARTNER, "partner_id")
link(INSTALMENT, "invoice", INVOICE, "invoice_id", back="instalments")
link(PREMIUM_PAYMENT, "invoice", INVOICE, "invoice_id", back="payments")
link(PREMIUM_PAYMENT, "paid_instalment", INSTALMENT, "instalment_id")
link(PREMIUM_EXCEPTION, "invoice", INVOICE, "invoice_id", back="exceptions")
link(PREMIUM_EXCEPTION, "settler", STAFF, "settler_id")
about(JOB, "subject", SubjectKind.INVOICE, INVOICE)
about(NOTIFICATION, "subject", SubjectKind.INVOICE, INVOICE, back="notifications")
about(LEDGER_TRANSACTION, "subject", SubjectKind.INVOICE, INVOICE, back="postings")
about(LEDGER_TRANSACTION, "subject", SubjectKind.PREMIUM_EXCEPTION, PREMIUM_EXCEPTION)
