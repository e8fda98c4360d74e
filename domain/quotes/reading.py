"""What can be read of quotes: what a version would cost, beside the version itself, and recommendations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Fact, Role
from domain.kernel.ids import public_id
from domain.kernel.money import Currency, Money
from domain.kernel.projection.entity import (
    Amount,
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    days,
    extend,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns
from domain.kernel.projection.wire import JSON, id_of
from domain.kernel.subject import SubjectKind
from domain.partners.reading import PARTNER
from domain.products.reading import PRODUCT_VERSION
from domain.quotes.offers import TARIFF_SQL, money_shown, offer_of_row
from domain.quotes.wording import in_words
from domain.staff.reading import STAFF


def _judged(stored: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """What was said of each product, in the reader's language. Shape: see `Recommendation.judged`."""
    return [_one(each, language) for each in stored]


def _one(each: dict[str, Any], language: str) -> dict[str, Any]:
    tongue = "zh" if language.startswith("zh") else "en"

    def amount(name: str) -> dict[str, str] | None:
        minor = each[name]
        return None if minor is None else money_shown(Money(minor, Currency(each["currency"])))

    return {
        "productVersionId": public_id(PRODUCT_VERSION.prefix, UUID(each["version_id"])),
        "name": each[f"name_{tongue}"],
        "grade": each["grade"],
        "verdict": each["verdict"],
        "reasons": [
            {**reason, "message": in_words(reason["code"], language)} for reason in each["reasons"]
        ],
        "perils": each["perils"],
        "exclusions": [
            {"code": told["code"], "text": told[f"text_{tongue}"], "disclosure": told["disclosure"]}
            for told in each["exclusions"]
        ],
        "premium": amount("premium"),
        "sumInsured": amount("sum_insured"),
        "deductible": amount("deductible"),
        "overlapRate": each["overlap_rate"],
    }


extend(
    PRODUCT_VERSION,
    tariff=Expression(TARIFF_SQL, JSON),
    offer=Derived(("tariff",), offer_of_row, language=True, given=True),
)

RECOMMENDATION = Entity(
    name="Recommendation",
    table="recommendation",
    prefix="rec",
    kind=SubjectKind.RECOMMENDATION,
    seen_by={
        Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        Role.SALES: Owns("adviser_id", Fact.STAFF_ID),
        Role.CUSTOMER_SERVICE: EVERYTHING,
        Role.UNDERWRITER: EVERYTHING,
        Role.COMPLIANCE: EVERYTHING,
    },
    columns={
        **texts("category", "condition", "currency", "declared_use", "advice"),
        **days("purchased_on"),
        **days("warranty_until", nullable=True),
        **flags("is_owed_care"),
        **instants("made_at"),
        **instants("chosen_at", nullable=True),
        **maybe_texts("override_reason"),
        **wholes("version"),
        "price": Amount("price_minor"),
        "budget": Amount("budget_minor"),
        "bearable": Amount("bearable_minor"),
        "wanted_perils": Column("perils", JSON),
        "stored_judged": Column("judged", JSON),
        "judged": Derived(("stored_judged",), _judged, language=True),
    },
    orders={"RECORDED": order()},
    filters={
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
        "adviser_id": Filter("adviser_id", id_of(STAFF.prefix)),
    },
)
link(RECOMMENDATION, "customer", CUSTOMER, "customer_id", back="recommendations")
link(RECOMMENDATION, "partner", PARTNER, "partner_id")
link(RECOMMENDATION, "adviser", STAFF, "adviser_id")
link(RECOMMENDATION, "chosen", PRODUCT_VERSION, "chosen_id")
