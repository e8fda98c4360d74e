"""What can be read of products, and by whom: outsiders see what is or was on sale, staff see drafts too."""

from __future__ import annotations

from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Column,
    Derived,
    Entity,
    Filter,
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
from domain.kernel.projection.visibility import EVERYTHING, Is, Owns, SeenBy
from domain.kernel.projection.wire import TEXT, WHOLE, id_of
from domain.kernel.subject import SubjectKind
from domain.partners.reading import PARTNER
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.products.terms import VersionState
from domain.staff.reading import STAFF

SOLD = Is("state", (VersionState.ON_SALE, VersionState.WITHDRAWN))
WAS_SOLD = Is("sold", ("true",))
SEEN_ONCE_SOLD: SeenBy = {**dict.fromkeys(STAFF_ROLES, EVERYTHING), Role.CUSTOMER: WAS_SOLD, Role.PARTNER: WAS_SOLD}


def _in_language(zh: str, en: str, language: str) -> str:
    return zh if language == "zh" else en


PRODUCT = Entity(
    name="Product",
    table="product",
    prefix="prd",
    kind=SubjectKind.PRODUCT,
    seen_by=SEEN_ONCE_SOLD,
    columns={
        **texts("code", "kind", "name_zh", "name_en"),
        "name": Derived(("name_zh", "name_en"), _in_language, language=True),
        **instants("created_at"),
    },
    orders={"RECORDED": order()},
    filters={"code": Filter("code", TEXT), "kind": Filter("kind", TEXT)},
)
PRODUCT_VERSION = Entity(
    name="ProductVersion",
    table="product_version",
    prefix="pvn",
    seen_by={**dict.fromkeys(STAFF_ROLES, EVERYTHING), Role.CUSTOMER: SOLD, Role.PARTNER: SOLD},
    columns={
        **texts("state", "grade", "currency"),
        **maybe_texts("review_finding"),
        **instants("submitted_at", "released_at", nullable=True),
        **wholes("number", "months", "waiting_days", "cooling_off_days", "registration_days", "version"),
        "max_claims_a_year": Column("max_claims_a_year", WHOLE, nullable=True),
        **rates("base_rate", "premium_tax_rate", "aggregate_limit_rate", "coinsurance_rate", "replacement_rate"),
        **rates("depreciation_monthly_rate", "depreciation_floor_rate"),
        **flags("starts_after_warranty"),
        "minimum_premium": Amount("minimum_premium_minor"),
        "per_claim_limit": Amount("per_claim_limit_minor", nullable=True),
        "deductible": Amount("deductible_minor"),
        "refund_fee": Amount("refund_fee_minor"),
        "available_actions": Actions(VERSION_LIFECYCLE, tuple(VersionState)),
    },
    orders={"RECORDED": order()},
    filters={"product_id": Filter("product_id", id_of("prd"))},
)
PRODUCT_PERIL = Entity(
    name="ProductPeril",
    table="product_peril",
    prefix="ppl",
    seen_by=SEEN_ONCE_SOLD,
    columns={
        **texts("peril", "currency"),
        "limit": Amount("limit_minor", nullable=True),
        "deductible": Amount("deductible_minor", nullable=True),
        "max_claims_a_year": Column("max_claims_a_year", WHOLE, nullable=True),
    },
    orders={"RECORDED": order()},
)
PRODUCT_EXCLUSION = Entity(
    name="ProductExclusion",
    table="product_exclusion",
    prefix="pex",
    seen_by=SEEN_ONCE_SOLD,
    columns={
        **texts("code", "text_zh", "text_en", "disclosure"),
        "text": Derived(("text_zh", "text_en"), _in_language, language=True),
    },
    orders={"RECORDED": order()},
)
PRODUCT_RELATIVITY = Entity(
    name="ProductRelativity",
    table="product_relativity",
    prefix="prl",
    seen_by=dict.fromkeys(STAFF_ROLES, EVERYTHING),
    columns={**texts("dimension", "key"), **rates("factor")},
    orders={"RECORDED": order()},
)
COMMISSION_RATE = Entity(
    name="CommissionRate",
    table="commission_rate",
    prefix="cmr",
    seen_by={
        **dict.fromkeys((Role.FINANCE, Role.UNDERWRITER, Role.SALES, Role.COMPLIANCE), EVERYTHING),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    },
    columns={**texts("reason"), **rates("rate"), **days("starts_on"), **instants("created_at")},
    orders={"RECORDED": order()},
    filters={
        "partner_id": Filter("partner_id", id_of(PARTNER.prefix)),
        "product_id": Filter("product_id", id_of(PRODUCT.prefix)),
    },
)
link(PRODUCT_VERSION, "product", PRODUCT, "product_id", back="versions", nullable=False, seen_with_parent=True)
link(PRODUCT_PERIL, "product_version", PRODUCT_VERSION, "product_version_id", back="perils")
link(PRODUCT_EXCLUSION, "product_version", PRODUCT_VERSION, "product_version_id", back="exclusions")
link(PRODUCT_RELATIVITY, "product_version", PRODUCT_VERSION, "product_version_id", back="relativities")
link(PRODUCT_VERSION, "drafter", STAFF, "drafted_by")
link(PRODUCT_VERSION, "submitter", STAFF, "submitted_by")
link(PRODUCT_VERSION, "releaser", STAFF, "released_by")
link(COMMISSION_RATE, "partner", PARTNER, "partner_id", back="commission_rates")
link(COMMISSION_RATE, "product", PRODUCT, "product_id")
link(COMMISSION_RATE, "setter", STAFF, "set_by")
