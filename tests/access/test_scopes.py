"""Scopes of API keys: what a key is not made for is refused before anything runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.errors import Code, RequestError
from api.scopes import expect_scope
from domain.access.keys import authenticate_key, issue_key
from domain.access.models import ApiKey, Session
from domain.access.terms import ApiScope
from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.refusals import Invalid
from tests.face.conftest import Face, face, untouched
from tests.face.inputs import MUTATION, declared, document, input_type, sample
from tests.factories.insured import OFFICE, insured, partner_with_a_book, staff
from tests.factories.repairs import repairing_partner
from tests.factories.unchanged import refused

__all__ = ["face"]

KEYS = {
    "webhookAdd": ApiScope.KEYS,
    "webhookRotateSecret": ApiScope.KEYS,
    "webhookRemove": ApiScope.KEYS,
    "policyRegister": ApiScope.SELL,
    "policyRegisterBulk": ApiScope.SELL,
    "policyUploadRegister": ApiScope.SELL,
    "claimReport": ApiScope.CLAIM,
    "firstNoticeBegin": ApiScope.CLAIM,
    "firstNoticeUpdate": ApiScope.CLAIM,
    "firstNoticeSubmit": ApiScope.CLAIM,
    "firstNoticeAbandon": ApiScope.CLAIM,
    "claimPaperTicket": ApiScope.CLAIM,
    "complaintReceive": ApiScope.COMPLAIN,
    "inquiryOpen": ApiScope.INQUIRE,
    "inquiryFollowUp": ApiScope.INQUIRE,
    "inquiryClose": ApiScope.INQUIRE,
    "inquiryReopen": ApiScope.INQUIRE,
    "recommendationMake": ApiScope.SELL,
    "recommendationChoose": ApiScope.SELL,
    "applicationDraft": ApiScope.SELL,
    "applicationRevise": ApiScope.SELL,
    "applicationPrice": ApiScope.SELL,
    "applicationDisclose": ApiScope.SELL,
    "applicationSubmit": ApiScope.SELL,
    "applicationSupplyInfo": ApiScope.SELL,
    "applicationAgree": ApiScope.SELL,
    "applicationWithdraw": ApiScope.SELL,
    "claimBordereauAcknowledge": ApiScope.SELL,
    "claimBordereauReject": ApiScope.SELL,
    "bordereauAcknowledge": ApiScope.SELL,
    "bordereauReject": ApiScope.SELL,
    "customerIdentify": ApiScope.SELL,
    "consentGive": ApiScope.SELL,
    "consentWithdraw": ApiScope.SELL,
    "apiKeyRevoke": ApiScope.KEYS,
    "repairOrderAccept": ApiScope.REPAIR,
    "repairOrderRevealContact": ApiScope.REPAIR,
    "repairOrderRefuse": ApiScope.REPAIR,
    "repairOrderReceiveDevice": ApiScope.REPAIR,
    "repairOrderDiagnose": ApiScope.REPAIR,
    "repairOrderSubmitEstimate": ApiScope.REPAIR,
    "repairOrderDeclareBeyondRepair": ApiScope.REPAIR,
    "repairOrderStartRepair": ApiScope.REPAIR,
    "repairOrderComplete": ApiScope.REPAIR,
    "repairOrderReturnDevice": ApiScope.REPAIR,
    "repairOrderInvoice": ApiScope.REPAIR,
}
"""Everything that a partner or a repairer may do."""
REPORT = "mutation($input: ClaimReportInput!) {claimReport(input: $input) {%s errors {code}}}"
OWN = "{viewer {scopes roles label isLive __typename} __typename}"


async def with_scopes(partner: Actor, *scopes: ApiScope) -> Actor:
    """The partner's system, calling by a key of these scopes."""
    assert partner.partner_id is not None
    issued = await issue_key(partner.partner_id, name="shop", scopes=scopes, actor=OFFICE)
    found = await authenticate_key(issued.text)
    assert found is not None
    return found


async def refusals(face: Face, text: str, actor: Actor, **variables: Any) -> list[tuple[str, str]]:
    """The fields that are refused, and the scopes that they lack."""
    async with untouched():
        with pytest.raises(RequestError) as raised:
            await face.answer(text, actor, **variables)
    assert raised.value.code is Code.FORBIDDEN
    return [(each["extensions"]["field"], each["extensions"]["scope"]) for each in raised.value.errors]


def loss(policy_id: Any) -> dict[str, Any]:
    given: dict[str, Any] = sample(input_type("claimReport"), ID=public_id("pol", policy_id))
    return given | {"lossOn": clock.today().isoformat(), "cause": "DROP", "claimed": {"amount": "100.00"}}


def test_whatever_a_partner_may_do_names_its_scope_and_nothing_else_does() -> None:
    outside = {Role.PARTNER, Role.REPAIRER}
    named = {name: declared(name).scope for name in MUTATION.fields if (declared(name).roles or set()) & outside}
    assert named == KEYS
    assert {name for name in MUTATION.fields if declared(name).scope} == set(KEYS)
    for name, scope in KEYS.items():
        assert f"An API key needs the scope {scope}." in (MUTATION.fields[name].description or "")


async def test_each_key_does_what_it_is_made_for_and_nothing_else(face: Face) -> None:
    for scope in ApiScope:
        partner = await (repairing_partner() if scope is ApiScope.REPAIR else partner_with_a_book())
        actor = await with_scopes(partner, scope)
        for name, needed in KEYS.items():
            if not (declared(name).roles or frozenset()) & actor.roles:
                continue
            text, given = document(name), sample(input_type(name))
            if needed is scope:
                answer = (await face.data(text, actor, input=given))[name]
                assert answer["errors"] or name == "recommendationMake"  # which asks for nothing that must be there
            else:
                assert await refusals(face, text, actor, input=given) == [(f"Mutation.{name}", needed)]


async def test_one_field_beyond_the_scopes_keeps_its_siblings_from_running(face: Face) -> None:
    covered = await insured()
    actor = await with_scopes(covered.partner, ApiScope.CLAIM, ApiScope.READ)
    text = """mutation($a: ClaimReportInput!, $b: ComplaintReceiveInput!) {
      claimReport(input: $a) {errors {code}} complaintReceive(input: $b) {errors {code}}}"""
    given = {"a": loss(covered.policy_id), "b": sample(input_type("complaintReceive"))}
    assert await refusals(face, text, actor, **given) == [("Mutation.complaintReceive", "COMPLAIN")]


async def test_a_key_that_is_not_for_reading_sees_its_session_and_what_it_changed_itself(face: Face) -> None:
    covered = await insured()
    actor = await with_scopes(covered.partner, ApiScope.CLAIM)
    assert (await face.data(OWN, actor))["viewer"] == {
        "scopes": ["CLAIM"], "roles": ["PARTNER"], "label": "shop", "isLive": True, "__typename": "Session",
    }  # fmt: skip
    assert (await face.data("{__schema {queryType {name}}}", actor))["__schema"] == {"queryType": {"name": "Query"}}
    for text, fields in (
        ("{policies {totalCount}}", ["Query.policies"]),
        ("{viewer {partner {policies {totalCount}}}}", ["Session.partner"]),
        ('{...All} fragment All on Query {node(id: "x") {id} v: viewer {id} products {nodes {id}}}', None),
        ('{claimByNumber(number: "x") {id} nodes(ids: []) {id}}', ["Query.claimByNumber", "Query.nodes"]),
    ):
        found = [field for field, _ in await refusals(face, text, actor)]
        assert found == (fields or ["Query.node", "Query.products"])
    for part, field in (
        ("query {policies {totalCount}}", "ClaimReportPayload.query"),
        ("claim {policy {id}}", "Claim.policy"),
        ("claim {id partner {policies {totalCount}}}", "Claim.partner"),
        ("claim {lines {id}}", "Claim.lines"),
    ):
        assert await refusals(face, REPORT % part, actor, input=loss(covered.policy_id)) == [(field, "READ")]
    done = await face.data(REPORT % "claim {state claimed {amount}}", actor, input=loss(covered.policy_id))
    assert done["claimReport"] == {"claim": {"state": "NOTIFIED", "claimed": {"amount": "100.00"}}, "errors": []}


async def test_a_key_for_reading_reads_and_changes_nothing(face: Face) -> None:
    covered = await insured()
    actor = await with_scopes(covered.partner, ApiScope.READ)
    assert (await face.data("{policies {totalCount}}", actor))["policies"] == {"totalCount": 1}
    found = await refusals(face, REPORT % "", actor, input=loss(covered.policy_id))
    assert found == [("Mutation.claimReport", "CLAIM")]


async def test_scopes_do_not_travel_with_the_plan_of_a_document(face: Face) -> None:
    covered = await insured()
    reader = await with_scopes(covered.partner, ApiScope.READ)
    other = await with_scopes(covered.partner, ApiScope.SELL)
    text = "{policies {totalCount}}"
    for _ in range(2):
        assert (await face.data(text, reader))["policies"] == {"totalCount": 1}
        assert await face.codes(text, other) == ["FORBIDDEN"]
    assert (await face.data(text, replace(other, scopes=None)))["policies"] == {"totalCount": 1}


async def test_a_message_names_the_scope_that_lacks(face: Face) -> None:
    actor = await with_scopes(await partner_with_a_book(), ApiScope.READ)
    text, given = document("policyRegister"), sample(input_type("policyRegister"))
    with pytest.raises(RequestError, match=r"This API key lacks the scope SELL for Mutation\.policyRegister"):
        await face.answer(text, actor, input=given)


def test_people_have_no_scopes_and_a_field_without_one_is_for_no_key() -> None:
    person = Actor(frozenset({Role.ADMIN}))
    expect_scope(person, None, "Mutation.staffJoin")
    expect_scope(replace(person, scopes=frozenset({ApiScope.SELL})), ApiScope.SELL, "Mutation.policyRegister")
    with pytest.raises(RequestError):
        expect_scope(replace(person, scopes=frozenset(ApiScope)), None, "Mutation.staffJoin")


@pytest.mark.usefixtures("database")
async def test_a_key_keeps_the_scopes_it_was_made_with() -> None:
    partner, admin = await partner_with_a_book(), await staff(Role.ADMIN)
    assert partner.partner_id is not None
    issued = await issue_key(
        partner.partner_id, name="x", scopes=[ApiScope.SELL, ApiScope.READ, ApiScope.SELL], actor=admin
    )
    assert (await Session.get(id=issued.session_id)).scopes == ["READ", "SELL"]
    entry = await AuditEntry.get(action="access:issue_key", subject_id=issued.session_id)
    assert entry.after["scopes"] == ["READ", "SELL"]
    async with refused(Invalid, "session", "api_key"):
        await issue_key(partner.partner_id, name="x", scopes=[], actor=admin)
    assert await ApiKey.all().count() == 1
