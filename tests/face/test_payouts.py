"""Payouts and the ledger through the schema."""

from __future__ import annotations

from typing import Any

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.payouts.models import Payout
from tests.face.conftest import Face
from tests.factories.insured import staff
from tests.factories.payouts import payout_ready, payout_requested

MAKE_READY = """mutation ($id: ID!, $version: Int!) {
  payoutMakeReady(input: {payoutId: $id, expectedVersion: $version}) {
    payout { state bankAccount payeeName maker { name } amount { amount currency } availableActions }
    errors { __typename code path }
  }
}"""
APPROVE = """mutation ($id: ID!, $version: Int!) {
  payoutApprove(input: {payoutId: $id, expectedVersion: $version}) {
    payout { state approvals { round approver { name } amount { amount } } attempts { attempt state requestNo } }
    errors { __typename code ... on LimitError { limit { amount } } }
  }
}"""
LISTED = "{ payouts(first: 5) { totalCount nodes { id state amount { amount } source { id } } } }"
INSIDE = "{ payouts(first: 5) { nodes { maker { name } holdReason } } }"
LEDGER = """{
  ledgerAccounts(first: 20) { nodes { account balance { amount } } }
  ledgerTransactions(first: 5) { nodes { kind subject { __typename } lines { account amount { amount } } } }
}"""


def named(payout: Payout) -> dict[str, Any]:
    return {"id": public_id("pay", payout.id), "version": payout.version}


async def test_finance_makes_ready_and_an_approver_releases(face: Face) -> None:
    payment = await payout_requested()
    made = (await face.data(MAKE_READY, payment.maker, **named(payment.payout)))["payoutMakeReady"]
    assert made["errors"] == []
    assert made["payout"] == {
        "state": "PENDING_APPROVAL", "bankAccount": "*" * 15 + "3446", "payeeName": "Zhang San",
        "maker": {"name": "FINANCE"}, "amount": {"amount": "1500.00", "currency": "CNY"},
        "availableActions": ["MAKE_READY"],
    }  # fmt: skip
    released = (await face.data(APPROVE, payment.approvers[0], **named(await payment.reread())))["payoutApprove"]
    assert released["errors"] == []
    assert released["payout"]["state"] == "APPROVED"
    (approval,) = released["payout"]["approvals"]
    assert approval == {"round": 1, "approver": {"name": "FINANCE_APPROVER"}, "amount": {"amount": "1500.00"}}
    assert [each["state"] for each in released["payout"]["attempts"]] == ["READY"]


async def test_the_decider_is_refused_with_a_rule_and_a_stale_version_with_a_conflict(face: Face) -> None:
    payment = await payout_requested()
    decider = Actor(frozenset({Role.FINANCE}), staff_id=payment.decider.staff_id)
    refused = (await face.data(MAKE_READY, decider, **named(payment.payout)))["payoutMakeReady"]
    assert refused["payout"] is None
    assert [(each["__typename"], each["code"]) for each in refused["errors"]] == [("RuleError", "DUTIES_NOT_SEPARATE")]
    stale = {**named(payment.payout), "version": 7}
    refused = (await face.data(MAKE_READY, payment.maker, **stale))["payoutMakeReady"]
    assert [each["__typename"] for each in refused["errors"]] == ["ConflictError"]


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CUSTOMER, Role.PARTNER, Role.CLAIMS_MANAGER, Role.ADMIN])
async def test_nobody_else_may_try(face: Face, role: Role) -> None:
    payment = await payout_ready()
    actor = Actor(frozenset({role}), customer_id=payment.customer.customer_id if role is Role.CUSTOMER else None)
    for document in (MAKE_READY, APPROVE):
        assert await face.codes(document, actor, **named(payment.payout)) == ["FORBIDDEN"]
    assert (await payment.reread()).version == payment.payout.version


async def test_a_customer_follows_his_or_her_payout_and_asks_nothing_about_people(face: Face) -> None:
    payment, _ = await payout_requested("12.34"), await payout_requested()
    found = (await face.data(LISTED, payment.customer))["payouts"]
    assert found["totalCount"] == 1
    assert found["nodes"][0] | {"source": None} == {
        "id": public_id("pay", payment.payout.id), "state": "DRAFT", "amount": {"amount": "12.34"}, "source": None,
    }  # fmt: skip
    assert "FORBIDDEN" in await face.codes(INSIDE, payment.customer)
    stranger = Actor(frozenset({Role.PARTNER}), partner_id=payment.payout.partner_id)
    assert (await face.data(LISTED, stranger))["payouts"]["nodes"] == []


async def test_the_ledger_is_read_in_one_statement_and_balances(face: Face) -> None:
    await payout_requested()
    actor = await staff(Role.COMPLIANCE)
    found = await face.data(LEDGER, actor)
    shown = {each["account"]: each["balance"]["amount"] for each in found["ledgerAccounts"]["nodes"]}
    assert shown == {"CLAIMS_EXPENSE": "1500.00", "CLAIMS_PAYABLE": "-1500.00"}
    (posting,) = found["ledgerTransactions"]["nodes"]
    assert posting["kind"] == "claim:granted"
    assert [each["amount"]["amount"] for each in posting["lines"]] == ["1500.00", "-1500.00"]
    assert await face.statements(LEDGER, actor) == 1
    blind = await face.data(LEDGER, await staff(Role.CLAIMS_MANAGER))
    assert blind["ledgerAccounts"]["nodes"] == blind["ledgerTransactions"]["nodes"] == []
