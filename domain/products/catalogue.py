"""Drafting a product version, and revising its terms while it is a draft."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid, Refusal, refuse_all
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.products.models import Product, ProductExclusion, ProductPeril, ProductRelativity, ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.rules import MAX_TEXT
from domain.products.terms import Exclusion, ProductKind, VersionAction, VersionTerms

MAX_CODE = 32
LEAST_FACTOR = Decimal("0.000001")
TERMS = ("input", "terms")
TERM_COLUMNS = (
    "grade", "currency", "months", "base_rate", "minimum_premium_minor", "premium_tax_rate", "per_claim_limit_minor",
    "aggregate_limit_rate", "deductible_minor", "coinsurance_rate", "max_claims_a_year", "waiting_days",
    "cooling_off_days", "registration_days", "refund_fee_minor", "depreciation_monthly_rate",
    "depreciation_floor_rate", "replacement_rate", "starts_after_warranty", "drafted_by",
)  # fmt: skip
"""What `_write_terms` sets."""


async def draft(
    *, code: str, kind: ProductKind, name_zh: str, name_en: str, terms: VersionTerms, actor: Actor
) -> UUID:
    """Writes down a new version of a product, which is made if its code is new. Returns the version's id.

    Raises: Forbidden; Refusals for terms that cannot be kept, such as amounts in several currencies or no peril.
    """
    if not actor.has(Role.UNDERWRITER, Role.SYSTEM):
        raise Forbidden(permission="product:draft")
    _check_form(terms)
    code = code.strip()
    async with transaction():
        await take_turns(f"product:code:{code}")
        product = await Product.filter(code=code).first()
        if product is None:
            product = await Product.create(code=code, kind=kind, name_zh=name_zh, name_en=name_en)
        number = await ProductVersion.filter(product_id=product.id).count() + 1
        version = ProductVersion(product_id=product.id, number=number, state=VERSION_LIFECYCLE.initial)
        _write_terms(version, terms, actor)
        await version.save(force_create=True)
        await _add_children(version, terms)
        after = {"code": code, "number": number}
        await record("product:draft", Subject(SubjectKind.PRODUCT, product.id), actor, after=after)
    return version.id


async def revise(version_id: UUID, *, terms: VersionTerms, expected_version: int, actor: Actor) -> None:
    """Replaces all terms of a draft, its perils, exclusions and factors with them; who does so has drafted it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Refusals for terms that cannot be kept.
    """
    _check_form(terms)
    async with transaction():
        version = await lock_visible(ProductVersion, PRODUCT_VERSION, version_id, actor)
        expect_version(version, expected_version)
        version.state = VERSION_LIFECYCLE.step(version.state, VersionAction.REVISE, actor)
        for part in (ProductPeril, ProductExclusion, ProductRelativity):
            await part.filter(product_version_id=version.id).delete()
        _write_terms(version, terms, actor)
        await save_changes(version, *TERM_COLUMNS)
        await _add_children(version, terms)
        after: dict[str, object] = {"number": version.number, "version": version.version}
        await record("product:revise", Subject(SubjectKind.PRODUCT, version.product_id), actor, after=after)


def _check_form(terms: VersionTerms) -> None:
    """Refuses everything in terms that cannot be kept, all at once; what only a review asks for may be missing."""
    found: list[Refusal] = []
    if not terms.perils:
        found.append(Invalid("required", path=(*TERMS, "perils")))
    currency = terms.minimum_premium.currency
    if any(amount.minor and amount.currency is not currency for amount in _amounts(terms)):
        found.append(Invalid("currency", currency, path=TERMS))
    found += _unfit_texts(terms.exclusions)
    for dimension, table in terms.relativities.items():
        if any(factor < LEAST_FACTOR for factor in table.values()):
            found.append(Invalid("min", f"{LEAST_FACTOR}", path=(*TERMS, "relativities")))
        if any(len(text) > MAX_CODE for text in (dimension, *table)):
            found.append(Invalid("max_length", str(MAX_CODE), path=(*TERMS, "relativities")))
    refuse_all(found)


def _amounts(terms: VersionTerms) -> list[Money]:
    """All amounts of a version beside its least premium, in whose currency they are; nothing is nothing in any."""
    found = [terms.per_claim_limit, terms.deductible, terms.refund_fee]
    for peril in terms.perils.values():
        found += [peril.limit, peril.deductible]
    return [each for each in found if each is not None]


def _unfit_texts(exclusions: tuple[Exclusion, ...]) -> list[Refusal]:
    found: list[Refusal] = []
    if len({each.code for each in exclusions}) < len(exclusions):
        found.append(Invalid("unique", "code", path=(*TERMS, "exclusions")))
    for index, each in enumerate(exclusions):
        for name, text, most in (
            ("code", each.code, MAX_CODE), ("textZh", each.text_zh, MAX_TEXT), ("textEn", each.text_en, MAX_TEXT),
        ):  # fmt: skip
            if len(text) > most:
                found.append(Invalid("max_length", str(most), path=(*TERMS, "exclusions", str(index), name)))
    return found


def _write_terms(version: ProductVersion, terms: VersionTerms, actor: Actor) -> None:
    """Sets the terms' own columns, and who wrote them; a draft of the system has nobody."""
    version.grade = terms.grade
    version.currency = terms.minimum_premium.currency
    version.months = terms.months
    version.base_rate = terms.base_rate
    version.minimum_premium_minor = terms.minimum_premium.minor
    version.premium_tax_rate = terms.premium_tax_rate
    version.per_claim_limit_minor = terms.per_claim_limit.minor if terms.per_claim_limit else None
    version.aggregate_limit_rate = terms.aggregate_limit_rate
    version.deductible_minor = terms.deductible.minor
    version.coinsurance_rate = terms.coinsurance_rate
    version.max_claims_a_year = terms.max_claims_a_year
    version.waiting_days = terms.waiting_days
    version.cooling_off_days = terms.cooling_off_days
    version.registration_days = terms.registration_days
    version.refund_fee_minor = terms.refund_fee.minor
    version.depreciation_monthly_rate = terms.depreciation_monthly_rate
    version.depreciation_floor_rate = terms.depreciation_floor_rate
    version.replacement_rate = terms.replacement_rate
    version.starts_after_warranty = terms.starts_after_warranty
    version.drafted_by = actor.staff_id


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
        ProductExclusion(
            product_version_id=version.id,
            code=each.code,
            text_zh=each.text_zh,
            text_en=each.text_en,
            disclosure=each.disclosure,
        )
        for each in terms.exclusions
    )
    await ProductRelativity.bulk_create(
        ProductRelativity(product_version_id=version.id, dimension=dimension, key=key, factor=factor)
        for dimension, table in terms.relativities.items()
        for key, factor in table.items()
    )
