"""Who reads what of products: outsiders see what is or was on sale, by no way anything of a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.projection.entity import Entity
from domain.products import catalogue, review
from domain.products.models import Product, ProductExclusion, ProductPeril, ProductRelativity, ProductVersion
from domain.products.reading import (
    PRODUCT,
    PRODUCT_EXCLUSION,
    PRODUCT_PERIL,
    PRODUCT_RELATIVITY,
    PRODUCT_VERSION,
)
from domain.products.terms import Exclusion, ProductKind
from tests.face.conftest import Face
from tests.factories.insured import OFFICE, staff, terms
from tests.factories.readers import plan_of, rows_seen

EVERYTHING = (PRODUCT, PRODUCT_VERSION, PRODUCT_PERIL, PRODUCT_EXCLUSION, PRODUCT_RELATIVITY)
OUTSIDERS = (Role.CUSTOMER, Role.PARTNER)
NOBODY = (Role.ANONYMOUS, Role.REPAIRER)
PERILS = "perils { id productVersion { id product { id versions { id } } } }"
LISTS = f"""
query Lists {{
  products(first: 10) {{
    totalCount nodes {{ id name versions {{ id number state {PERILS} exclusions {{ id text }} }} }}
  }}
  productVersions(first: 10) {{ totalCount nodes {{ id product {{ id versions {{ id }} }} }} }}
}}
"""
BY_ID = """
query ById($product: ID!, $version: ID!, $ids: [ID!]!) {
  product(id: $product) { id } productVersion(id: $version) { id } nodes(ids: $ids) { id }
}
"""


async def drafted(code: str) -> UUID:
    return await catalogue.draft(
        code=code, kind=ProductKind.SCREEN, name_zh="碎屏险", name_en="Screen",
        terms=terms(exclusions=(Exclusion("WEAR", "自然磨损。", "Wear and tear."),)), actor=OFFICE,
    )  # fmt: skip


async def on_sale(code: str) -> UUID:
    version_id = await drafted(code)
    await release(version_id)
    return version_id


async def release(version_id: UUID) -> None:
    await review.submit(version_id, expected_version=1, actor=await staff(Role.UNDERWRITER))
    await review.put_on_sale(version_id, reason="x", expected_version=2, actor=await staff(Role.COMPLIANCE))


async def in_review(code: str) -> UUID:
    version_id = await drafted(code)
    await review.submit(version_id, expected_version=1, actor=await staff(Role.UNDERWRITER))
    return version_id


def outsider(role: Role) -> Actor:
    return Actor(
        frozenset({role}),
        customer_id=uuid4() if role is Role.CUSTOMER else None,
        partner_id=uuid4() if role is Role.PARTNER else None,
    )


async def ids_of(version_id: UUID) -> dict[str, list[str]]:
    """The public ids of a version, its product and its parts."""
    version = await ProductVersion.get(id=version_id)
    parts: dict[str, Any] = {"ppl": ProductPeril, "pex": ProductExclusion, "prl": ProductRelativity}
    found = {
        prefix: [public_id(prefix, row.id) for row in await model.filter(product_version_id=version_id)]
        for prefix, model in parts.items()
    }
    return {"prd": [public_id("prd", version.product_id)], "pvn": [public_id("pvn", version_id)], **found}


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
async def test_staff_see_drafts_and_what_is_sold(database: str, role: Role) -> None:
    await drafted("NEW")
    await on_sale("OLD")
    actor = await staff(role)
    counts = {entity.name: len(await rows_seen(entity, actor)) for entity in EVERYTHING}
    assert counts == {
        "Product": 2, "ProductVersion": 2, "ProductPeril": 10, "ProductExclusion": 2, "ProductRelativity": 4,
    }  # fmt: skip


@pytest.mark.parametrize("role", OUTSIDERS)
async def test_outsiders_see_what_is_or_was_on_sale_without_the_rate_table(database: str, role: Role) -> None:
    await drafted("NEW")
    await on_sale("OLD")
    gone = await on_sale("GONE")
    await review.withdraw(gone, reason="x", expected_version=3, actor=await staff(Role.COMPLIANCE))
    counts = {entity.name: len(await rows_seen(entity, outsider(role))) for entity in EVERYTHING}
    assert counts == {
        "Product": 2, "ProductVersion": 2, "ProductPeril": 10, "ProductExclusion": 2, "ProductRelativity": 0,
    }  # fmt: skip
    assert {row["state"] for row in await rows_seen(PRODUCT_VERSION, outsider(role))} == {"ON_SALE", "WITHDRAWN"}


@pytest.mark.parametrize("role", NOBODY)
async def test_who_has_not_signed_in_and_repairers_see_nothing(database: str, role: Role) -> None:
    await on_sale("OLD")
    for entity in EVERYTHING:
        assert await rows_seen(entity, outsider(role)) == []


async def test_a_version_offers_its_actions_to_underwriting_and_then_to_compliance(database: str) -> None:
    await drafted("NEW")
    await in_review("NEXT")
    await on_sale("OLD")
    offered = {
        role: {row["state"]: row["available_actions"] for row in await rows_seen(PRODUCT_VERSION, await staff(role))}
        for role in (Role.UNDERWRITER, Role.COMPLIANCE)
    }
    assert offered == {
        Role.UNDERWRITER: {"DRAFT": ["REVISE", "SUBMIT"], "IN_REVIEW": [], "ON_SALE": []},
        Role.COMPLIANCE: {"DRAFT": [], "IN_REVIEW": ["RETURN", "PUT_ON_SALE"], "ON_SALE": ["WITHDRAW"]},
    }
    for actor in (await staff(Role.HR), outsider(Role.PARTNER)):
        assert all(row["available_actions"] == [] for row in await rows_seen(PRODUCT_VERSION, actor))


@pytest.mark.parametrize(
    ("language", "name", "text"), [("zh", "碎屏险", "自然磨损。"), ("en", "Screen", "Wear and tear.")]
)
async def test_names_and_texts_are_in_the_readers_language(database: str, language: str, name: str, text: str) -> None:
    await on_sale("OLD")
    (product,) = await rows_seen(PRODUCT, outsider(Role.CUSTOMER), language=language)
    (exclusion,) = await rows_seen(PRODUCT_EXCLUSION, outsider(Role.CUSTOMER), language=language)
    assert (product["name"], exclusion["text"]) == (name, text)


@pytest.mark.parametrize("entity", EVERYTHING, ids=lambda entity: entity.name)
async def test_every_list_of_staff_is_read_from_an_index_in_its_order(database: str, entity: Entity) -> None:
    await on_sale("OLD")
    for order in entity.orders:
        plan = await plan_of(entity, await staff(Role.UNDERWRITER), order)
        assert "Seq Scan" not in plan
        assert "Sort" not in plan


@pytest.mark.parametrize("role", OUTSIDERS)
async def test_nothing_of_a_draft_is_in_an_outsiders_lists_or_below_them(face: Face, role: Role) -> None:
    sold, next_one, new = await on_sale("OLD"), await in_review("OLD"), await drafted("NEW")
    answer = await face.data(LISTS, outsider(role))
    text = str(answer)
    for shown in (each for prefix, ids in (await ids_of(sold)).items() if prefix != "prl" for each in ids):
        assert shown in text
    hidden = [each for draft in (next_one, new) for ids in (await ids_of(draft)).values() for each in ids]
    hidden.remove((await ids_of(next_one))["prd"][0])
    assert len(hidden) == 19
    assert [each for each in hidden if each in text] == []
    assert (answer["products"]["totalCount"], answer["productVersions"]["totalCount"]) == (1, 1)


@pytest.mark.parametrize("role", [*OUTSIDERS, *NOBODY])
async def test_a_draft_and_its_parts_are_missing_by_id(face: Face, role: Role) -> None:
    found = await ids_of(await in_review("NEW"))
    everything = [each for ids in found.values() for each in ids]
    asked = {"product": found["prd"][0], "version": found["pvn"][0], "ids": everything}
    seen = await face.data(BY_ID, outsider(role), **asked)
    assert seen == {"product": None, "productVersion": None, "nodes": [None] * len(everything)}
    whole = await face.data(BY_ID, await staff(Role.UNDERWRITER), **asked)
    assert whole["nodes"] == [{"id": each} for each in everything]
    assert (whole["product"], whole["productVersion"]) == ({"id": asked["product"]}, {"id": asked["version"]})


async def test_putting_on_sale_brings_every_part_into_sight_at_once(face: Face) -> None:
    version_id = await drafted("NEW")
    found = await ids_of(version_id)
    parts = [*found["prd"], *found["pvn"], *found["ppl"], *found["pex"], *found["prl"]]
    asked = {"product": found["prd"][0], "version": found["pvn"][0], "ids": parts}
    await release(version_id)
    seen = (await face.data(BY_ID, outsider(Role.PARTNER), **asked))["nodes"]
    assert [each and each["id"] for each in seen] == [None if part.startswith("prl") else part for part in parts]


async def test_only_the_tariffs_readers_may_ask_for_rates(face: Face) -> None:
    await on_sale("OLD")
    text = "query Rates { productVersions(first: 5) { nodes { baseRate relativities { factor } } } }"
    assert await face.codes(text, outsider(Role.CUSTOMER)) == ["FORBIDDEN"]
    partner = await face.data(text, outsider(Role.PARTNER))
    assert partner["productVersions"]["nodes"] == [{"baseRate": "0.050000", "relativities": []}]
    whole = await face.data(text, await staff(Role.UNDERWRITER))
    assert len(whole["productVersions"]["nodes"][0]["relativities"]) == 2


async def test_products_are_found_by_code_and_versions_by_product(face: Face) -> None:
    first = await on_sale("OLD")
    await on_sale("OTHER")
    text = """query Find($code: String!, $id: ID!) {
      products(first: 5, where: {code: {eq: $code}}) { nodes { code } }
      productVersions(first: 5, where: {productId: {eq: $id}}) { nodes { id } } }"""
    product = await Product.get(code="OLD")
    seen = await face.data(text, outsider(Role.CUSTOMER), code="OLD", id=public_id("prd", product.id))
    assert seen["products"]["nodes"] == [{"code": "OLD"}]
    assert seen["productVersions"]["nodes"] == [{"id": public_id("pvn", first)}]
