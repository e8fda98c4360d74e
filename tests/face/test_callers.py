"""Five callers: nobody, a customer, a partner, the wrong staff, the right staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from api.reading.fields import ENTITIES
from domain.access.models import Session
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from tests.face.conftest import Face, signed_in, untouched
from tests.face.inputs import GRAPH, MUTATION, declared, document, in_role, input_type, sample
from tests.factories.claims import Case, claim_awaiting_decision, claim_payment_pending
from tests.factories.complaints import complaint_awaiting_approval
from tests.factories.insured import insured, staff

ROOTS = {
    "Policy": "policies", "Claim": "claims", "Customer": "customers", "Product": "products", "Staff": "staff",
    "ProductVersion": "productVersions", "Partner": "partners", "Payout": "payouts", "Complaint": "complaints",
    "Job": "jobs", "QueueControl": "queues", "Schedule": "schedules", "Notification": "notifications",
    "AuditEntry": "auditEntries", "LedgerAccount": "ledgerAccounts", "LedgerTransaction": "ledgerTransactions",
}  # fmt: skip
ANSWER = "mutation($input: ClaimApproveInput!) {claimApprove(input: $input) {claim {id state} errors {code}}}"


@dataclass
class Callers:
    """Who calls about a case."""

    nobody: Actor
    customer: Actor
    partner: Actor
    wrong: Actor
    right: Actor
    stranger: Actor
    rival: Actor


async def callers(case: Case) -> Callers:
    """The five, and another customer and another partner."""
    other = await insured()
    return Callers(
        nobody=Actor.anonymous(),
        customer=case.customer,
        partner=case.insured.partner,
        wrong=await staff(Role.HR),
        right=case.handler,
        stranger=other.customer,
        rival=other.partner,
    )


def counts(*roots: str) -> str:
    """How many rows of each list are in sight."""
    return "{" + " ".join(f"{root} {{totalCount}}" for root in roots) + "}"


async def seen(face: Face, actor: Actor, *roots: str) -> dict[str, int]:
    """The numbers."""
    found = await face.data(counts(*roots), actor)
    return {root: found[root]["totalCount"] for root in roots}


async def test_lists_hold_what_the_caller_may_see_and_nothing_else(face: Face) -> None:
    case = await claim_payment_pending()
    who = await callers(case)
    roots = ("claims", "policies", "customers", "payouts", "partners", "auditEntries")
    none = dict.fromkeys(roots, 0)
    own = {"claims": 1, "policies": 1, "customers": 1}
    assert await seen(face, who.nobody, *roots) == none
    assert await seen(face, who.customer, *roots) == none | own | {"payouts": 1}
    assert await seen(face, who.stranger, *roots) == none | own | {"claims": 0}
    assert await seen(face, who.partner, *roots) == none | own | {"partners": 1}
    assert await seen(face, who.wrong, *roots) == none | {"partners": 2}
    all_of_them = {"claims": 1, "policies": 2, "customers": 2, "payouts": 1, "partners": 2, "auditEntries": 0}
    assert await seen(face, who.right, *roots) == all_of_them
    assert (await seen(face, await staff(Role.COMPLIANCE), "auditEntries"))["auditEntries"] > 0


async def test_a_row_reads_as_null_for_whoever_may_not_see_it_however_it_is_reached(face: Face) -> None:
    case = await claim_payment_pending()
    who = await callers(case)
    text = """query($claim: ID!, $policy: ID!, $number: String!, $ids: [ID!]!) {
      claim(id: $claim) {id} claimByNumber(number: $number) {id} policy(by: {id: $policy}) {id}
      node(id: $claim) {id} nodes(ids: $ids) {id}}"""
    claim, policy = public_id("clm", case.claim.id), public_id("pol", case.insured.policy_id)
    given = {"claim": claim, "policy": policy, "number": case.claim.claim_number, "ids": [claim, policy]}
    found = {
        name: await face.data(text, getattr(who, name), **given)
        for name in ("nobody", "customer", "partner", "wrong", "right", "stranger", "rival")
    }
    there = {"id": claim}
    shown = {
        "claim": there, "claimByNumber": there, "policy": {"id": policy}, "node": there,
        "nodes": [there, {"id": policy}],
    }  # fmt: skip
    hidden = {"claim": None, "claimByNumber": None, "policy": None, "node": None, "nodes": [None, None]}
    assert {name for name, data in found.items() if data == shown} == {"customer", "partner", "right"}
    assert {name for name, data in found.items() if data == hidden} == {"nobody", "wrong", "stranger", "rival"}


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        ("claims {nodes {reserve {amount}}}", {"right"}),
        ("policies {nodes {commission {amount}}}", {"partner"}),
        ("complaints {nodes {draft}}", {"right"}),
        ("complaints {nodes {rootCause}}", {"right"}),
        ("staff {nodes {roles}}", {"wrong"}),
        ("jobs {nodes {uniqueKey}}", set()),
        ("productVersions {nodes {baseRate}}", {"partner", "right", "wrong"}),
    ],
)
async def test_fields_beyond_a_caller_s_roles_are_refused_before_anything_is_read(
    face: Face, field: str, allowed: set[str]
) -> None:
    who = await callers(await claim_awaiting_decision())
    for name in ("nobody", "customer", "partner", "wrong", "right"):
        text = f"{{{field}}}"
        if name in allowed:
            await face.data(text, getattr(who, name))
        else:
            assert await face.codes(text, getattr(who, name)) == ["FORBIDDEN"], name


async def test_all_forbidden_fields_are_told_at_once_and_a_skipped_one_is_none(face: Face) -> None:
    customer = in_role(Role.CUSTOMER)
    text = "{claims {nodes {reserve {amount}}} complaints {nodes {draft rootCause}}}"
    assert await face.codes(text, customer) == ["FORBIDDEN"] * 3
    skipped = "query($more: Boolean!) {claims {nodes {id reserve @include(if: $more) {amount}}}}"
    assert await face.data(skipped, customer, more=False) == {"claims": {"nodes": []}}
    assert await face.codes(skipped, customer, more=True) == ["FORBIDDEN"]


async def test_a_decision_is_for_the_right_staff_alone(face: Face) -> None:
    case = await claim_awaiting_decision()
    who = await callers(case)
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    async with untouched():
        for name in ("nobody", "customer", "partner", "wrong", "stranger", "rival"):
            assert await face.codes(ANSWER, getattr(who, name), input=given) == ["FORBIDDEN"], name
    data = await face.data(ANSWER, who.right, input=given)
    assert data == {"claimApprove": {"claim": {"id": given["claimId"], "state": "APPROVED"}, "errors": []}}


async def test_a_handler_s_claim_is_not_another_handler_s(face: Face) -> None:
    case = await claim_awaiting_decision()
    another = await staff(Role.CLAIMS_HANDLER, "5000.00")
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    async with untouched():
        data = await face.data(ANSWER, another, input=given)
    assert data["claimApprove"] == {"claim": None, "errors": [{"code": "ASSIGNED_TO_ANOTHER"}]}


async def test_nobody_tries_what_the_schema_says_is_not_for_them(face: Face) -> None:
    async with untouched():
        for name in MUTATION.fields:
            roles = declared(name).roles
            if roles is None:
                continue
            given = sample(input_type(name))
            for role in set(Role) - roles - {Role.SYSTEM}:
                codes = await face.codes(document(name), in_role(role), input=given)
                assert codes == ["FORBIDDEN"], (name, role)


def test_what_needs_a_role_says_so() -> None:
    for name, definition in MUTATION.fields.items():
        roles = declared(name).roles
        text = definition.description or ""
        assert ("Needs one of the roles" in text) is (roles is not None), name
        assert all(role in text for role in roles or ()), name


def test_only_signing_in_is_open_to_everybody() -> None:
    open_to_all = {name for name in MUTATION.fields if declared(name).roles is None}
    assert open_to_all == {
        "staffSignIn", "staffRequestPassword", "staffSetPassword", "customerRequestCode", "customerSignIn",
        "sessionRefresh",
    }  # fmt: skip


async def test_the_forbidden_one_of_two_mutations_keeps_both_from_running(face: Face) -> None:
    case = await claim_awaiting_decision()
    given = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    text = """mutation($input: ClaimApproveInput!) {claimApprove(input: $input) {errors {code}}
      queuePause(input: {queue: MONEY, reason: "x"}) {errors {code}}}"""
    async with untouched():
        assert await face.codes(text, case.handler, input=given) == ["FORBIDDEN"]


@pytest.mark.parametrize("title", sorted(ROOTS))
async def test_anonymous_callers_see_no_row_of_anything(face: Face, title: str) -> None:
    assert Role.ANONYMOUS not in ENTITIES[title].seen_by
    assert title in GRAPH.type_map
    assert (await seen(face, Actor.anonymous(), ROOTS[title]))[ROOTS[title]] == 0


async def test_a_draft_is_for_its_readers_and_its_result_for_nobody_outside(face: Face) -> None:
    matter = await complaint_awaiting_approval()
    text = "query($id: ID!) {complaint(id: $id) {result reply}}"
    found = public_id("cmp", matter.complaint.id)
    assert (await face.data(text, matter.insured.customer, id=found))["complaint"] == {"result": None, "reply": None}
    assert (await face.data(text, matter.insured.partner, id=found))["complaint"] == {"result": None, "reply": None}
    assert (await face.data(text, matter.compliance, id=found))["complaint"] == {"result": "UPHELD", "reply": None}


async def test_a_token_says_who_calls_and_an_ended_session_is_nobody_s(face: Face) -> None:
    case = await claim_awaiting_decision()
    token = await signed_in(case.customer)
    body = {"query": "{me {fullName} claims {totalCount}}"}
    there = await face.post(body, token)
    assert there.json()["data"] == {"me": {"fullName": "Zhang San"}, "claims": {"totalCount": 1}}
    assert (await face.post(body)).json()["data"] == {"me": None, "claims": {"totalCount": 0}}
    await Session.filter(customer_id=case.customer.customer_id).update(expires_at=clock.now() - timedelta(seconds=1))
    for text in ("{me {fullName}}", 'mutation {claimAgree(input: {claimId: "x", expectedVersion: 1}) {errors {code}}}'):
        gone = await face.post({"query": text}, token)
        assert gone.status_code == 401, gone.text
        assert [each["extensions"]["code"] for each in gone.json()["errors"]] == ["UNAUTHENTICATED"]


async def test_a_member_of_staff_signs_in_and_works(face: Face) -> None:
    case = await claim_awaiting_decision()
    token = await signed_in(case.handler)
    given: dict[str, Any] = {"claimId": public_id("clm", case.claim.id), "expectedVersion": case.claim.version}
    answer = await face.post({"query": ANSWER, "variables": {"input": given}}, token)
    assert answer.json()["data"]["claimApprove"]["errors"] == []
