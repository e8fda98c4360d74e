"""Changes of products."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id
from api.products.decoding import version_terms
from api.products.inputs import ProductDraftInput, ProductPutOnSaleInput, ProductWithdrawInput
from api.products.types import ProductVersion
from domain.kernel.actor import Actor, Role
from domain.products import catalogue
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.products.reading import PRODUCT_VERSION
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


@change(*takers(VERSION_LIFECYCLE, VersionAction.PUT_ON_SALE), product_version=ProductVersion)
async def product_put_on_sale(given: ProductPutOnSaleInput, actor: Actor) -> Changed:
    """Releases a version for sale; its terms stand from now on."""
    version_id = row_id(PRODUCT_VERSION.prefix, given.product_version_id)
    await catalogue.put_on_sale(
        version_id, reason=given.reason, expected_version=given.expected_version, actor=actor
    )
    return changed(product_version=version_id)


@change(*takers(VERSION_LIFECYCLE, VersionAction.WITHDRAW), product_version=ProductVersion)
async def product_withdraw(given: ProductWithdrawInput, actor: Actor) -> Changed:
    """Takes a version from sale; policies sold on it stay as they are."""
    version_id = row_id(PRODUCT_VERSION.prefix, given.product_version_id)
    await catalogue.withdraw(version_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(product_version=version_id)


@strawberry.type
class ProductsMutations:
    """Changes of products."""

    product_draft = product_draft
    product_put_on_sale = product_put_on_sale
    product_withdraw = product_withdraw
