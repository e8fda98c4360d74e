"""What can be read of customers, and by whom. Sealed fields are read as their masks, by everybody."""

from __future__ import annotations

from domain.customers.consent_texts import text_shown, texts_in
from domain.customers.details import blind_finder, organisation_form
from domain.customers.duplicates import DUPLICATES_SQL, PREFIX, shown
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    Masked,
    about,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import BLIND, JSON, TEXT, id_of
from domain.kernel.subject import SubjectKind
from domain.partners.reading import PARTNER

STAFF_WHO_SEE = (
    Role.SALES,
    Role.CUSTOMER_SERVICE,
    Role.CLAIMS_HANDLER,
    Role.CLAIMS_MANAGER,
    Role.FINANCE,
    Role.FINANCE_APPROVER,
    Role.UNDERWRITER,
    Role.RISK,
    Role.COMPLIANCE,
)

SEARCHED = ("phone", "mail", "identity_number")
"""Sealed fields that are found by their exact value."""

CUSTOMER = Entity(
    name="Customer",
    table="customer",
    prefix=PREFIX,
    kind=SubjectKind.CUSTOMER,
    seen_by={
        Role.CUSTOMER: Owns("id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        **dict.fromkeys(STAFF_WHO_SEE, EVERYTHING),
    },
    columns={
        "full_name": Masked("full_name", "left({row}.full_name, 1) || '**'", frozenset({Role.PARTNER})),
        "language": Expression("upper({row}.language)"),
        **texts("kind", "identity_state"),
        **maybe_texts("organisation_code"),
        **instants("identity_checked_at", nullable=True),
        "phone": Column("phone_mask"),
        "mail": Column("mail_mask"),
        "identity_number": Column("identity_number_mask", nullable=True),
        "bank_account": Column("bank_account_mask", nullable=True),
        "address": Column("address_mask", nullable=True),
        **instants("created_at"),
        **wholes("version"),
        "found_duplicates": Expression(DUPLICATES_SQL, JSON),
        "possible_duplicates": Derived(("found_duplicates",), shown),
        "consent_texts": Derived((), texts_in, language=True),
    },
    orders={"RECORDED": order()},
    filters={
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        **{name: Filter(f"{name}_blind", BLIND, convert=blind_finder(name)) for name in SEARCHED},
        "organisation_code": Filter("organisation_code", TEXT, convert=organisation_form),
    },
)

CONSENT = Entity(
    name="Consent",
    table="consent",
    prefix="cst",
    seen_by={
        Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        **dict.fromkeys(STAFF_WHO_SEE, EVERYTHING),
    },
    columns={
        **texts("purpose", "channel", "taken_by"),
        **maybe_texts("withdrawn_by", "withdrawal_reason"),
        **wholes("text_version"),
        **instants("given_at"),
        **instants("withdrawn_at", nullable=True),
        "language": Expression("upper({row}.language)"),
        "text": Derived(("purpose", "text_version", "language"), text_shown),
    },
    orders={"RECORDED": order()},
)
link(CUSTOMER, "partner", PARTNER, "partner_id")
link(CONSENT, "customer", CUSTOMER, "customer_id", back="consents")
link(CONSENT, "partner", PARTNER, "partner_id")
about(JOB, "requested_by", SubjectKind.CUSTOMER, CUSTOMER)
about(JOB, "subject", SubjectKind.CUSTOMER, CUSTOMER)
about(JOB, "result", SubjectKind.CUSTOMER, CUSTOMER)
