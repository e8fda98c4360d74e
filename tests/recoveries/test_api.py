"""Recoveries through the schema, as each kind of caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.recoveries import receipts, salvaging
from domain.recoveries.models import RecoveryReceipt, Salvage, Subrogation
from tests.face.conftest import Face
from tests.face.inputs import document
from tests.factories.insured import insured, staff
from tests.factories.recoveries import (
    PARTY,
    SERIAL,
    Came,
    claim_settled,
    salvage_expected,
    salvage_received,
    salvage_sold,
    subrogation_demanded,
    subrogation_opened,
    subrogation_receipted,
    subrogation_recovered,
)

ALL = """{
  salvages(first: 5) {totalCount nodes {state description serialNumber availableActions claim {claimNumber}}}
  subrogations(first: 5) {totalCount nodes {partyMask demand {amount} recovered {amount} receipts {amount {amount}}}}
  recoveryReceipts(first: 5) {totalCount nodes {state amount {amount} salvage {id} subrogation {id} recorder {id}}}
}"""
MONEY = {"amount": "100.00"}
CAME = {"reference": "BANK-1", "receivedOn": clock.today().isoformat()}
Make = Callable[[], Awaitable[Came]]
OF_SALVAGE: dict[str, tuple[Make, dict[str, Any]]] = {
    "salvageReceive": (salvage_expected, {}),
    "salvageSell": (salvage_received, {"proceeds": MONEY, **CAME}),
    "salvageScrap": (salvage_received, {"reason": "burnt"}),
    "salvageLeave": (salvage_received, {"reason": "worth little"}),
}
OF_DEMAND: dict[str, tuple[Make, dict[str, Any]]] = {
    "subrogationDemand": (subrogation_opened, {}),
    "subrogationRecordReceipt": (subrogation_demanded, {"amount": MONEY, **CAME}),
    "subrogationClose": (subrogation_recovered, {"reason": "insolvent"}),
    "subrogationWaive": (subrogation_opened, {"reason": "too little"}),
}
OF_RECEIPT: dict[str, tuple[Make, dict[str, Any]]] = {
    "recoveryReceiptConfirm": (salvage_sold, {}),
    "recoveryReceiptRefuse": (subrogation_receipted, {"reason": "not on the list"}),
}


async def done(face: Face, name: str, actor: Actor, given: dict[str, Any]) -> None:
    assert (await face.data(document(name), actor, input=given))[name] == {"errors": []}


@pytest.mark.parametrize("name", OF_SALVAGE)
async def test_a_handler_moves_salvage(face: Face, name: str) -> None:
    make, given = OF_SALVAGE[name]
    came = await make()
    row = await Salvage.get(id=came.id)
    named = {"salvageId": public_id("slv", row.id), "expectedVersion": row.version}
    await done(face, name, came.handler, {**named, **given})


@pytest.mark.parametrize("name", OF_DEMAND)
async def test_a_manager_moves_a_demand(face: Face, name: str) -> None:
    make, given = OF_DEMAND[name]
    came = await make()
    row = await Subrogation.get(id=came.id)
    named = {"subrogationId": public_id("sbr", row.id), "expectedVersion": row.version}
    await done(face, name, came.case.manager, {**named, **given})


@pytest.mark.parametrize("name", OF_RECEIPT)
async def test_finance_judges_money(face: Face, name: str) -> None:
    make, given = OF_RECEIPT[name]
    came = await make()
    row = await RecoveryReceipt.get(claim_id=came.case.claim.id)
    named = {"receiptId": public_id("rcp", row.id), "expectedVersion": row.version}
    await done(face, name, came.finance, {**named, **given})


async def test_a_handler_begins_to_recover_and_reads_whom_to_write_to(face: Face) -> None:
    case = await claim_settled()
    claim = public_id("clm", case.claim.id)
    thing = {"claimId": claim, "description": "Mainboard", "serialNumber": SERIAL}
    await done(face, "salvageExpect", case.handler, thing)
    demand = {"claimId": claim, "party": PARTY, "ground": "ran into it", "demand": MONEY}
    await done(face, "subrogationOpen", case.handler, demand)
    row = await Subrogation.get(claim_id=case.claim.id)
    text = "mutation($input: SubrogationRevealInput!) {subrogationReveal(input: $input) {value errors {code}}}"
    given = {"subrogationId": public_id("sbr", row.id), "reason": "to write to it"}
    shown = await face.data(text, case.handler, input=given)
    assert shown["subrogationReveal"] == {"value": PARTY, "errors": []}


async def test_staff_see_what_came_back_and_whoever_needs_no_serial_number_its_end(face: Face) -> None:
    came = await salvage_sold()
    await subrogation_receipted(came.case)
    for role, serial in (
        (Role.RISK, SERIAL), (Role.FINANCE, "*********3456"), (Role.CUSTOMER_SERVICE, "*********3456"),
    ):  # fmt: skip
        found = await face.data(ALL, await staff(role))
        assert [each["serialNumber"] for each in found["salvages"]["nodes"]] == [serial], role
        assert [each["partyMask"] for each in found["subrogations"]["nodes"]] == ["王**"]
        assert found["recoveryReceipts"]["totalCount"] == 2


async def test_staff_and_the_customer_see_the_payment_of_the_customer_s_part(face: Face) -> None:
    sold = await salvage_sold(proceeds="1800.00")
    await sold.judge(receipts.confirm)
    text = """{salvages(first: 5) {nodes {
      proceeds {amount} insurerPart {amount} customerPart {amount} payouts {amount {amount} state subjectKind}
    }}}"""
    paid = {"amount": {"amount": "300.00"}, "state": "DRAFT", "subjectKind": "SALVAGE"}
    found = await face.data(text, await staff(Role.FINANCE))
    assert found["salvages"]["nodes"] == [
        {
            "proceeds": {"amount": "1800.00"}, "insurerPart": {"amount": "1500.00"},
            "customerPart": {"amount": "300.00"}, "payouts": [paid],
        }
    ]  # fmt: skip
    mine = "{payouts(first: 5) {nodes {amount {amount} source {id}}}}"
    thing = {"amount": {"amount": "300.00"}, "source": {"id": public_id("slv", sold.id)}}
    assert thing in (await face.data(mine, await staff(Role.FINANCE)))["payouts"]["nodes"]
    assert {**thing, "source": None} in (await face.data(mine, sold.case.customer))["payouts"]["nodes"]
    for actor in (sold.case.insured.partner, (await insured()).customer):
        assert (await face.data(mine, actor))["payouts"]["nodes"] == []


async def test_the_customer_sees_what_was_left_and_nobody_outside_anything_else(face: Face) -> None:
    left = await salvage_received()
    await salvage_expected(left.case, serial_number="SN-OTHER")
    await subrogation_receipted(left.case)
    nobody = (left.case.insured.partner, (await insured()).customer, Actor.anonymous(), await staff(Role.UNDERWRITER))
    for actor in (left.case.customer, *nobody):
        assert {each["totalCount"] for each in (await face.data(ALL, actor)).values()} == {0}
    await left.do(salvaging.leave_to_customer, reason="worth little")
    found = await face.data(ALL, left.case.customer)
    (shown,) = found["salvages"]["nodes"]
    assert (shown["state"], shown["serialNumber"], shown["availableActions"]) == ("LEFT_TO_CUSTOMER", SERIAL, [])
    assert (found["subrogations"]["totalCount"], found["recoveryReceipts"]["totalCount"]) == (0, 0)
    for actor in nobody:
        assert {each["totalCount"] for each in (await face.data(ALL, actor)).values()} == {0}
