"""Applications through the schema, as each kind of caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from domain.applications import deciding
from domain.applications.terms import NEEDED_CONSENTS, DeclineReason, FlagCode
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.products.reading import PRODUCT_VERSION
from domain.risk.terms import DeclaredUse
from domain.staff.models import Staff
from domain.staff.terms import ProductGrade
from tests.face.conftest import Face, untouched
from tests.factories.applications import (
    Applied,
    disclosed,
    drafted,
    priced,
    referred,
    underwriter,
    underwritten,
)
from tests.factories.identity import NUMBER
from tests.factories.inquiries import inquiry_in_progress
from tests.factories.insured import WEAR, insured, person, staff, version_on_sale
from tests.factories.working import work_off

ONE = """query($id: ID!) {application(id: $id) {
  applicationNumber state availableActions version expiresOn declaredUse referred instalments
  device {brand serialNumber price {amount}} sumInsured {amount} premium {amount currency} offeredPremium {amount}
  customer {id} seller {id} productVersion {id} recommendation {advice} policy {policyNumber}
  disclosures {code text channel} requests {items answer} invoices {invoiceNumber} inquiries {id}
}}"""
INSIDE = """query($id: ID!) {application(id: $id) {
  creditFactor flags {id code level state value {amount} judge {id} reason} assessments {grade score}}}"""
LIST = "{applications(first: 5) {totalCount nodes {id}}}"


def mutation(name: str, shown: str = "application {state version}") -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{{name}(input: $input) {{{shown} errors {{code path message}}}}}}"


def device(**changes: Any) -> dict[str, Any]:
    return {
        "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": "SN-API-1",
        "purchasedOn": clock.today().isoformat(), "price": {"amount": "3000.00"}, **changes,
    }  # fmt: skip


def cover(version_id: UUID, **changes: Any) -> dict[str, Any]:
    named = public_id(PRODUCT_VERSION.prefix, version_id)
    return {"productVersionId": named, "device": device(), "declaredUse": "PRIVATE", **changes}


async def given_to(applied: Applied, **more: Any) -> dict[str, Any]:
    row = await applied.now()
    return {"applicationId": public_id("app", applied.id), "expectedVersion": row.version, **more}


async def test_the_story_of_a_customer_from_the_draft_to_the_hand_in(face: Face) -> None:
    applied = await drafted()
    customer = applied.customer
    priced_now = await face.data(mutation("applicationPrice"), customer, input=await given_to(applied))
    assert priced_now["applicationPrice"]["application"] == {"state": "PRICED", "version": 2}
    missing = (await face.data(mutation("applicationSubmit"), customer, input=await given_to(applied)))
    codes = [each["code"] for each in missing["applicationSubmit"]["errors"]]
    assert codes == ["DISCLOSURES_MISSING", "CONSENT_MISSING"]
    shown = await given_to(applied, exclusions=[WEAR.code], language="ZH", channel="SCREEN")
    await face.data(mutation("applicationDisclose"), customer, input=shown)
    consent = """mutation($input: ConsentGiveInput!) {consentGive(input: $input) {errors {code}}}"""
    assert customer.customer_id is not None
    agreed = {
        "customerId": public_id("cus", customer.customer_id), "channel": "APP",
        "consents": [{"purpose": each, "textVersion": 1} for each in NEEDED_CONSENTS],
    }  # fmt: skip
    assert (await face.data(consent, customer, input=agreed))["consentGive"]["errors"] == []
    done = (await face.data(mutation("applicationSubmit"), customer, input=await given_to(applied)))
    assert done["applicationSubmit"] == {"application": {"state": "SUBMITTED", "version": 4}, "errors": []}
    found = (await face.data(ONE, customer, id=public_id("app", applied.id)))["application"]
    assert (found["premium"], found["expiresOn"]) == ({"amount": "180.00", "currency": "CNY"}, None)
    assert found["disclosures"] == [{"code": WEAR.code, "text": "自然磨损。", "channel": "SCREEN"}]
    assert (found["seller"], found["availableActions"]) == (None, ["WITHDRAW"])


async def test_five_callers_read_applications(face: Face) -> None:
    applied, other = await referred(), await insured()
    row_id = public_id("app", applied.id)
    for stranger in (
        Actor.anonymous(), other.customer, other.partner, await staff(Role.SALES), await staff(Role.HR),
        await staff(Role.CLAIMS_HANDLER),
    ):  # fmt: skip
        assert (await face.data(ONE, stranger, id=row_id))["application"] is None, stranger
        assert (await face.data(LIST, stranger))["applications"]["totalCount"] == 0
    service = await staff(Role.CUSTOMER_SERVICE)
    for reader in (applied.customer, applied.partner, service, await underwriter(), await staff(Role.COMPLIANCE)):
        assert (await face.data(ONE, reader, id=row_id))["application"]["state"] == "UNDERWRITING"
        assert (await face.data(LIST, reader))["applications"]["totalCount"] == 1


async def test_what_underwriting_found_is_for_those_who_judge_it(face: Face) -> None:
    applied = await referred()
    row_id = public_id("app", applied.id)
    hidden = "query($id: ID!) {application(id: $id) {flags {code} assessments {grade}}}"
    for outsider in (applied.customer, applied.partner, await staff(Role.CUSTOMER_SERVICE)):
        assert await face.codes(INSIDE, outsider, id=row_id) != []
        found = (await face.data(hidden, outsider, id=row_id))["application"]
        assert found == {"flags": [], "assessments": []}, outsider
    found = (await face.data(INSIDE, await underwriter(), id=row_id))["application"]
    assert {each["code"] for each in found["flags"]} == {"SUM_ABOVE_LIMIT", "AGAINST_ADVICE"}
    assert (found["creditFactor"], found["assessments"][0]["grade"]) == ("1.000000", "B")


async def test_a_partner_applies_for_somebody_new_and_staff_must_be_qualified(face: Face) -> None:
    version_id, known, seller = await version_on_sale(), await insured(), await staff(Role.SALES)
    details = person(identity_number=NUMBER)
    newcomer = {
        "fullName": details.full_name, "phone": details.phone, "mail": details.mail, "identityNumber": NUMBER,
    }  # fmt: skip
    text = mutation("applicationDraft", "application {id state customer {identityNumber}}")
    given = {"wanted": cover(version_id), "customer": newcomer}
    made = (await face.data(text, known.partner, input=given))["applicationDraft"]
    assert (made["errors"], made["application"]["state"]) == ([], "DRAFT")
    assert made["application"]["customer"] == {"identityNumber": "110***********002X"}
    mine = {"wanted": cover(version_id), "customerId": public_id("cus", known.customer_id)}
    refused = (await face.data(text, seller, input=mine))["applicationDraft"]
    assert [each["code"] for each in refused["errors"]] == ["NOT_QUALIFIED"]
    await Staff.filter(id=seller.staff_id).update(sales_grade=ProductGrade.P3, qualified_until=clock.today())
    assert (await face.data(text, seller, input=mine))["applicationDraft"]["errors"] == []


async def test_bad_devices_and_strange_products_are_told_apart_and_change_nothing(face: Face) -> None:
    version_id, known = await version_on_sale(), await insured()
    text = mutation("applicationDraft")
    wrong = cover(version_id, device=device(serialNumber="490154203237519"))
    async with untouched():
        found = (await face.data(text, known.customer, input={"wanted": wrong}))["applicationDraft"]
    assert [each["path"] for each in found["errors"]] == [["input", "wanted", "device", "serialNumber"]]
    nothing = cover(known.policy_id)
    async with untouched():
        found = (await face.data(text, known.customer, input={"wanted": nothing}))["applicationDraft"]
    assert [each["code"] for each in found["errors"]] == ["NOT_FOUND"]


MORE: dict[str, tuple[Callable[[], Awaitable[Applied]], dict[str, Any]]] = {
    "applicationRevise": (priced, {}),
    "applicationPrice": (drafted, {}),
    "applicationDisclose": (priced, {"exclusions": [WEAR.code], "language": "EN", "channel": "PAPER"}),
    "applicationSubmit": (disclosed, {}),
    "applicationWithdraw": (priced, {"reason": "not any more"}),
}
JUDGED: dict[str, dict[str, Any]] = {
    "applicationRequestInfo": {"items": ["Receipt"]},
    "applicationDecline": {"declineReason": "OTHER", "text": "We cannot insure this."},
}


@pytest.mark.parametrize("name", sorted(MORE))
async def test_five_callers_of_what_applicants_do(face: Face, name: str) -> None:
    make, more = MORE[name]
    applied, other = await make(), await insured()
    if name == "applicationRevise":
        more = {"wanted": cover(applied.version_id)}
    given = await given_to(applied, **more)
    wrong, judge = (other.customer, other.partner, await staff(Role.SALES)), await underwriter()
    async with untouched():
        assert await face.codes(mutation(name), Actor.anonymous(), input=given) == ["FORBIDDEN"]
        assert await face.codes(mutation(name), judge, input=given) == ["FORBIDDEN"]
        for stranger in wrong:
            found = (await face.data(mutation(name), stranger, input=given))[name]
            assert [each["code"] for each in found["errors"]] == ["NOT_FOUND"], stranger
    found = (await face.data(mutation(name), applied.partner, input=given))[name]
    assert found["errors"] == [] and found["application"]["version"] == given["expectedVersion"] + 1


@pytest.mark.parametrize("name", sorted(JUDGED))
async def test_five_callers_of_what_underwriters_do(face: Face, name: str) -> None:
    applied, judge = await referred(), await underwriter()
    service, given = await staff(Role.CUSTOMER_SERVICE), await given_to(applied, **JUDGED[name])
    async with untouched():
        assert await face.codes(mutation(name), Actor.anonymous(), input=given) == ["FORBIDDEN"]
        for wrong in (applied.customer, applied.partner, service):
            assert await face.codes(mutation(name), wrong, input=given) == ["FORBIDDEN"], wrong
    found = (await face.data(mutation(name), judge, input=given))[name]
    assert found["errors"] == []


async def test_a_referred_application_is_judged_offered_and_agreed_to(face: Face) -> None:
    applied, judge, weak = await referred(), await underwriter(), await underwriter("100.00")
    flag = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT]
    approve = mutation("underwritingFlagApprove", "flag {state version judge {id}}")
    of_flag = {"flagId": public_id("uwf", flag.id), "reason": "a good customer", "expectedVersion": 1}
    async with untouched():
        assert await face.codes(approve, applied.customer, input=of_flag) == ["FORBIDDEN"]
        refused = (await face.data(approve, weak, input=of_flag))["underwritingFlagApprove"]
        assert [each["code"] for each in refused["errors"]] == ["ABOVE_AUTHORITY"]
    done = (await face.data(approve, judge, input=of_flag))["underwritingFlagApprove"]
    assert (done["errors"], done["flag"]["state"]) == ([], "APPROVED")
    offer = mutation("applicationCounterOffer", "application {state offeredPremium {amount}}")
    terms = await given_to(applied, loadingFactor="1.10", guarantee=False, reason="high sum")
    made = (await face.data(offer, judge, input=terms))["applicationCounterOffer"]
    assert made["application"] == {"state": "COUNTER_OFFERED", "offeredPremium": {"amount": "792.00"}}
    agree, chosen = mutation("applicationAgree"), await given_to(applied, choice="SURCHARGE")
    async with untouched():
        assert await face.codes(agree, judge, input=chosen) == ["FORBIDDEN"]
    assert (await face.data(agree, applied.customer, input=chosen))["applicationAgree"]["application"]["state"] == (
        "ACCEPTED"
    )
    await work_off("applications.bill")
    found = (await face.data(ONE, applied.customer, id=public_id("app", applied.id)))["application"]
    assert (found["state"], len(found["invoices"])) == ("PAYMENT_PENDING", 1)


@pytest.mark.parametrize("verb", ["Clear", "Reject"])
async def test_flags_are_cleared_and_rejected_by_underwriters_alone(face: Face, verb: str) -> None:
    applied, judge = await referred(), await underwriter()
    flag, risk = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT], await staff(Role.RISK)
    name = f"underwritingFlag{verb}"
    text = mutation(name, "flag {state availableActions}")
    given = {"flagId": public_id("uwf", flag.id), "reason": "looked at it", "expectedVersion": 1}
    async with untouched():
        assert await face.codes(text, Actor.anonymous(), input=given) == ["FORBIDDEN"]
        for wrong in (applied.customer, applied.partner, risk):
            assert await face.codes(text, wrong, input=given) == ["FORBIDDEN"]
    done = (await face.data(text, judge, input=given))[name]
    assert done["flag"] == {"state": f"{verb.upper().rstrip('E')}ED", "availableActions": []}


async def test_an_underwriter_accepts_and_an_applicant_supplies(face: Face) -> None:
    applied, judge, risk = await referred(), await underwriter(), await staff(Role.RISK)
    flag = (await applied.flags())[FlagCode.SUM_ABOVE_LIMIT]
    clear = mutation("underwritingFlagClear", "flag {state}")
    of_flag = {"flagId": public_id("uwf", flag.id), "reason": "fine", "expectedVersion": 1}
    await face.data(clear, judge, input=of_flag)
    ask = await given_to(applied, items=["Receipt"])
    await face.data(mutation("applicationRequestInfo"), judge, input=ask)
    supply, answer = mutation("applicationSupplyInfo"), await given_to(applied, answer="here it is")
    async with untouched():
        assert await face.codes(supply, judge, input=answer) == ["FORBIDDEN"]
        assert await face.codes(supply, Actor.anonymous(), input=answer) == ["FORBIDDEN"]
    assert (await face.data(supply, applied.partner, input=answer))["applicationSupplyInfo"]["errors"] == []
    accept, why = mutation("applicationAccept"), await given_to(applied, reason="fine")
    async with untouched():
        for wrong in (applied.customer, applied.partner, risk):
            assert await face.codes(accept, wrong, input=why) == ["FORBIDDEN"]
    done = (await face.data(accept, judge, input=why))["applicationAccept"]
    assert (done["errors"], done["application"]["state"]) == ([], "ACCEPTED")


async def test_an_inquiry_becomes_an_application_and_the_link_is_kept(face: Face) -> None:
    asked, version_id = await inquiry_in_progress(), await version_on_sale()
    service = asked.service
    text = mutation(
        "inquiryConvertToApplication",
        "inquiry {state outcome {id __typename}} application {id inquiries {id}}",
    )
    given = {
        "inquiryId": public_id("inq", asked.inquiry.id), "wanted": cover(version_id),
        "expectedVersion": asked.inquiry.version,
    }  # fmt: skip
    async with untouched():
        assert await face.codes(text, asked.insured.customer, input=given) == ["FORBIDDEN"]
        refused = (await face.data(text, service, input=given))["inquiryConvertToApplication"]
        assert [each["code"] for each in refused["errors"]] == ["NOT_QUALIFIED"]
    await Staff.filter(id=service.staff_id).update(sales_grade=ProductGrade.P3, qualified_until=clock.today())
    done = (await face.data(text, service, input=given))["inquiryConvertToApplication"]
    assert done["errors"] == []
    assert done["inquiry"] == {
        "state": "CONVERTED", "outcome": {"id": done["application"]["id"], "__typename": "Application"},
    }  # fmt: skip
    assert done["application"]["inquiries"] == [{"id": given["inquiryId"]}]


async def test_the_guarantor_s_name_is_masked_for_partners(face: Face) -> None:
    applied = await underwritten(declared_use=DeclaredUse.COMMERCIAL)
    agreed = await given_to(applied, choice="GUARANTEE", guarantorName="王小明")
    await face.data(mutation("applicationAgree"), applied.customer, input=agreed)
    text = "query($id: ID!) {application(id: $id) {guarantorName choice}}"
    row_id = public_id("app", applied.id)
    assert (await face.data(text, applied.partner, id=row_id))["application"]["guarantorName"] == "王**"
    assert (await face.data(text, await underwriter(), id=row_id))["application"]["guarantorName"] == "王小明"


async def test_a_decline_tells_the_applicant_why_in_words(face: Face) -> None:
    applied, judge = await referred(), await underwriter()
    why = deciding.Decline(DeclineReason.OTHER, "该设备不在承保范围内。")
    await deciding.decline(applied.id, decline=why, expected_version=await applied.version(), actor=judge)
    text = "query($id: ID!) {application(id: $id) {state declineReason declineText}}"
    found = (await face.data(text, applied.customer, id=public_id("app", applied.id)))["application"]
    assert found == {"state": "DECLINED", "declineReason": "OTHER", "declineText": why.text}
