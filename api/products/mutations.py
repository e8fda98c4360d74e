"""Changes of products."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.products.decoding import version_terms
from api.products.inputs import (
    CommissionSetInput,
    ProductDraftInput,
    ProductPutOnSaleInput,
    ProductReturnInput,
    ProductReviseInput,
    ProductSubmitInput,
    ProductWithdrawInput,
)
from api.products.types import CommissionRate, ProductVersion
from domain.kernel.actor import Actor, Role
from domain.partners.reading import PARTNER
from domain.products import catalogue, commissions, review
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.products.reading import PRODUCT, PRODUCT_VERSION
from domain.products.terms import VersionAction


@change(Role.UNDERWRITER, product_version=ProductVersion)
async def product_draft(given: ProductDraftInput, actor: Actor) -> Changed:
    """Writes down a new version of a product, which is made if its code is new."""
    version_id = await catalogue.draft(
        code=given.code,
        kind=given.kind,
        name_zh=given.name_zh,
        name_en=given.name_en,
        terms=version_terms(given.terms),
        actor=actor,
    )
    return changed(product_version=version_id)


@change(*takers(VERSION_LIFECYCLE, VersionAction.REVISE), product_version=ProductVersion)
async def product_revise(given: ProductReviseInput, actor: Actor) -> Changed:
    """Replaces all terms of a draft; whoever does so counts as its drafter."""
    version_id = row_id(PRODUCT_VERSION.prefix, given.product_version_id)
    await catalogue.revise(
        version_id, terms=version_terms(given.terms), expected_version=given.expected_version, actor=actor
    )
    return changed(product_version=version_id)


@change(*takers(VERSION_LIFECYCLE, VersionAction.SUBMIT), product_version=ProductVersion)
async def product_submit(given: ProductSubmitInput, actor: Actor) -> Changed:
    """Hands a draft to compliance for review, and tells all that it lacks at once; its terms stand from now on."""
    version_id = row_id(PRODUCT_VERSION.prefix, given.product_version_id)
    await review.submit(version_id, expected_version=given.expected_version, actor=actor)
    return changed(product_version=version_id)


@change(*takers(VERSION_LIFECYCLE, VersionAction.RETURN), product_version=ProductVersion)
async def product_return(given: ProductReturnInput, actor: Actor) -> Changed:
    """Sends a version back to its drafters with what compliance found; it is a draft again."""
    version_id = row_id(PRODUCT_VERSION.prefix, given.product_version_id)
    await review.send_back(
        version_id, finding=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(product_version=version_id)


@change(*takers(VERSION_LIFECYCLE, VersionAction.PUT_ON_SALE), product_version=ProductVersion)
async def product_put_on_sale(given: ProductPutOnSaleInput, actor: Actor) -> Changed:
    """Releases a reviewed version for sale; for somebody who neither wrote its terms nor handed them in."""
    version_id = row_id(PRODUCT_VERSION.prefix, given.product_version_id)
    await review.put_on_sale(
        version_id, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(product_version=version_id)


@change(*takers(VERSION_LIFECYCLE, VersionAction.WITHDRAW), product_version=ProductVersion)
async def product_withdraw(given: ProductWithdrawInput, actor: Actor) -> Changed:
    """Takes a version from sale; policies sold on it stay as they are."""
    version_id = row_id(PRODUCT_VERSION.prefix, given.product_version_id)
    await review.withdraw(version_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(product_version=version_id)


@change(*commissions.SETTERS, commission_rate=CommissionRate)
async def commission_set(given: CommissionSetInput, actor: Actor) -> Changed:
    """Agrees another commission with a licensed partner from a day on; what was sold before keeps its own."""
    product = value_of(given.product_id)
    row = await commissions.set_commission(
        row_id(PARTNER.prefix, given.partner_id),
        product_id=None if product is None else row_id(PRODUCT.prefix, product),
        rate=given.rate,
        starts_on=given.starts_on,
        reason=given.reason,
        actor=actor,
    )
    return changed(commission_rate=row.id)


@strawberry.type
class ProductsMutations:
    """Changes of products."""

    product_draft = product_draft
    product_revise = product_revise
    product_submit = product_submit
    product_return = product_return
    product_put_on_sale = product_put_on_sale
    product_withdraw = product_withdraw
    commission_set = commission_set
