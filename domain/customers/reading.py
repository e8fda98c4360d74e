"""What can be read of customers, and by whom. Sealed fields are read as their masks, by everybody."""

from __future__ import annotations

from domain.customers.details import blind_finder
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Column,
    Entity,
    Expression,
    Filter,
    Masked,
    about,
    instants,
    link,
    order,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import BLIND, id_of
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
    prefix="cus",
    kind=SubjectKind.CUSTOMER,
    seen_by={
        Role.CUSTOMER: Owns("id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        **dict.fromkeys(STAFF_WHO_SEE, EVERYTHING),
    },
    columns={
        "full_name": Masked("full_name", "left({row}.full_name, 1) || '**'", frozenset({Role.PARTNER})),
        "language": Expression("upper({row}.language)"),
        "phone": Column("phone_mask"),
        "mail": Column("mail_mask"),
        "identity_number": Column("identity_number_mask", nullable=True),
        "bank_account": Column("bank_account_mask", nullable=True),
        "address": Column("address_mask", nullable=True),
        **instants("created_at"),
        **wholes("version"),
    },
    orders={"RECORDED": order()},
    filters={
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        **{name: Filter(f"{name}_blind", BLIND, convert=blind_finder(name)) for name in SEARCHED},
    },
)
link(CUSTOMER, "partner", PARTNER, "partner_id")
about(JOB, "requested_by", SubjectKind.CUSTOMER, CUSTOMER)
