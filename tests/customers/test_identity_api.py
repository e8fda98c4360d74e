"""Identity, consents and duplicates through the schema, as each kind of caller."""

from __future__ import annotations

from typing import Any

from domain.customers.consent_texts import present_text
from domain.customers.models import Customer
from domain.customers.terms import ConsentPurpose
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from tests.customers.planted import introduced
from tests.face.conftest import Face, untouched
from tests.factories.identity import COMPANY_CODE, NUMBER, consenting, known, signed_in
from tests.factories.insured import device, partner_with_a_book, person, staff, version_on_sale

IDENTIFY = """mutation($input: CustomerIdentifyInput!) {customerIdentify(input: $input) {
  customer {kind identityNumber organisationCode identityState version} errors {code path message}}}"""
CHECK = """mutation($input: CustomerCheckIdentityInput!) {customerCheckIdentity(input: $input) {
  customer {identityState identityCheckedAt} errors {code path message}}}"""
GIVE = """mutation($input: ConsentGiveInput!) {consentGive(input: $input) {
  customer {consents {purpose textVersion language channel text withdrawnAt}} errors {code path}}}"""
WITHDRAW = """mutation($input: ConsentWithdrawInput!) {consentWithdraw(input: $input) {
  customer {consents {purpose withdrawnAt}} errors {code path}}}"""
CONSENTS = "query($id: ID!) {customer(id: $id) {consents {id purpose givenAt partner {id} customer {id}}}}"
TAKEN = "query($id: ID!) {customer(id: $id) {consents {takenBy withdrawnBy}}}"
TEXTS = "query($id: ID!) {customer(id: $id) {consentTexts {purpose textVersion text}}}"
ALIKE = """query($id: ID!) {customer(id: $id) {
  possibleDuplicates {customerId partnerId same isSameName}}}"""
REGISTER = """mutation($input: PolicyRegisterInput!) {policyRegister(input: $input) {
  policy {customer {kind organisationCode identityNumber}} errors {code path}}}"""
SHOWN = present_text(ConsentPurpose.IDENTITY_CHECK)


def identified(row: Customer, **changes: Any) -> dict[str, Any]:
    return {"customerId": public_id("cus", row.id), "expectedVersion": row.version, **changes}


def given(row: Customer, channel: str = "APP", version: int = SHOWN.version) -> dict[str, Any]:
    consents = [{"purpose": "IDENTITY_CHECK", "textVersion": version}]
    return {"customerId": public_id("cus", row.id), "channel": channel, "consents": consents}


async def callers(role: Role, partner: Actor, row: Customer) -> list[Actor]:
    """The five: nobody, the customer, the partner, somebody who may not, and somebody who may."""
    return [Actor.anonymous(), signed_in(row.id), partner, await staff(Role.FINANCE), await staff(role)]


async def test_a_missing_number_is_added_by_four_of_five_callers(face: Face) -> None:
    for index in range(5):
        partner = await partner_with_a_book()
        row = await known(partner, identity_number=None)
        actor = (await callers(Role.CUSTOMER_SERVICE, partner, row))[index]
        asked = identified(row, identityNumber=NUMBER)
        if index in (0, 3):
            async with untouched():
                assert await face.codes(IDENTIFY, actor, input=asked) == ["FORBIDDEN"]
            continue
        done = (await face.data(IDENTIFY, actor, input=asked))["customerIdentify"]
        assert done == {
            "customer": {
                "kind": "PERSON", "identityNumber": "110***********002X", "organisationCode": None,
                "identityState": "UNVERIFIED", "version": 2,
            },
            "errors": [],
        }  # fmt: skip


async def test_a_known_number_is_corrected_by_service_for_a_reason_only(face: Face) -> None:
    row, service = await known(), await staff(Role.CUSTOMER_SERVICE)
    asked = identified(row, organisationCode=COMPANY_CODE)
    async with untouched():
        refused = (await face.data(IDENTIFY, service, input=asked))["customerIdentify"]
    assert (refused["customer"], refused["errors"]) == (None, [{
        "code": "DETAIL_DIFFERS", "path": ["input", "organisationCode"],
        "message": "This customer is known with another organisation_code.",
    }])  # fmt: skip
    done = (await face.data(IDENTIFY, service, input=asked | {"reason": "it is the shop"}))["customerIdentify"]
    assert (done["customer"]["kind"], done["customer"]["organisationCode"]) == ("COMPANY", COMPANY_CODE)
    wrong = identified(await Customer.get(id=row.id), identityNumber=NUMBER, organisationCode=COMPANY_CODE)
    (error,) = (await face.data(IDENTIFY, service, input=wrong))["customerIdentify"]["errors"]
    assert (error["code"], error["path"]) == ("VALIDATION", ["input"])


async def test_a_check_is_asked_for_by_one_of_five_callers(face: Face) -> None:
    partner = await partner_with_a_book()
    row = await consenting(partner=partner)
    *others, service = await callers(Role.UNDERWRITER, partner, row)
    asked = {"customerId": public_id("cus", row.id)}
    for actor in others:
        async with untouched():
            assert await face.codes(CHECK, actor, input=asked) == ["FORBIDDEN"]
    done = (await face.data(CHECK, service, input=asked))["customerCheckIdentity"]
    assert done == {"customer": {"identityState": "CHECKING", "identityCheckedAt": None}, "errors": []}
    stale = (await face.data(CHECK, service, input=asked | {"expectedVersion": 1}))["customerCheckIdentity"]
    assert (stale["customer"], stale["errors"][0]["code"]) == (None, "CONFLICT")


async def test_a_check_without_consent_or_number_is_refused_in_words(face: Face) -> None:
    row, seller = await known(), await staff(Role.SALES)
    asked = {"customerId": public_id("cus", row.id)}
    async with untouched():
        (error,) = (await face.data(CHECK, seller, input=asked))["customerCheckIdentity"]["errors"]
    assert error["code"] == "CONSENT_MISSING"
    assert error["message"] == "The customer's consent is needed first: IDENTITY_CHECK."
    unnumbered = await consenting(identity_number=None)
    asked = {"customerId": public_id("cus", unnumbered.id)}
    (error,) = (await face.data(CHECK, seller, input=asked))["customerCheckIdentity"]["errors"]
    assert error["code"] == "IDENTITY_MISSING"


async def test_a_consent_is_given_and_taken_back_by_four_of_five_callers(face: Face) -> None:
    for index, channel in enumerate(("APP", "APP", "PARTNER", "STORE", "PHONE")):
        partner = await partner_with_a_book()
        row = await known(partner)
        actor = (await callers(Role.SALES, partner, row))[index]
        back = {"customerId": public_id("cus", row.id), "purpose": "IDENTITY_CHECK"}
        if index in (0, 3):
            async with untouched():
                assert await face.codes(GIVE, actor, input=given(row, channel)) == ["FORBIDDEN"]
                assert await face.codes(WITHDRAW, actor, input=back) == ["FORBIDDEN"]
            continue
        done = (await face.data(GIVE, actor, input=given(row, channel)))["consentGive"]
        assert done["customer"]["consents"] == [{
            "purpose": "IDENTITY_CHECK", "textVersion": SHOWN.version, "language": "ZH", "channel": channel,
            "text": SHOWN.zh, "withdrawnAt": None,
        }]  # fmt: skip
        (over,) = (await face.data(WITHDRAW, actor, input=back))["consentWithdraw"]["customer"]["consents"]
        assert over["withdrawnAt"] is not None
        again = (await face.data(WITHDRAW, actor, input=back))["consentWithdraw"]
        assert again == {"customer": None, "errors": [{"code": "NO_CONSENT", "path": ["input", "purpose"]}]}


async def test_what_was_not_shown_is_not_consented_to(face: Face) -> None:
    row = await known()
    async with untouched():
        done = (await face.data(GIVE, signed_in(row.id), input=given(row, version=99)))["consentGive"]
        assert done["errors"] == [{"code": "CONSENT_TEXT_OUTDATED", "path": ["input", "consents"]}]
        done = (await face.data(GIVE, signed_in(row.id), input=given(row, "STORE")))["consentGive"]
        assert done["errors"] == [{"code": "VALIDATION", "path": ["input", "channel"]}]
        twice = given(row) | {"consents": given(row)["consents"] * 2}
        done = (await face.data(GIVE, signed_in(row.id), input=twice))["consentGive"]
        assert done["errors"] == [{"code": "VALIDATION", "path": ["input", "consents"]}]


async def test_consents_are_read_by_the_customer_the_own_partner_and_staff_who_see_the_customer(face: Face) -> None:
    partner = await partner_with_a_book()
    row = await consenting(partner=partner)
    row_id, seen = public_id("cus", row.id), {"id": ""}
    for actor in (signed_in(row.id), partner, await staff(Role.UNDERWRITER)):
        (seen,) = (await face.data(CONSENTS, actor, id=row_id))["customer"]["consents"]
        assert (seen["purpose"], seen["customer"]) == ("IDENTITY_CHECK", {"id": row_id})
        assert (await face.data("query($id: ID!) {node(id: $id) {id}}", actor, id=seen["id"]))["node"] is not None
    strangers = (Actor.anonymous(), await partner_with_a_book(), signed_in((await known()).id), await staff(Role.HR))
    for actor in strangers:
        assert (await face.data(CONSENTS, actor, id=row_id))["customer"] is None
        assert (await face.data("query($id: ID!) {node(id: $id) {id}}", actor, id=seen["id"]))["node"] is None
    assert await face.codes(TAKEN, partner, id=row_id) == ["FORBIDDEN"] * 2
    (taken,) = (await face.data(TAKEN, await staff(Role.COMPLIANCE), id=row_id))["customer"]["consents"]
    assert taken == {"takenBy": f"customer:{row.id}", "withdrawnBy": None}


async def test_the_texts_are_read_in_the_readers_language(face: Face) -> None:
    row = await known()
    row_id, actor = public_id("cus", row.id), signed_in(row.id)
    for language in ("en", "zh"):
        told = (await face.answer(TEXTS, actor, language, id=row_id))["data"]["customer"]["consentTexts"]
        assert [each["purpose"] for each in told] == list(ConsentPurpose)
        assert {each["purpose"]: each["text"] for each in told}["IDENTITY_CHECK"] == SHOWN.said(language)


async def test_duplicates_are_for_four_roles_and_never_for_partners(face: Face) -> None:
    row, other = await introduced(), await introduced()
    row_id = public_id("cus", row.id)
    told = [{
        "customerId": public_id("cus", other.id), "partnerId": public_id("par", other.partner_id),
        "same": ["PHONE", "MAIL", "IDENTITY_NUMBER", "BANK_ACCOUNT"], "isSameName": True,
    }]  # fmt: skip
    for role in (Role.UNDERWRITER, Role.RISK, Role.CUSTOMER_SERVICE, Role.COMPLIANCE):
        found = (await face.data(ALIKE, await staff(role), id=row_id))["customer"]
        assert found["possibleDuplicates"] == told
    partner = Actor(frozenset({Role.PARTNER}), partner_id=row.partner_id)
    for actor in (Actor.anonymous(), signed_in(row.id), partner, await staff(Role.SALES), await staff(Role.FINANCE)):
        assert await face.codes(ALIKE, actor, id=row_id) == ["FORBIDDEN"]


async def test_a_sale_introduces_a_company(face: Face) -> None:
    version_id, partner, sold, buyer = await version_on_sale(), await partner_with_a_book(), device(), person()
    asked = {
        "productVersionId": public_id("pvn", version_id),
        "device": {
            "category": sold.category, "brand": sold.brand, "model": sold.model, "serialNumber": sold.serial_number,
            "purchasedOn": sold.purchased_on.isoformat(), "price": {"amount": "3000.00"},
        },
        "customer": {
            "fullName": "Acme Ltd", "phone": buyer.phone, "mail": buyer.mail, "organisationCode": COMPANY_CODE,
        },
    }  # fmt: skip
    done = (await face.data(REGISTER, partner, input=asked))["policyRegister"]
    assert done["errors"] == []
    assert done["policy"]["customer"] == {
        "kind": "COMPANY", "organisationCode": COMPANY_CODE, "identityNumber": None
    }
