"""Drafting a product version, putting it on sale, withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.products.models import Product, ProductExclusion, ProductPeril, ProductRelativity, ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.terms import Peril, ProductKind, VersionAction, VersionState

ONE = Decimal(1)


@dataclass(frozen=True)
class PerilTerms:
    """What a version says of one peril; None leaves it to the version's own limit, deductible and count."""

    limit: Money | None = None
    deductible: Money | None = None
    max_claims_a_year: int | None = None


@dataclass(frozen=True)
class Exclusion:
    """One exclusion with its text in both languages."""

    code: str
    text_zh: str
    text_en: str


@dataclass(frozen=True)
class VersionTerms:
    """The terms of a version. Units as in `ProductVersion`; `relativities` by dimension and key."""

    months: int
    base_rate: Decimal
    minimum_premium: Money
    perils: Mapping[Peril, PerilTerms]
    premium_tax_rate: Decimal = Decimal("0.06")
    per_claim_limit: Money | None = None
    aggregate_limit_rate: Decimal = ONE
    deductible: Money = field(default_factory=lambda: Money(0))
    coinsurance_rate: Decimal = Decimal(0)
    max_claims_a_year: int | None = None
    waiting_days: int = 0
    cooling_off_days: int = 15
    registration_days: int = 15
    refund_fee: Money = field(default_factory=lambda: Money(0))
    depreciation_monthly_rate: Decimal = Decimal("0.015")
    depreciation_floor_rate: Decimal = Decimal("0.2")
    replacement_rate: Decimal = Decimal("0.7")
    starts_after_warranty: bool = False
    exclusions: tuple[Exclusion, ...] = ()
    relativities: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


async def draft(
    *, code: str, kind: ProductKind, name_zh: str, name_en: str, terms: VersionTerms, actor: Actor
) -> UUID:
    """Writes down a new version of a product, which is made if its code is new. Returns the version's id.

    Raises: Forbidden; Invalid for amounts in several currencies, or without a peril.
    """
    if not actor.has(Role.UNDERWRITER, Role.SYSTEM):
        raise Forbidden(permission="product:draft")
    if not terms.perils:
        raise Invalid("required", path=("input", "terms", "perils"))
    _expect_one_currency(terms)
    code = code.strip()
    async with transaction():
        await take_turns(f"product:code:{code}")
        product = await Product.filter(code=code).first()
        if product is None:
            product = await Product.create(code=code, kind=kind, name_zh=name_zh, name_en=name_en)
        number = await ProductVersion.filter(product_id=product.id).count() + 1
        version = await _add_version(product.id, number, terms)
        await _add_children(version, terms)
        after = {"code": code, "number": number}
        await record("product:draft", Subject(SubjectKind.PRODUCT, product.id), actor, after=after)
    return version.id


def _expect_one_currency(terms: VersionTerms) -> None:
    """All amounts of a version are in the currency of its least premium; nothing is nothing in any."""
    amounts = [terms.per_claim_limit, terms.deductible, terms.refund_fee]
    for peril in terms.perils.values():
        amounts += [peril.limit, peril.deductible]
    currency = terms.minimum_premium.currency
    if any(amount is not None and amount.minor and amount.currency is not currency for amount in amounts):
        raise Invalid("currency", currency, path=("input", "terms"))


async def _add_version(product_id: UUID, number: int, terms: VersionTerms) -> ProductVersion:
    return await ProductVersion.create(
        product_id=product_id,
        number=number,
        state=VersionState.DRAFT,
        currency=terms.minimum_premium.currency,
        months=terms.months,
        base_rate=terms.base_rate,
        minimum_premium_minor=terms.minimum_premium.minor,
        premium_tax_rate=terms.premium_tax_rate,
        per_claim_limit_minor=terms.per_claim_limit.minor if terms.per_claim_limit else None,
        aggregate_limit_rate=terms.aggregate_limit_rate,
        deductible_minor=terms.deductible.minor,
        coinsurance_rate=terms.coinsurance_rate,
        max_claims_a_year=terms.max_claims_a_year,
        waiting_days=terms.waiting_days,
        cooling_off_days=terms.cooling_off_days,
        registration_days=terms.registration_days,
        refund_fee_minor=terms.refund_fee.minor,
        depreciation_monthly_rate=terms.depreciation_monthly_rate,
        depreciation_floor_rate=terms.depreciation_floor_rate,
        replacement_rate=terms.replacement_rate,
        starts_after_warranty=terms.starts_after_warranty,
    )


async def _add_children(version: ProductVersion, terms: VersionTerms) -> None:
    await ProductPeril.bulk_create(
        ProductPeril(
            product_version_id=version.id,
            peril=peril,
            limit_minor=each.limit.minor if each.limit else None,
            deductible_minor=each.deductible.minor if each.deductible else None,
            currency=version.currency,
            max_claims_a_year=each.max_claims_a_year,
        )
        for peril, each in terms.perils.items()
    )
    await ProductExclusion.bulk_create(
        ProductExclusion(product_version_id=version.id, code=each.code, text_zh=each.text_zh, text_en=each.text_en)
        for each in terms.exclusions
    )
    await ProductRelativity.bulk_create(
        ProductRelativity(product_version_id=version.id, dimension=dimension, key=key, factor=factor)
        for dimension, table in terms.relativities.items()
        for key, factor in table.items()
    )


async def put_on_sale(version_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Releases a version for sale; its terms stand from now on.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        version = await _move(version_id, VersionAction.PUT_ON_SALE, reason, expected_version, actor)
        await Product.filter(id=version.product_id).update(sold=True)
        await ProductPeril.filter(product_version_id=version.id).update(sold=True)
        await ProductExclusion.filter(product_version_id=version.id).update(sold=True)


async def withdraw(version_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Takes a version from sale; policies sold on it stay as they are.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        await _move(version_id, VersionAction.WITHDRAW, reason, expected_version, actor)


async def _move(
    version_id: UUID, action: VersionAction, reason: str, expected_version: int, actor: Actor
) -> ProductVersion:
    version = await lock_visible(ProductVersion, PRODUCT_VERSION, version_id, actor)
    expect_version(version, expected_version)
    before = version.state
    version.state = VERSION_LIFECYCLE.step(before, action, actor)
    await save_changes(version, "state")
    await record(
        f"product:{action.lower()}",
        Subject(SubjectKind.PRODUCT, version.product_id),
        actor,
        before={"state": before},
        after={"state": version.state, "number": version.number},
        reason=reason,
    )
    return version
