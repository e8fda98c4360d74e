"""What can be read of applications, and by whom: what underwriting found is shown to those alone who judge it."""

from __future__ import annotations

from typing import Any

from domain.applications.lifecycle import APPLICATION_LIFECYCLE, FLAG_LIFECYCLE
from domain.applications.terms import ApplicationState, FlagState
from domain.billing.reading import INVOICE
from domain.customers.reading import CUSTOMER
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    Masked,
    about,
    days,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    rates,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns, SeenBy
from domain.kernel.projection.wire import JSON, TEXT, id_of
from domain.kernel.subject import SubjectKind
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER, WEBHOOK_DELIVERY
from domain.policies.reading import POLICY
from domain.products.reading import PRODUCT_VERSION
from domain.quotes.reading import RECOMMENDATION
from domain.risk.reading import CREDIT_ASSESSMENT
from domain.service_levels.reading import SERVICE_CLOCK
from domain.staff.reading import STAFF

SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    Role.SALES: Owns("seller_id", Fact.STAFF_ID),
    **dict.fromkeys(
        (Role.CUSTOMER_SERVICE, Role.FINANCE, Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE), EVERYTHING
    ),
}
JUDGES = (Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE)
"""Who sees what underwriting found, and how a premium came about."""


def _requests(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was asked for and given. Shape: `{"at", "items", "answer", "answeredAt"}`, oldest first."""
    return [
        {"at": each["at"], "items": each["items"], "answer": each["answer"], "answeredAt": each["answered_at"]}
        for each in stored
    ]


APPLICATION = Entity(
    name="Application",
    table="application",
    prefix="app",
    kind=SubjectKind.APPLICATION,
    seen_by=SEEN_BY,
    columns={
        **texts(
            "application_number", "state", "category", "brand", "model", "condition", "declared_use", "currency",
        ),
        **maybe_texts("invoice_number", "choice", "decline_reason", "decline_text", "closing_reason"),
        **days("purchased_on"),
        **days("warranty_until", "priced_on", "expires_on", nullable=True),
        **instants("drafted_at"),
        **instants("submitted_at", "decided_at", "closed_at", nullable=True),
        **wholes("instalments", "version"),
        **flags("guarantee_offered", "referred"),
        **rates("commission_rate", "credit_factor", "loading_factor", nullable=True),
        "serial_number": Column("serial_number"),
        "guarantor_name": Masked(
            "guarantor_name", "left({row}.guarantor_name, 1) || '**'", frozenset({Role.PARTNER}), nullable=True
        ),
        "price": Amount("price_minor"),
        "sum_insured": Amount("sum_insured_minor", nullable=True),
        "tariff_premium": Amount("tariff_premium_minor", nullable=True),
        "premium": Amount("premium_minor", nullable=True),
        "offered_premium": Amount("offered_premium_minor", nullable=True),
        "stored_requests": Column("requests", JSON),
        "requests": Derived(("stored_requests",), _requests),
        "available_actions": Actions(APPLICATION_LIFECYCLE, tuple(ApplicationState)),
    },
    orders={"RECORDED": order()},
    filters={
        "application_number": Filter("application_number", TEXT),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "seller_id": Filter("seller_id", id_of(STAFF.prefix)),
        "state": Filter("state", TEXT),
    },
)

UNDERWRITING_FLAG = Entity(
    name="UnderwritingFlag",
    table="underwriting_flag",
    prefix="uwf",
    seen_by=dict.fromkeys(JUDGES, EVERYTHING),
    columns={
        **texts("code", "level", "state", "currency"),
        **maybe_texts("reason"),
        **instants("raised_at"),
        **instants("judged_at", nullable=True),
        **wholes("version"),
        "value": Amount("value_minor"),
        "available_actions": Actions(FLAG_LIFECYCLE, tuple(FlagState)),
    },
    orders={"RECORDED": order()},
)

DISCLOSURE = Entity(
    name="Disclosure",
    table="disclosure",
    prefix="dsc",
    seen_by=SEEN_BY,
    columns={
        **texts("code", "text", "level", "channel", "shown_by"),
        "language": Expression("upper({row}.language)"),
        **instants("shown_at"),
    },
    orders={"RECORDED": order()},
)

link(APPLICATION, "customer", CUSTOMER, "customer_id", back="applications")
link(APPLICATION, "partner", PARTNER, "partner_id")
link(APPLICATION, "seller", STAFF, "seller_id")
link(APPLICATION, "product_version", PRODUCT_VERSION, "product_version_id")
link(APPLICATION, "recommendation", RECOMMENDATION, "recommendation_id")
link(APPLICATION, "policy", POLICY, "policy_id")
link(UNDERWRITING_FLAG, "application", APPLICATION, "application_id", back="flags")
link(UNDERWRITING_FLAG, "judge", STAFF, "judge_id")
link(DISCLOSURE, "application", APPLICATION, "application_id", back="disclosures")
about(INVOICE, "subject", SubjectKind.APPLICATION, APPLICATION, back="invoices")
about(CREDIT_ASSESSMENT, "subject", SubjectKind.APPLICATION, APPLICATION, back="assessments")
about(SERVICE_CLOCK, "subject", SubjectKind.APPLICATION, APPLICATION)
about(JOB, "subject", SubjectKind.APPLICATION, APPLICATION)
about(WEBHOOK_DELIVERY, "subject", SubjectKind.APPLICATION, APPLICATION)
about(JOB, "result", SubjectKind.APPLICATION, APPLICATION)
about(NOTIFICATION, "subject", SubjectKind.APPLICATION, APPLICATION, back="notifications")
