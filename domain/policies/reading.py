"""What can be read of policies, and by whom: the holder and the selling partner their own, staff who work with them."""

from __future__ import annotations

from typing import Any

from domain.billing.reading import INVOICE
from domain.customers.reading import CUSTOMER
from domain.documents.links import link_to
from domain.documents.reading import DOCUMENT
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
    about,
    days,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns, SeenBy
from domain.kernel.projection.wire import INSTANT, JSON, TEXT, WHOLE, id_of
from domain.kernel.subject import SubjectKind
from domain.ledger.reading import LEDGER_TRANSACTION
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER, WEBHOOK_DELIVERY
from domain.payouts.reading import PAYOUT
from domain.policies.lifecycle import POLICY_LIFECYCLE, REGISTRATION_LIFECYCLE
from domain.policies.rules import serial_form
from domain.policies.terms import PolicyState, PolicyStatus, RegistrationState
from domain.products.reading import PRODUCT_VERSION

SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    Role.SALES: EVERYTHING,
    Role.CUSTOMER_SERVICE: EVERYTHING,
    Role.CLAIMS_HANDLER: EVERYTHING,
    Role.CLAIMS_MANAGER: EVERYTHING,
    Role.FINANCE: EVERYTHING,
    Role.FINANCE_APPROVER: EVERYTHING,
    Role.UNDERWRITER: EVERYTHING,
    Role.RISK: EVERYTHING,
    Role.COMPLIANCE: EVERYTHING,
}
"""The serial number is plain to all of these: the holder's own, the seller's own, or insiders at work."""

_OPEN = f"{{row}}.state IN ('{PolicyState.PENDING}', '{PolicyState.IN_FORCE}')"
_STATUSES = f"""array_to_json(array_remove(ARRAY[
    CASE WHEN {_OPEN} AND {{row}}.waiting_until > {{today}} THEN '{PolicyStatus.WAITING_PERIOD}' END,
    CASE WHEN {_OPEN} AND {{row}}.warranty_until > {{today}} THEN '{PolicyStatus.MANUFACTURER_WARRANTY}' END
]::text[], NULL))"""

POLICY = Entity(
    name="Policy",
    table="policy",
    prefix="pol",
    kind=SubjectKind.POLICY,
    seen_by=SEEN_BY,
    columns={
        **texts("policy_number", "state", "category", "brand", "model", "serial_number", "condition", "currency"),
        **maybe_texts("invoice_number", "external_ref"),
        **days("purchased_on", "starts_on", "ends_on", "cooling_off_until"),
        **days("warranty_until", "waiting_until", nullable=True),
        **instants("issued_at"),
        **instants("cancelled_at", nullable=True),
        **flags("loss_reported"),
        **wholes("version"),
        "price": Amount("price_minor"),
        "sum_insured": Amount("sum_insured_minor"),
        "deductible": Amount("deductible_minor"),
        "premium": Amount("premium_minor"),
        "premium_net": Amount("premium_net_minor"),
        "premium_tax": Amount("premium_tax_minor"),
        "commission": Amount("commission_minor"),
        "refund": Amount("refund_minor", nullable=True),
        "statuses": Expression(_STATUSES, JSON),
        "available_actions": Actions(POLICY_LIFECYCLE, tuple(PolicyState)),
    },
    orders={"RECORDED": order(), "ISSUED_AT": order("issued_at")},
    filters={
        "policy_number": Filter("policy_number", TEXT),
        "serial_number": Filter("serial_number", TEXT, convert=serial_form),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "state": Filter("state", TEXT),
        "issued_at": Filter("issued_at", INSTANT),
    },
)

POLICY_COVER = Entity(
    name="PolicyCover",
    table="policy_cover",
    prefix="pcv",
    seen_by=SEEN_BY,
    columns={
        **texts("peril", "currency"),
        **flags("live"),
        "limit": Amount("limit_minor", nullable=True),
        "deductible": Amount("deductible_minor", nullable=True),
        "max_claims_a_year": Column("max_claims_a_year", WHOLE, nullable=True),
    },
    orders={"RECORDED": order()},
)

POLICY_LAPSE = Entity(
    name="PolicyLapse",
    table="policy_lapse",
    prefix="plp",
    seen_by=SEEN_BY,
    columns={**days("lapsed_on"), **days("covered_again_on", nullable=True)},
    orders={"RECORDED": order()},
)



def _result_link(zh: str | None, en: str | None, language: str) -> str | None:
    """Where the results are fetched from, in the reader's language."""
    found = zh if language.startswith("zh") else en
    return link_to(found) if found else None


def _faults(stored: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """Why a row was refused. Shape: `{"code", "message", "path"}`."""
    reader = "zh" if language.startswith("zh") else "en"
    return [{"code": each["code"], "message": each[reader], "path": each["path"]} for each in stored]


SELLING: SeenBy = {
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    **dict.fromkeys((Role.SALES, Role.CUSTOMER_SERVICE, Role.FINANCE, Role.COMPLIANCE), EVERYTHING),
}

REGISTRATION = Entity(
    name="Registration",
    table="registration",
    prefix="reg",
    kind=SubjectKind.REGISTRATION,
    seen_by=SELLING,
    columns={
        **texts("source", "state"),
        **maybe_texts("file_name", "sha256"),
        "size": Column("size", WHOLE, nullable=True),
        **wholes("row_count", "registered_count", "found_count", "refused_count", "version"),
        **instants("received_at"),
        **instants("finished_at", nullable=True),
        "result_zh_id": Column("result_zh_id", id_of(DOCUMENT.prefix), nullable=True),
        "result_en_id": Column("result_en_id", id_of(DOCUMENT.prefix), nullable=True),
        "result_link": Derived(("result_zh_id", "result_en_id"), _result_link, nullable=True, language=True),
        "available_actions": Actions(REGISTRATION_LIFECYCLE, tuple(RegistrationState)),
    },
    orders={"RECORDED": order()},
)

REGISTRATION_ROW = Entity(
    name="RegistrationRow",
    table="registration_row",
    prefix="rrw",
    seen_by=SELLING,
    columns={
        **texts("outcome"),
        **maybe_texts("external_ref"),
        **wholes("line"),
        "stored_faults": Column("faults", JSON),
        "faults": Derived(("stored_faults",), _faults, language=True),
    },
    orders={"RECORDED": order(), "LINE": order("line", "int")},
    filters={"outcome": Filter("outcome", TEXT)},
)

link(POLICY, "customer", CUSTOMER, "customer_id", back="policies")
link(POLICY, "partner", PARTNER, "partner_id", back="policies")
link(POLICY, "product_version", PRODUCT_VERSION, "product_version_id", back="policies")
link(POLICY_COVER, "policy", POLICY, "policy_id", back="covers")
link(POLICY_LAPSE, "policy", POLICY, "policy_id", back="lapses")
about(INVOICE, "subject", SubjectKind.POLICY, POLICY, back="invoices")
about(DOCUMENT, "subject", SubjectKind.POLICY, POLICY, back="documents")
about(NOTIFICATION, "subject", SubjectKind.POLICY, POLICY, back="notifications")
about(PAYOUT, "source", SubjectKind.POLICY, POLICY)
about(JOB, "subject", SubjectKind.POLICY, POLICY)
about(WEBHOOK_DELIVERY, "subject", SubjectKind.POLICY, POLICY)
about(JOB, "result", SubjectKind.POLICY, POLICY)
about(LEDGER_TRANSACTION, "subject", SubjectKind.POLICY, POLICY)
link(REGISTRATION, "partner", PARTNER, "partner_id")
link(REGISTRATION, "product_version", PRODUCT_VERSION, "product_version_id")
link(REGISTRATION, "job", JOB, "job_id")
link(REGISTRATION_ROW, "registration", REGISTRATION, "registration_id", back="rows")
link(REGISTRATION_ROW, "policy", POLICY, "policy_id")
about(DOCUMENT, "subject", SubjectKind.REGISTRATION, REGISTRATION, back="documents")
about(JOB, "subject", SubjectKind.REGISTRATION, REGISTRATION)
about(JOB, "result", SubjectKind.REGISTRATION, REGISTRATION)
