"""Payloads: errors as values, one field's fault beside its siblings' success, and everything read after the change."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from api.errors import mutation_error
from domain.claims.refusals import LossInFuture, NothingPayable
from domain.idempotency.refusals import IdempotencyKeyReused, RequestUnderWay
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.kernel.refusals import (
    AlreadyExists,
    Forbidden,
    IllegalStep,
    Invalid,
    NotFound,
    OverLimit,
    StaleVersion,
    TooManyAttempts,
)
from tests.face.conftest import Face, untouched
from tests.face.inputs import GRAPH
from tests.factories.claims import Case, claim_approved, claim_awaiting_decision
from tests.factories.insured import staff

MONEY, NOW = Money.of("1.00"), clock.now()
REFUSALS = (
    Invalid("max_length", "32"), LossInFuture(clock.today()), NotFound("claim"), Forbidden("CLAIM_APPROVAL"),
    StaleVersion(2), AlreadyExists("This code"), IllegalStep("APPROVE", "CLOSED", ()), NothingPayable(),
    OverLimit("amount", MONEY, MONEY), TooManyAttempts(NOW), IdempotencyKeyReused(NOW), RequestUnderWay(),
)  # fmt: skip
"""Of each kind of error as many as there are ways to tell it."""
ERRORS = """errors {__typename code message path
  ... on ValidationError {constraint bound} ... on ForbiddenError {permission} ... on ConflictError {currentVersion}
  ... on IllegalStateError {from allowed} ... on LimitError {limit {amount currency} available {amount currency}}}"""


def of(case: Case, **given: Any) -> dict[str, Any]:
    """The claim of a case in its present version."""
    return {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version} | given


async def approve(face: Face, case: Case, language: str = "en", **given: Any) -> Any:
    """The errors of an approval."""
    text = f"mutation($input: ClaimApproveInput!) {{claimApprove(input: $input) {{claim {{id}} {ERRORS}}}}}"
    answer = await face.answer(text, case.handler, language, input=of(case, **given))
    return answer["data"]["claimApprove"]["errors"]


async def test_a_limit_is_told_as_money(face: Face) -> None:
    case = await claim_awaiting_decision(limit="100.00")
    (error,) = await approve(face, case)
    assert error == {
        "__typename": "LimitError",
        "code": "LIMIT",
        "message": "This is above your authority of 100.00 CNY; refer it to a manager.",
        "path": None,
        "limit": {"amount": "100.00", "currency": "CNY"},
        "available": None,
    }


async def test_what_is_left_is_told_as_money_at_its_input(face: Face) -> None:
    case = await claim_awaiting_decision()
    (error,) = await approve(face, case, amount={"amount": "1500.01"}, reason="x")
    assert (error["__typename"], error["path"]) == ("LimitError", ["input", "amount"])
    assert error["available"] == {"amount": "1500.00", "currency": "CNY"}


async def test_a_message_is_in_the_reader_s_language_and_its_code_is_not(face: Face) -> None:
    case = await claim_awaiting_decision(limit="100.00")
    (english,), (chinese,) = await approve(face, case, "en"), await approve(face, case, "zh")
    assert english["code"] == chinese["code"]
    assert chinese["message"].startswith("超出您的核赔权限")


async def test_the_language_is_that_of_the_request(face: Face) -> None:
    text = '{"query":"mutation {staffSignIn(input: {email: \\"a@b.example\\", password: \\"x\\"}) {errors {message}}}"}'
    english = await face.raw(text.encode(), accept_language="en-GB,zh;q=0.5")
    chinese = await face.raw(text.encode(), accept_language="zh-CN,en;q=0.5")
    first, second = (each.json()["data"]["staffSignIn"]["errors"][0]["message"] for each in (english, chinese))
    assert first.isascii()
    assert not second.isascii()


async def test_errors_are_selected_like_anything_else(face: Face) -> None:
    case = await claim_awaiting_decision(limit="100.00")
    text = """mutation($input: ClaimApproveInput!) {done: claimApprove(input: $input) {
      why: errors {kind: __typename c: code ...More} __typename}}
      fragment More on LimitError {limit {value: amount __typename}}"""
    data = await face.data(text, case.handler, input=of(case))
    limit = {"value": "100.00", "__typename": "Money"}
    assert data == {
        "done": {"why": [{"kind": "LimitError", "c": "LIMIT", "limit": limit}], "__typename": "ClaimApprovePayload"}
    }


async def test_all_faults_of_a_form_come_in_one_answer(face: Face) -> None:
    text = f"mutation($input: PartnerIntroduceInput!) {{partnerIntroduce(input: $input) {{partner {{id}} {ERRORS}}}}}"
    given = {"code": "x" * 33, "name": " ", "kind": "MAKER", "commissionRate": "1.000001"}
    sales = await staff(Role.SALES)
    async with untouched():
        payload = (await face.data(text, sales, input=given))["partnerIntroduce"]
    assert payload["partner"] is None
    assert [(each["path"], each["constraint"], each["bound"]) for each in payload["errors"]] == [
        (["input", "code"], "max_length", "32"),
        (["input", "name"], "required", None),
        (["input", "commissionRate"], "between", "0 and 1"),
    ]


async def test_a_key_that_is_taken_is_a_conflict(face: Face) -> None:
    text = f"mutation($input: PartnerIntroduceInput!) {{partnerIntroduce(input: $input) {{partner {{id}} {ERRORS}}}}}"
    given, sales = {"code": "X", "name": "X", "kind": "MAKER", "commissionRate": "0"}, await staff(Role.SALES)
    assert (await face.data(text, sales, input=given))["partnerIntroduce"]["errors"] == []
    async with untouched():
        (error,) = (await face.data(text, sales, input=given))["partnerIntroduce"]["errors"]
    assert (error["__typename"], error["path"], error["currentVersion"]) == ("ConflictError", ["input", "code"], None)


async def test_one_mutation_stands_when_the_next_one_is_refused(face: Face) -> None:
    case = await claim_awaiting_decision()
    text = """mutation($first: ClaimApproveInput!) {
      a: claimApprove(input: $first) {claim {state version} errors {code}}
      b: claimApprove(input: $first) {claim {state version} errors {code}}}"""
    data = await face.data(text, case.handler, first=of(case))
    after = case.claim.version + 1
    assert data["a"] == {"claim": {"state": "APPROVED", "version": after}, "errors": []}
    assert data["b"] == {"claim": None, "errors": [{"code": "CONFLICT"}]}


async def test_the_query_of_a_payload_is_read_after_the_change(face: Face) -> None:
    case = await claim_approved()
    text = """mutation($input: ClaimAgreeInput!, $id: ID!) {claimAgree(input: $input) {
      claim {state payouts {state}}
      query {claim(id: $id) {state} payouts(first: 1) {totalCount nodes {state}} __typename}}}"""
    data = await face.data(text, case.customer, input=of(case), id=public_id("clm", case.claim.id))
    draft = {"state": "DRAFT"}
    assert data["claimAgree"] == {
        "claim": {"state": "PAYMENT_PENDING", "payouts": [draft]},
        "query": {
            "claim": {"state": "PAYMENT_PENDING"},
            "payouts": {"totalCount": 1, "nodes": [draft]},
            "__typename": "Query",
        },
    }


async def test_the_query_of_a_refused_payload_is_read_too(face: Face) -> None:
    case = await claim_awaiting_decision(limit="1.00")
    text = """mutation($input: ClaimApproveInput!, $id: ID!) {claimApprove(input: $input) {
      errors {code} query {claim(id: $id) {state}}}}"""
    data = await face.data(text, case.handler, input=of(case), id=public_id("clm", case.claim.id))
    assert data["claimApprove"] == {
        "errors": [{"code": "LIMIT"}],
        "query": {"claim": {"state": "DECISION_PENDING"}},
    }


async def test_a_payload_is_read_under_the_caller_s_own_eyes(face: Face) -> None:
    case = await claim_approved()
    text = """mutation($input: ClaimAgreeInput!) {claimAgree(input: $input) {
      claim {handler {name} partner {name} customer {fullName}} query {auditEntries {totalCount}}}}"""
    data = await face.data(text, case.customer, input=of(case))
    assert data["claimAgree"] == {
        "claim": {"handler": None, "partner": None, "customer": {"fullName": "Zhang San"}},
        "query": {"auditEntries": {"totalCount": 0}},
    }


async def test_what_goes_wrong_unexpectedly_is_null_with_an_id_and_its_siblings_stand(
    face: Face, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    admin = await staff(Role.ADMIN)
    text = """mutation {
      a: queuePause(input: {queue: BULK, reason: "x"}) {queue {paused} errors {code}}
      b: partnerIntroduce(input: {code: "X", name: "X", kind: MAKER, commissionRate: "0"}) {errors {code}}
      c: queueResume(input: {queue: BULK, reason: "x"}) {queue {paused} errors {code}}}"""
    saboteur = await asyncpg.connect(database_url)
    try:
        await saboteur.execute("ALTER TABLE partner RENAME COLUMN commission_rate TO gone")
        answer = await face.answer(text, admin)
    finally:
        await saboteur.execute("ALTER TABLE partner RENAME COLUMN gone TO commission_rate")
        await saboteur.close()
    assert answer["data"]["a"] == {"queue": {"paused": True}, "errors": []}
    assert answer["data"]["b"] is None
    assert answer["data"]["c"] == {"queue": {"paused": False}, "errors": []}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["b"], "INTERNAL_SERVER_ERROR")
    assert error["extensions"]["errorId"] in caplog.text
    assert "commission" not in error["message"].lower()


async def test_an_answer_has_its_fields_in_the_order_they_were_asked_for(face: Face) -> None:
    case = await claim_awaiting_decision(limit="1.00")
    text = """mutation($input: ClaimApproveInput!) {claimApprove(input: $input) {
      __typename errors {path code} claim {id}}}"""
    data = await face.data(text, case.handler, input=of(case))
    assert list(data["claimApprove"]) == ["__typename", "errors", "claim"]
    assert list(data["claimApprove"]["errors"][0]) == ["path", "code"]


def test_every_kind_of_error_is_told_with_all_fields_of_its_type() -> None:
    kinds = {each.name: each for each in GRAPH.get_possible_types(GRAPH.type_map["MutationError"])}  # type: ignore[arg-type]  # an interface
    told = [mutation_error(refusal, "en") for refusal in REFUSALS]
    assert {each["__typename"] for each in told} == set(kinds)
    for each in told:
        assert set(each) == {"__typename", *kinds[each["__typename"]].fields}
