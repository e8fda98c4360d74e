"""Advising a customer: needs and means are asked, every product on sale is judged, and the record is kept."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from domain.audit.entries import record
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch, transaction
from domain.kernel.money import Currency
from domain.kernel.refusals import Forbidden, Invalid, Refusal, refuse_all
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.pricing import price_faults
from domain.products.models import ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.terms import DisclosureLevel
from domain.quotes.models import Recommendation
from domain.quotes.offers import TARIFF_SQL, Thing, offered, tariffed
from domain.quotes.reading import RECOMMENDATION
from domain.quotes.refusals import AdvisedAgainst, ChosenAlready, NotJudged
from domain.quotes.suitability import Candidate, judge
from domain.quotes.terms import Advice, ExclusionTold, Judged, Needs, Verdict
from domain.staff.models import Staff
from domain.staff.rules import may_sell
from domain.staff.terms import ProductGrade

ADVISERS = (Role.CUSTOMER, Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE)
"""Who may ask for a recommendation: customers for themselves, partners and staff for a customer or for nobody yet."""
ON_SALE = f"""
SELECT v.id, v.grade, p.name_zh, p.name_en, {TARIFF_SQL.format(row="v")} AS tariff,
  (SELECT coalesce(json_agg(json_build_array(e.code, e.text_zh, e.text_en, e.disclosure) ORDER BY e.code), '[]'::json)
   FROM product_exclusion e WHERE e.product_version_id = v.id) AS exclusions
FROM product_version v JOIN product p ON p.id = v.product_id
WHERE v.state = 'ON_SALE' AND v.currency = $1 ORDER BY v.id
"""


async def advise(needs: Needs, thing: Thing, *, customer_id: UUID | None = None, actor: Actor) -> Recommendation:
    """Judges every product on sale for a customer and a device, and keeps what was said; nothing is left out.

    Raises: Forbidden; NotFound for a customer missing or out of sight; Refusals for amounts that are none, or in
    several currencies. Source: NFRA Order 2025-7 arts. 32-35.
    """
    if not actor.has(*ADVISERS):
        raise Forbidden(permission="recommendation:make")
    async with transaction():
        customer = await _customer(customer_id or actor.customer_id, actor)
        _check(needs, thing)
        said = judge(needs, await _candidates(thing, actor))
        found = await _keep(needs, thing, said, customer, actor)
        after: dict[str, object] = {
            "advice": found.advice, "products": len(found.judged), "customer_id": found.customer_id,
        }  # fmt: skip
        await record("recommendation:make", Subject(SubjectKind.RECOMMENDATION, found.id), actor, after=after)
    return found


def _check(needs: Needs, thing: Thing) -> None:
    found: list[Refusal] = price_faults(thing.price)
    if not needs.perils:
        found.append(Invalid("required", path=("input", "perils")))
    for name, amount in (("budget", needs.budget), ("bearable", needs.bearable)):
        if amount.currency is not thing.price.currency:
            found.append(Invalid("currency", thing.price.currency, path=("input", name)))
        if amount.minor < 0:
            found.append(Invalid("min", "0", path=("input", name)))
    refuse_all(found)


async def _customer(customer_id: UUID | None, actor: Actor) -> Customer | None:
    return await get_visible(Customer, CUSTOMER, customer_id, actor) if customer_id is not None else None


async def _candidates(thing: Thing, actor: Actor) -> list[Candidate]:
    """Every product on sale in the currency of the device, in one statement."""
    adviser = await Staff.get_or_none(id=actor.staff_id) if actor.staff_id else None
    today = clock.today()
    return [
        _candidate(row, thing, adviser, today) for row in await fetch(ON_SALE, thing.price.currency)
    ]


def _candidate(row: dict[str, Any], thing: Thing, adviser: Staff | None, today: date) -> Candidate:
    tariff, grade = tariffed(_json(row["tariff"])), ProductGrade(row["grade"])
    is_sellable = adviser is None or may_sell(adviser.sales_grade, adviser.qualified_until, grade, today)
    return Candidate(
        version_id=str(row["id"]),
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        grade=grade,
        tariff=tariff,
        exclusions=tuple(
            ExclusionTold(code, zh, en, DisclosureLevel(level)) for code, zh, en, level in _json(row["exclusions"])
        ),
        offer=offered(tariff, thing, today),
        is_sellable=is_sellable,
    )


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


async def _keep(
    needs: Needs, thing: Thing, said: tuple[list[Judged], Advice], customer: Customer | None, actor: Actor
) -> Recommendation:
    judged, advice = said
    return await Recommendation.create(
        customer_id=customer.id if customer else None,
        partner_id=customer.partner_id if customer else actor.partner_id,
        adviser_id=actor.staff_id,
        category=thing.category,
        condition=thing.condition,
        currency=thing.price.currency,
        price_minor=thing.price.minor,
        purchased_on=thing.purchased_on,
        warranty_until=thing.warranty_until,
        perils=sorted(needs.perils),
        declared_use=needs.declared_use,
        budget_minor=needs.budget.minor,
        bearable_minor=needs.bearable.minor,
        is_owed_care=needs.is_owed_care,
        judged=[_stored(each, thing.price.currency) for each in judged],
        advice=advice,
        chosen_id=None,
    )


def _stored(each: Judged, currency: Currency) -> dict[str, Any]:
    """What was said of one product, as it is kept. Units: amounts in minor units of the record's currency."""
    return {
        "version_id": each.version_id,
        "name_zh": each.name_zh,
        "name_en": each.name_en,
        "grade": each.grade,
        "verdict": each.verdict,
        "reasons": [
            {"code": reason.code, "perils": list(reason.perils), "objections": list(reason.objections)}
            for reason in each.reasons
        ],
        "perils": list(each.perils),
        "exclusions": [
            {"code": told.code, "text_zh": told.text_zh, "text_en": told.text_en, "disclosure": told.disclosure}
            for told in each.exclusions
        ],
        "premium": each.premium.minor if each.premium else None,
        "sum_insured": each.sum_insured.minor if each.sum_insured else None,
        "deductible": each.deductible.minor,
        "currency": currency,
        "overlap_rate": None if each.overlap_rate is None else f"{each.overlap_rate:.6f}",
    }


async def choose(
    recommendation_id: UUID, *, version_id: UUID, reason: str | None = None, expected_version: int, actor: Actor
) -> Recommendation:
    """Writes down what the customer chose, once; what he or she was advised against only with his or her own reason.

    Raises: Forbidden, NotFound, StaleVersion, ChosenAlready, NotJudged, AdvisedAgainst.
    """
    if not actor.has(*ADVISERS):
        raise Forbidden(permission="recommendation:choose")
    async with transaction():
        found = await lock_visible(Recommendation, RECOMMENDATION, recommendation_id, actor)
        expect_version(found, expected_version)
        await get_visible(ProductVersion, PRODUCT_VERSION, version_id, actor)
        if found.chosen_id is not None:
            raise ChosenAlready
        verdict = next((each["verdict"] for each in found.judged if each["version_id"] == str(version_id)), None)
        if verdict is None:
            raise NotJudged(path=("input", "productVersionId"))
        is_against = verdict == Verdict.UNSUITABLE or found.advice is Advice.DO_NOT_BUY
        if is_against and reason is None:
            raise AdvisedAgainst(path=("input", "reason"))
        found.chosen_id, found.chosen_at = version_id, clock.now()
        found.override_reason = reason if is_against else None
        await save_changes(found, "chosen_id", "chosen_at", "override_reason")
        await record(
            "recommendation:choose",
            Subject(SubjectKind.RECOMMENDATION, found.id),
            actor,
            after={"product_version_id": version_id, "verdict": verdict, "against_advice": is_against},
        )
    return found
