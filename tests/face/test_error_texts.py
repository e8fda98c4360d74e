"""What errors say: where and why, in sentences, and never what was given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.access.models import Session
from domain.access.terms import TOKEN_LIFE, Principal
from domain.access.tokens import issue_token
from domain.kernel import clock
from domain.kernel.actor import Role
from tests.face.conftest import Face, signed_in, untouched
from tests.face.inputs import able, document, input_type, sample
from tests.factories.insured import staff

PLANTED = "王小明13812345678"
REGISTER = document("policyRegister")
REQUEST_DOCUMENTS = document("claimRequestDocuments")
WHERE = "query($where: ClaimWhere) {claims(where: $where) {nodes {id}}}"


def sale(**customer: Any) -> dict[str, Any]:
    """A sale to somebody whose every field is planted, except for these; `...` leaves one out."""
    given: dict[str, Any] = sample(input_type("policyRegister"), full=True, String=PLANTED)
    given["customer"] = {name: each for name, each in (given["customer"] | customer).items() if each is not ...}
    return given


PERSON, SALE = "'PolicyholderInput'", "'PolicyRegisterInput'"
PAPERS = {"claimId": PLANTED, "expectedVersion": 1}
MISFITS: tuple[tuple[str, dict[str, Any], str], ...] = (
    (REGISTER, {"input": sale(phone=...)}, "$input.customer.phone is missing; its type is 'String!'."),
    (REGISTER, {"input": sale(phone=None)}, "$input.customer.phone is null; its type is 'String!'."),
    (REGISTER, {"input": sale(fon=PLANTED)}, f"$input.customer has the field 'fon' that {PERSON} does not know."),
    (REGISTER, {"input": sale(**{PLANTED: 1})}, f"$input.customer has a field that {PERSON} does not know."),
    (REGISTER, {"input": sale(phone=[PLANTED])}, "$input.customer.phone does not fit the type 'String'."),
    (REGISTER, {"input": sale(phone={"x": PLANTED})}, "$input.customer.phone does not fit the type 'String'."),
    (REGISTER, {"input": sale(language=PLANTED)}, "$input.customer.language does not fit the type 'Language'."),
    (REGISTER, {"input": sale() | {"customer": PLANTED}}, f"$input.customer is not an object; its type is {PERSON}."),
    (REGISTER, {"input": [PLANTED]}, f"$input is not an object; its type is {SALE}."),
    (REGISTER, {"input": None}, "$input is null; its type is 'PolicyRegisterInput!'."),
    (REGISTER, {}, "$input is missing; its type is 'PolicyRegisterInput!'."),
    (
        REQUEST_DOCUMENTS,
        {"input": PAPERS | {"documents": [{"kind": "IDENTITY", "note": PLANTED}, None]}},
        "$input.documents.1 is null; its type is 'WantedDocumentInput!'.",
    ),
    (
        REQUEST_DOCUMENTS,
        {"input": PAPERS | {"documents": [{"kind": PLANTED}]}},
        "$input.documents.0.kind does not fit the type 'DocumentKind'.",
    ),
    (
        WHERE,
        {"where": {"reportedAt": {"since": PLANTED}}},
        ("$where.reportedAt.since does not fit the type 'DateTime'. A DateTime is an RFC 3339 text with an offset, "
        'such as "2026-11-01T09:00:00Z".'),
    ),
    (
        WHERE,
        {"where": {"state": {"eq": "PAID", "in": ["PAID"]}}},
        "$where.state takes exactly one field, and not null; its type is 'ClaimStateMatches'.",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("text", "variables", "expected"), MISFITS)
async def test_a_variable_that_does_not_fit_is_told_by_its_place_alone(
    face: Face, text: str, variables: dict[str, Any], expected: str
) -> None:
    answer = await face.post({"query": text, "variables": variables}, await signed_in(await staff(Role.SALES)))
    errors = answer.json()["errors"]
    assert [each["message"] for each in errors] == [expected]
    assert [each["extensions"] for each in errors] == [{"code": "BAD_USER_INPUT"}]
    assert errors[0]["locations"][0]["line"] == 1
    assert not any(hint in answer.text for hint in (PLANTED, "13812345678", "None", "found"))


async def test_all_misfits_are_told_at_once_up_to_a_number(face: Face) -> None:
    papers = [{"kind": PLANTED}] * 50
    body = {"query": REQUEST_DOCUMENTS, "variables": {"input": PAPERS | {"documents": papers}}}
    answer = await face.post(body)
    assert len(answer.json()["errors"]) == 20
    assert PLANTED not in answer.text


@pytest.mark.parametrize(
    "given",
    [
        f'{{mail: "{PLANTED}"}}', f'{{mail: "{PLANTED}", code: null}}', f'{{mail: "{PLANTED}", code: 5}}',
        f'{{mail: "{PLANTED}", code: "x", emial: "{PLANTED}"}}', f'"{PLANTED}"', f'["{PLANTED}"]',
        f'{{mail: """{PLANTED}"""}}', f'{{mail: "x", code: "x"}}) {{errors {{code}}}} again: node(id: ["{PLANTED}"]',
        f'{{mail: "x" "{PLANTED}"}}', f'"""{PLANTED}""" """{PLANTED}"""',
    ],
)  # fmt: skip
async def test_a_literal_that_does_not_fit_is_told_without_its_text(face: Face, given: str) -> None:
    text = f"mutation {{customerSignIn(input: {given}) {{errors {{code}}}}}}"
    answer = await face.post({"query": text})
    assert {each["extensions"]["code"] for each in answer.json()["errors"]} <= {
        "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED",
    }  # fmt: skip
    assert not any(hint in answer.text for hint in (PLANTED, "None", "ound:"))


@pytest.mark.parametrize(
    "text",
    [
        "{claims(where: {state: {eq: PAID, in: [PAID]}}) {nodes {id}}}",
        "query($s: ClaimState) {claims(where: {state: {eq: $s}}) {nodes {id}}}",
        '{policy(by: {number: "x", id: "y"}) {id}}',
    ],
)
async def test_a_literal_of_more_than_one_of_several_fields_is_bad_input(face: Face, text: str) -> None:
    handler = able("claimApprove")
    assert await face.codes("query($s: ClaimState!) {claims(where: {state: {eq: $s}}) {nodes {id}}}", handler)
    assert await face.codes(text, handler) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "text", ["{", "{claim(id: $)}", "{nothing}", '{claims(first: "x") {nodes {id}}}', "{claim(id: 1.5) {id}}"]
)
async def test_places_stand_at_the_top_of_an_error(face: Face, text: str) -> None:
    for error in (await face.post({"query": text})).json()["errors"]:
        assert set(error) == {"message", "locations", "extensions"}
        assert set(error["extensions"]) == {"code"}
        assert error["locations"][0]["line"] == 1


async def test_a_deep_document_is_told_how_deep_it_may_be(face: Face) -> None:
    deep = "{" + "claims{nodes{policy{" * 5 + "id" + "}}}" * 5 + "}"
    (error,) = (await face.post({"query": deep})).json()["errors"]
    assert error["message"] == "This document has more than 8 levels of fields."


async def test_a_cursor_of_another_list_is_told_in_a_sentence(face: Face) -> None:
    token = await signed_in(await staff(Role.CLAIMS_HANDLER))
    answer = await face.post({"query": '{claims(after: "nonsense") {nodes {id}}}'}, token)
    (error,) = answer.json()["errors"]
    assert error["message"] == "claims.after is not a cursor of this list."
    assert error["extensions"]["reason"] == "BAD_CURSOR"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"x":' + b"[" * 2_000 + b"]" * 2_000 + b"}", "The body is nested too deeply."),
        (
            b'{"x":NaN}',
            "The body is not JSON in UTF-8: unexpected character, expected a JSON value (line 1, column 6).",
        ),
        (b'{"x":"\\ud83d"}', "The body is not JSON in UTF-8: no low surrogate in string (line 1, column 7)."),
    ],
)
async def test_a_body_that_is_no_json_is_told_why_and_where(face: Face, body: bytes, expected: str) -> None:
    answer = await face.raw(body)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, expected)


async def test_a_token_that_is_over_is_told_from_one_that_is_none(face: Face) -> None:
    session = Session(
        id=uuid4(), principal=Principal.STAFF, staff_id=uuid4(), roles=[Role.SALES],
        expires_at=clock.now() + timedelta(hours=1),
    )  # fmt: skip
    over = issue_token(session, at=clock.now() - TOKEN_LIFE - timedelta(seconds=1))[0]
    expected = {
        over: "This access token has expired; renew it with sessionRefresh or sign in again.",
        f"{over[:-4]}AAAA": "This access token is not valid; sign in again.",
        "nonsense": "This access token is not valid; sign in again.",
        "pk_nonsense": "This API key is not valid.",
    }
    for token, message in expected.items():
        answer = await face.post({"query": "{__typename}"}, token)
        error = {"message": message, "extensions": {"code": "UNAUTHENTICATED"}}
        assert (answer.status_code, answer.json()) == (401, {"errors": [error]})


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "At most 2 decimals."), ("zh-CN,zh;q=0.9", "最多 2 位小数。")]
)
async def test_a_broken_bound_is_told_in_the_reader_s_language(face: Face, language: str, expected: str) -> None:
    text = """mutation($input: ClaimApproveInput!) {claimApprove(input: $input) {
      errors {message ... on ValidationError {constraint bound}}}}"""
    given = {"claimId": "x", "expectedVersion": 1, "amount": {"amount": "1.234"}}
    token = await signed_in(await staff(Role.CLAIMS_HANDLER))
    headers = {"authorization": f"Bearer {token}", "accept-language": language}
    async with untouched():
        body = {"query": text, "variables": {"input": given}}
        answer = await face.client.post("/graphql", json=body, headers=headers)
    error = {"message": expected, "constraint": "scale", "bound": "2"}
    assert answer.json()["data"]["claimApprove"]["errors"] == [error]
