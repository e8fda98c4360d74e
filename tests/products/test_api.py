"""Drafting, reviewing and pricing through the schema: everybody tries, and the right people do."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.products.models import CommissionRate, ProductVersion
from tests.face.conftest import Face, untouched
from tests.factories.insured import partner_with_a_book, staff, version_drafted, version_in_review, version_on_sale

PEOPLE = "drafter { id } submitter { id } releaser { id }"
VERSION = f"productVersion {{ state version grade reviewFinding releasedAt {PEOPLE} }}"
MADE = {"productReturn": version_in_review, "productPutOnSale": version_in_review, "productWithdraw": version_on_sale}
"""Where a version must stand for each step; a draft for the others."""
ERRORS = "errors { __typename code message path }"
COMMISSION = f"""
mutation Set($input: CommissionSetInput!) {{
  commissionSet(input: $input) {{
    commissionRate {{ id rate startsOn reason product {{ code }} partner {{ id }} setter {{ id }} }} {ERRORS}
  }}
}}
"""
AGREED = """
query Agreed($id: ID!) {
  partner(id: $id) { licensedUntil commissionRates(first: 5) { totalCount nodes { id rate } } }
  commissionRates(first: 5, where: {partnerId: {eq: $id}}) { nodes { id rate product { id } setter { id } } }
}
"""
REASONS = "query Reasons { commissionRates(first: 5) { nodes { reason } } }"


def mutation(name: str) -> str:
    title = name[0].upper() + name[1:]
    return f"mutation M($input: {title}Input!) {{ {name}(input: $input) {{ {VERSION} {ERRORS} }} }}"


def terms(**changes: Any) -> dict[str, Any]:
    usual = {
        "grade": "P3", "months": 24, "baseRate": "0.05", "minimumPremium": {"amount": "15.00"},
        "perils": [{"peril": "SCREEN", "limit": {"amount": "800.00"}}],
        "exclusions": [{"code": "5.2", "textZh": "外观损伤", "textEn": "Cosmetic damage", "disclosure": "ORDINARY"}],
    }  # fmt: skip
    return {**usual, **changes}


async def strangers(*roles: Role) -> list[Actor]:
    """Nobody, a customer, a partner, and staff of other roles."""
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=uuid4())
    return [Actor.anonymous(), customer, await partner_with_a_book(), *[await staff(role) for role in roles]]


async def done(face: Face, name: str, actor: Actor, **given: Any) -> Any:
    payload = (await face.data(mutation(name), actor, input=given))[name]
    assert payload["errors"] == []
    return payload["productVersion"]


async def test_a_version_goes_through_the_review(face: Face) -> None:
    underwriter, compliance = await staff(Role.UNDERWRITER), await staff(Role.COMPLIANCE)
    writer, reviewer = (
        {"id": public_id("stf", each.staff_id)} for each in (underwriter, compliance) if each.staff_id is not None
    )
    names = {"code": "S", "kind": "SCREEN", "nameZh": "碎屏险", "nameEn": "Screen"}
    drafted = await done(face, "productDraft", underwriter, **names, terms=terms(grade="P1"))
    assert (drafted["state"], drafted["grade"], drafted["drafter"]) == ("DRAFT", "P1", writer)
    version_id = public_id("pvn", (await ProductVersion.get()).id)

    async def step(name: str, actor: Actor, version: int, **given: Any) -> Any:
        return await done(face, name, actor, productVersionId=version_id, expectedVersion=version, **given)

    assert (await step("productSubmit", underwriter, 1))["submitter"] == writer
    back = await step("productReturn", compliance, 2, reason="vague")
    assert (back["state"], back["reviewFinding"]) == ("DRAFT", "vague")
    assert (await step("productRevise", underwriter, 3, terms=terms()))["grade"] == "P3"
    await step("productSubmit", underwriter, 4)
    sold = await step("productPutOnSale", compliance, 5, reason="fit")
    assert (sold["state"], sold["releaser"], sold["version"]) == ("ON_SALE", reviewer, 6)
    assert sold["releasedAt"] is not None
    assert (await step("productWithdraw", compliance, 6, reason="old"))["state"] == "WITHDRAWN"


@pytest.mark.parametrize(
    ("name", "right", "more"),
    [
        ("productRevise", Role.UNDERWRITER, {"terms": terms()}),
        ("productSubmit", Role.UNDERWRITER, {}),
        ("productReturn", Role.COMPLIANCE, {"reason": "x"}),
        ("productPutOnSale", Role.COMPLIANCE, {"reason": "x"}),
        ("productWithdraw", Role.COMPLIANCE, {"reason": "x"}),
    ],
)
async def test_the_wrong_callers_are_refused_before_anything_runs(
    face: Face, name: str, right: Role, more: dict[str, Any]
) -> None:
    row = await ProductVersion.get(id=await MADE.get(name, version_drafted)())
    given = {"productVersionId": public_id("pvn", row.id), "expectedVersion": row.version, **more}
    wrong = await strangers(*sorted({Role.UNDERWRITER, Role.COMPLIANCE, Role.HR} - {right}))
    async with untouched():
        for actor in wrong:
            assert await face.codes(mutation(name), actor, input=given) == ["FORBIDDEN"]
    assert (await done(face, name, await staff(right), **given))["version"] == row.version + 1


async def test_all_that_is_missing_is_told_in_one_answer_in_the_readers_language(face: Face) -> None:
    underwriter = await staff(Role.UNDERWRITER)
    version_id = await version_drafted(exclusions=(), per_claim_limit=None)
    given = {"productVersionId": public_id("pvn", version_id), "expectedVersion": 1}
    text = mutation("productSubmit")
    payload = (await face.data(text, underwriter, input=given))["productSubmit"]
    assert payload["productVersion"] is None
    assert [(each["__typename"], each["code"]) for each in payload["errors"]] == [
        ("RuleError", "EXCLUSIONS_MISSING"), *[("RuleError", "LIMIT_MISSING")] * 5,
    ]  # fmt: skip
    chinese = (await face.answer(text, underwriter, "zh", input=given))["data"]["productSubmit"]["errors"]
    assert chinese[0]["message"] == "条款未列明责任免除事项。"
    assert (await ProductVersion.get(id=version_id)).version == 1


async def test_who_drafted_is_told_that_somebody_else_must_put_it_on_sale(face: Face) -> None:
    both = Actor(
        frozenset({Role.UNDERWRITER, Role.COMPLIANCE}), staff_id=(await staff(Role.UNDERWRITER)).staff_id
    )
    version_id = public_id("pvn", await version_drafted())
    await done(face, "productSubmit", both, productVersionId=version_id, expectedVersion=1)
    given = {"productVersionId": version_id, "expectedVersion": 2, "reason": "mine"}
    async with untouched():
        payload = (await face.data(mutation("productPutOnSale"), both, input=given))["productPutOnSale"]
    assert [each["code"] for each in payload["errors"]] == ["DUTIES_NOT_SEPARATE"]


async def test_the_finding_of_a_review_is_for_staff(face: Face) -> None:
    await version_on_sale()
    text = "query Q { productVersions(first: 5) { nodes { reviewFinding submittedAt } } }"
    for actor in (await strangers())[1:]:
        assert await face.codes(text, actor) == ["FORBIDDEN", "FORBIDDEN"]
    for role in (Role.UNDERWRITER, Role.SALES):
        (node,) = (await face.data(text, await staff(role)))["productVersions"]["nodes"]
        assert (node["reviewFinding"], node["submittedAt"] is None) == (None, False)


async def test_grade_and_disclosure_are_everybodys_to_read_and_names_of_staff_are_not(face: Face) -> None:
    await version_on_sale()
    text = """query Q { productVersions(first: 5) { nodes {
      grade drafter { id } submitter { id } releaser { id } exclusions { disclosure } } } }"""
    for actor in (await strangers())[1:]:
        (node,) = (await face.data(text, actor))["productVersions"]["nodes"]
        assert node == {
            "grade": "P2", "drafter": None, "submitter": None, "releaser": None,
            "exclusions": [{"disclosure": "KEY"}],
        }  # fmt: skip


async def test_a_commission_is_agreed_by_underwriting_and_read_by_its_partner_and_those_it_concerns(face: Face) -> None:
    partner, other = await partner_with_a_book(), await partner_with_a_book()
    underwriter = await staff(Role.UNDERWRITER)
    version = await ProductVersion.get(id=await version_on_sale())
    assert partner.partner_id is not None
    own = public_id("par", partner.partner_id)
    given = {
        "partnerId": own, "productId": public_id("prd", version.product_id), "rate": "0.2",
        "startsOn": clock.today().isoformat(), "reason": "campaign",
    }  # fmt: skip
    wrong = [Role.FINANCE, Role.SALES, Role.COMPLIANCE, Role.ADMIN]
    for actor in await strangers(*wrong):
        assert await face.codes(COMMISSION, actor, input=given) == ["FORBIDDEN"]
    payload = (await face.data(COMMISSION, underwriter, input=given))["commissionSet"]
    assert payload["errors"] == []
    made = payload["commissionRate"]
    assert (made["rate"], made["reason"], made["partner"]) == ("0.200000", "campaign", {"id": own})
    for actor in (partner, underwriter, *[await staff(role) for role in wrong[:3]]):
        seen = await face.data(AGREED, actor, id=own)
        agreed = [{"id": made["id"], "rate": "0.200000"}]
        assert seen["partner"]["commissionRates"] == {"totalCount": 1, "nodes": agreed}
        assert [each["id"] for each in seen["commissionRates"]["nodes"]] == [made["id"]]
    seen = await face.data(AGREED, await staff(Role.CLAIMS_HANDLER), id=own)
    assert (seen["partner"]["commissionRates"]["totalCount"], seen["commissionRates"]["nodes"]) == (0, [])
    for actor in (other, Actor.anonymous()):
        assert await face.data(AGREED, actor, id=own) == {"partner": None, "commissionRates": {"nodes": []}}
    assert await face.codes(REASONS, partner) == ["FORBIDDEN"]
    assert (await face.data(REASONS, underwriter))["commissionRates"]["nodes"] == [{"reason": "campaign"}]


async def test_a_commission_for_all_products_names_none_and_a_second_of_the_day_is_refused(face: Face) -> None:
    partner, underwriter = await partner_with_a_book(), await staff(Role.UNDERWRITER)
    assert partner.partner_id is not None
    given = {
        "partnerId": public_id("par", partner.partner_id), "rate": "0.2", "startsOn": "2098-01-01", "reason": "x",
    }  # fmt: skip
    made = (await face.data(COMMISSION, underwriter, input=given))["commissionSet"]["commissionRate"]
    assert made["product"] is None
    for attempt, code in (
        ({"rate": "0.3"}, "CONFLICT"), ({"startsOn": "2020-01-01"}, "VALIDATION"), ({"rate": "1.1"}, "VALIDATION"),
        ({"startsOn": "2100-01-01"}, "PARTNER_NOT_LICENSED"), ({"productId": "nonsense"}, "NOT_FOUND"),
    ):  # fmt: skip
        async with untouched():
            payload = (await face.data(COMMISSION, underwriter, input=given | attempt))["commissionSet"]
        assert [each["code"] for each in payload["errors"]] == [code]
    assert await CommissionRate.all().count() == 1
