"""Bad input of every kind meets a typed answer, and changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from tests.face.conftest import Face, signed_in, untouched
from tests.face.inputs import LONG, MUTATION, able, document, input_type, sample, texts_in
from tests.factories.claims import claim_approved, claim_assessing, claim_awaiting_decision, claim_notified
from tests.factories.insured import insured, staff

WITHOUT_ID = {
    "inquiryOpen", "recommendationMake", "partnerIntroduce", "productDraft", "staffJoin", "queuePause", "queueResume",
    "queueSetLimits",
    "bankStatementTicket",  # names a file by its digest
    "paymentFileMake",  # may name none, and then means all that are free
    "premiumRecordPayment",  # names an invoice by its number, and keeps what names none
}  # fmt: skip
SIGNING = {
    "staffSignIn", "customerRequestCode", "customerSignIn", "sessionRefresh", "sessionEnd", "staffRequestPassword",
    "staffSetPassword", "staffStartTotp", "staffConfirmTotp",
}  # fmt: skip
OF_ROWS = sorted(set(MUTATION.fields) - WITHOUT_ID - SIGNING)
WITH_TEXT = sorted(name for name in MUTATION.fields if texts_in(sample(input_type(name), full=True, String=LONG)))
APPROVE = document("claimApprove")
REPORT = document("claimReport")
NO_AMOUNTS: tuple[Any, ...] = (
    "NaN", "Infinity", "-Infinity", "1e5", "1E999999", "", " 1", "1 ", "1,000", "٣", "0x1", "1.", ".", "1" * 16,
    1, 1.5, True, None, [], {},
)  # fmt: skip
WRONG_VALUES: tuple[tuple[str, Any], ...] = (
    ("lossOn", "2026-02-30"), ("lossOn", "2026-1-1"), ("lossOn", "yesterday"), ("lossOn", 5), ("lossOn", None),
    ("cause", "NOTHING"), ("cause", "drop"), ("cause", 1), ("cause", None), ("place", 5), ("place", ["x"]),
    ("place", None), ("policyId", 1.5), ("policyId", {}), ("claimed", "5.00"), ("claimed", []),
    ("claimed", {"amount": "5.00", "currency": "XXX"}), ("claimed", {"amount": "5.00", "more": 1}), ("unknown", "x"),
)  # fmt: skip


WELCOME = (
    "🧸 数码 😀", "👨\u200d👩\u200d👧\u200d👦", "1\ufe0f\u20e3", "🏴\U000e0067\U000e0062\U000e007f", "e\u0301",
    "\u0645\u06cc\u200c\u062e", "\u200f\u05d0", "'; DROP TABLE claim; --", "{row}", "$1",
)  # fmt: skip
UNFIT = (
    "a\x07", "a\x1b[31mb", "a\x7f", "a\x85b", "a\rb", "\u202ename", "a\u2066b", "a\u2069", "\u200b",
    "\u200d\ufe0f ", "\ufeff", "\u3164", "\u2800", "\u00ad\u2060",
)  # fmt: skip
OF_LINES = ("a\nb", "a\tb", "a\r\nb")


def with_id(name: str, given: str) -> Any:
    """The least input of a mutation whose ids are all this one."""
    return sample(input_type(name), ID=given) | extra(name)


def extra(name: str) -> dict[str, Any]:
    """What some verbs ask for before they look for the row."""
    sale = {"customer": {"fullName": "x", "phone": "13812345678", "mail": "x@example.com"}}
    return sale if name == "policyRegister" else {}


async def errors(face: Face, name: str, actor: Actor, given: dict[str, Any]) -> list[Any]:
    """Why a mutation was refused; it told nothing else."""
    data = await face.data(document(name), actor, input=given)
    found: list[Any] = data[name]["errors"]
    assert found, "it was done"
    return found


async def test_ids_that_name_nothing_answer_all_alike(face: Face) -> None:
    unknown = uuid4()
    prefixes = ["clm", "pol", "cus", "par", "stf", "pay", "cmp", "pvn", "job", "ses"]
    given = ["", "nonsense", "💥" * 50, LONG, "clm_", f"clm_{'g' * 32}", public_id("zzz", unknown)]
    given += [public_id(each, unknown) for each in prefixes]
    async with untouched():
        for name in OF_ROWS:
            found = [await errors(face, name, able(name), with_id(name, text)) for text in given]
            assert {orjson.dumps(each) for each in found} == {orjson.dumps(found[0])}, name
            assert found[0][0]["code"] in {"NOT_FOUND", "VALIDATION"}, name


async def test_texts_beyond_their_length_are_all_told_at_once(face: Face) -> None:
    async with untouched():
        for name in WITH_TEXT:
            given = sample(input_type(name), full=True, String=LONG)
            found = await errors(face, name, able(name), given)
            told = {tuple(each["path"]) for each in found if each["__typename"] == "ValidationError"}
            assert told >= set(texts_in(given)), name


@pytest.mark.parametrize("blank", ["", "  \n\t "])
async def test_texts_that_say_nothing_are_refused(face: Face, blank: str) -> None:
    async with untouched():
        for name in WITH_TEXT:
            if texts_in(sample(input_type(name), String=LONG)):
                found = await errors(face, name, able(name), sample(input_type(name), String=blank))
                assert {each["code"] for each in found} == {"VALIDATION"}, name


async def test_a_nul_character_is_bad_input_as_a_variable_and_as_a_literal(face: Face) -> None:
    async with untouched():
        for name in WITH_TEXT:
            given = sample(input_type(name), full=True, String="a\0b")
            assert await face.codes(document(name), able(name), input=given) == ["BAD_USER_INPUT"], name
    for text in (
        '{claim(id: "a\\u0000b") {id}}',
        '{claims(where: {claimNumber: {eq: "\\u0000"}}) {totalCount}}',
        'mutation {customerRequestCode(input: {mail: """a\0b"""}) {sent}}',
    ):
        assert await face.codes(text, able("claimApprove")) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("amount", ["1.234", "0.001", "-0.01", "-5"])
async def test_an_amount_the_currency_does_not_have_names_its_place(face: Face, amount: str) -> None:
    case = await claim_awaiting_decision()
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    async with untouched():
        found = await errors(face, "claimApprove", case.manager, given | {"amount": {"amount": amount}})
    place = ["input", "amount", "amount"]
    assert [(each["__typename"], each["path"]) for each in found] == [("ValidationError", place)]


async def test_what_is_no_amount_is_bad_input(face: Face) -> None:
    case = await claim_awaiting_decision()
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    async with untouched():
        for amount in NO_AMOUNTS:
            codes = await face.codes(APPROVE, case.manager, input=given | {"amount": {"amount": amount}})
            assert codes == ["BAD_USER_INPUT"], amount


async def test_values_of_a_wrong_type_are_bad_input(face: Face) -> None:
    covered = await insured()
    given = sample(input_type("claimReport"), ID=public_id("pol", covered.policy_id))
    async with untouched():
        for field, value in WRONG_VALUES:
            codes = await face.codes(REPORT, covered.customer, input=given | {field: value})
            assert codes == ["BAD_USER_INPUT"], (field, value)


@pytest.mark.parametrize("version", [2**31, -(2**31) - 1, 1.5, "1", None, True])
async def test_a_version_is_a_whole_number_of_32_bits(face: Face, version: Any) -> None:
    given = {"claimId": "nonsense", "expectedVersion": version}
    assert await face.codes(APPROVE, able("claimApprove"), input=given) == ["BAD_USER_INPUT"]


async def test_a_missing_field_or_variable_is_bad_input(face: Face) -> None:
    assert await face.codes(APPROVE, able("claimApprove"), input={"claimId": "x"}) == ["BAD_USER_INPUT"]
    assert await face.codes(APPROVE, able("claimApprove")) == ["BAD_USER_INPUT"]


async def test_null_for_what_is_optional_is_as_if_it_were_not_given(face: Face) -> None:
    case = await claim_awaiting_decision()
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    data = await face.data(APPROVE, case.handler, input=given | {"amount": None, "reason": None})
    assert data["claimApprove"]["errors"] == []


async def test_a_million_characters_are_refused_by_their_number(face: Face) -> None:
    case = await claim_notified()
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": 1, "reason": "x" * 1_000_000}
    text = document("claimRefuseRegistration")
    token = await signed_in(case.handler)
    async with untouched():
        found = await errors(face, "claimRefuseRegistration", case.handler, given)
        assert (await face.post({"query": text, "variables": {"input": given}}, token)).status_code == 413
    assert [(each["code"], each["path"]) for each in found] == [("VALIDATION", ["input", "reason"])]


@pytest.mark.parametrize("text", [b"\\ud83d", b"\\udc00x", b"\\udc00\\ud83d", b"\xed\xa0\x80", b"\xff"])
async def test_a_lone_surrogate_is_no_text(face: Face, text: bytes) -> None:
    body = b'{"query": "query($i: ID!) {claim(id: $i) {id}}", "variables": {"i": "' + text + b'"}}'
    answer = await face.raw(body)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


async def test_a_lone_surrogate_in_a_document_is_a_fault_of_its_grammar(face: Face) -> None:
    answer = await face.post({"query": '{claim(id: "\\ud83d") {id}}'})
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


@pytest.mark.parametrize("name", WELCOME)
async def test_whatever_a_name_is_made_of_comes_back_as_it_was(face: Face, name: str) -> None:
    text = """mutation($input: PartnerIntroduceInput!) {
      partnerIntroduce(input: $input) {partner {name} errors {code}}}"""
    given = {"code": "X", "name": name, "kind": "MAKER", "commissionRate": "0.123456"}
    data = await face.data(text, await staff(Role.SALES), input=given)
    assert data == {"partnerIntroduce": {"partner": {"name": name}, "errors": []}}


@pytest.mark.parametrize("text", UNFIT)
async def test_a_text_that_hides_what_it_says_is_refused_wherever_it_is_given(face: Face, text: str) -> None:
    async with untouched():
        for name in WITH_TEXT:
            given = sample(input_type(name), full=True, String=text)
            found = await errors(face, name, able(name), given)
            told = {tuple(each["path"]) for each in found if each["__typename"] == "ValidationError"}
            assert told >= set(texts_in(given, sought=text)), name


@pytest.mark.parametrize("text", OF_LINES)
async def test_lines_and_tabs_belong_in_descriptions_and_not_in_names(face: Face, text: str) -> None:
    given = sample(input_type("claimReport"), String=text, ID="nonsense")
    partner = {"code": "X", "name": text, "kind": "MAKER", "commissionRate": "0.1"}
    async with untouched():
        told = await errors(face, "claimReport", able("claimReport"), given)
        named = await errors(face, "partnerIntroduce", able("partnerIntroduce"), partner)
    assert [each["path"] for each in (*told, *named)] == [["input", "place"], ["input", "name"]]


async def test_the_rows_of_others_are_as_missing_ones(face: Face) -> None:
    case, other = await claim_approved(), await insured()
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    missing = {"claimId": public_id("clm", UUID(int=9)), "expectedVersion": case.claim.version}
    loss = {"lossOn": "2026-01-02", "cause": "DROP", "place": "x", "description": "x", "claimed": {"amount": "1.00"}}
    policy = {"policyId": public_id("pol", case.insured.policy_id)} | loss
    async with untouched():
        theirs = await errors(face, "claimAgree", other.customer, given)
        assert theirs == await errors(face, "claimAgree", other.customer, missing)
        for stranger in (other.customer, other.partner):
            assert [each["code"] for each in await errors(face, "claimReport", stranger, policy)] == ["NOT_FOUND"]
        contact = {"customerId": public_id("cus", case.insured.customer_id), "expectedVersion": 1}
        found = await errors(face, "customerChangeContact", other.customer, contact | {"phone": "13800000000"})
    assert [each["code"] for each in (*theirs, *found)] == ["NOT_FOUND", "NOT_FOUND"]


async def test_a_stale_version_tells_the_present_one(face: Face) -> None:
    case = await claim_awaiting_decision()
    text = """mutation($input: ClaimApproveInput!) {claimApprove(input: $input) {
      claim {id} errors {__typename code path ... on ConflictError {currentVersion}}}}"""
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version - 1}
    async with untouched():
        data = await face.data(text, case.handler, input=given)
    conflict = {"__typename": "ConflictError", "code": "CONFLICT", "path": None, "currentVersion": case.claim.version}
    assert data["claimApprove"] == {"claim": None, "errors": [conflict]}


async def test_an_illegal_step_tells_the_state_and_the_way_out(face: Face) -> None:
    case = await claim_assessing()
    text = """mutation($input: ClaimApproveInput!) {claimApprove(input: $input) {
      errors {__typename code ... on IllegalStateError {from allowed}}}}"""
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    async with untouched():
        data = await face.data(text, case.handler, input=given)
    (found,) = data["claimApprove"]["errors"]
    assert (found["__typename"], found["from"]) == ("IllegalStateError", "ASSESSING")
    assert {"SET_LINES", "PROPOSE"} <= set(found["allowed"])


async def test_lists_are_bounded_and_say_nothing_twice(face: Face) -> None:
    case = await claim_assessing()
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    line = {"description": "x", "bill": {"amount": "1.00"}}
    twice = [{"kind": "IDENTITY"}, {"kind": "IDENTITY"}]
    async with untouched():
        many = await errors(face, "claimSetLines", case.handler, given | {"lines": [line] * 101})
        same = await errors(face, "claimRequestDocuments", case.handler, given | {"documents": twice})
    assert [each["path"] for each in (*many, *same)] == [["input", "lines"], ["input", "documents"]]


async def test_numbers_out_of_their_bounds_are_told_with_them(face: Face) -> None:
    text = """mutation($input: ProductDraftInput!) {productDraft(input: $input) {
      errors {path ... on ValidationError {constraint bound}}}}"""
    terms = {"grade": "P1", "months": 0, "baseRate": "1", "minimumPremium": {"amount": "1.00"}, "perils": []}
    given = {"code": "X", "kind": "THEFT", "nameZh": "x", "nameEn": "x", "terms": terms}
    underwriter = await staff(Role.UNDERWRITER)
    async with untouched():
        data = await face.data(text, underwriter, input=given)
    assert [(each["path"][-1], each["constraint"], each["bound"]) for each in data["productDraft"]["errors"]] == [
        ("months", "between", "1 and 120"),
        ("baseRate", "between", "0.000001 and 0.999999"),
    ]


async def test_amounts_of_one_version_are_in_one_currency(face: Face) -> None:
    terms = {
        "grade": "P1",
        "months": 1,
        "baseRate": "0.5",
        "minimumPremium": {"amount": "1.00"},
        "deductible": {"amount": "1.00", "currency": "USD"},
        "perils": [{"peril": "DROP", "limit": {"amount": "1", "currency": "JPY"}}],
    }
    given = {"code": "X", "kind": "THEFT", "nameZh": "x", "nameEn": "x", "terms": terms}
    underwriter = await staff(Role.UNDERWRITER)
    async with untouched():
        found = await errors(face, "productDraft", underwriter, given)
    assert [each["code"] for each in found] == ["VALIDATION"]


@pytest.mark.parametrize(("inside", "times"), [("[%s]", 1_000), ('{"x":%s}', 1_000), ('{"x":[%s]}', 500)])
async def test_variables_may_be_nested_as_deep_as_json_may(face: Face, inside: str, times: int) -> None:
    deep = "1"
    for _ in range(times):
        deep = inside % deep
    text = "query($where: ClaimWhere) {claims(where: $where) {nodes {id}}}"
    body = '{"query":"%s","variables":{"where":%s}}' % (text, deep)
    answer = await face.raw(body.encode())
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("cursor", ["", "nonsense", "e30", "💥", "x" * 5_000, "bm9uc2Vuc2U"])
async def test_a_cursor_that_is_none_is_bad_input(face: Face, cursor: str) -> None:
    text = "query($after: String) {claims(after: $after) {nodes {id}}}"
    assert await face.codes(text, able("claimApprove"), after=cursor) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "where",
    [
        {"state": {}}, {"state": {"eq": "NOTHING"}}, {"state": {"eq": None}}, {"nothing": {"eq": 1}},
        {"state": {"eq": "PAID", "in": ["PAID"]}}, {"state": {"in": None}}, {"cause": {"eq": "DROP"}},
        {"policyId": {"in": ["x"] * 101}}, {"reportedAt": {"since": "2026-01-01"}}, {"reportedAt": {"between": {}}},
    ],
)  # fmt: skip
async def test_a_filter_that_does_not_fit_is_bad_input(face: Face, where: Any) -> None:
    text = "query($where: ClaimWhere) {claims(where: $where) {nodes {id}}}"
    assert set(await face.codes(text, able("claimApprove"), where=where)) == {"BAD_USER_INPUT"}
