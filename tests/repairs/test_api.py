"""Repairs through the schema, as each kind of caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.products.terms import Peril
from domain.repairs import invoicing, repairing
from domain.repairs.rules import EstimatedLine
from domain.repairs.terms import LossOutcome, WorkKind
from tests.face.conftest import Face, untouched
from tests.factories.claims import claim_assessing, loss
from tests.factories.insured import handler, insured, insured_dearly, manager, staff
from tests.factories.repairs import (
    CITY,
    Repair,
    order_accepted,
    order_approved,
    order_beyond_repair,
    order_completed,
    order_created,
    order_diagnosed,
    order_dispatched,
    order_estimated,
    order_in_repair,
    order_invoiced,
    order_received,
    order_returned,
    order_settled,
    repairing_partner,
    shop,
)

ONE = """query($id: ID!) {repairOrder(id: $id) {
  orderNumber state availableActions version city repairerName isRepeat inPartsWarranty turnaroundDays
  partsWarrantyUntil device {brand serialNumber replacementSerialNumber}
  estimate {amount} covered {amount} approved {amount} proposal grounds outcome
  claim {claimNumber} customer {id} repairer {name} approver {id} repeatOf {id}
  lines {position description bill {amount} covered exclusion oldSerialNumber newSerialNumber}
}}"""
LIST = "{repairOrders(first: 5) {totalCount nodes {id}}}"
SHOP = """query($id: ID!) {repairer(id: $id) {
  name cities brands dailyCapacity active completedOrders averageTurnaroundDays repeatRepairs
  rateCard(first: 5) {nodes {kind code price {amount} validFrom}} orders(first: 5) {totalCount}
}}"""


def mutation(name: str, shown: str = "order {state version}") -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{{name}(input: $input) {{{shown} errors {{code path message}}}}}}"


async def of(repair: Repair, **more: Any) -> dict[str, Any]:
    return {"orderId": public_id("rpo", repair.id), "expectedVersion": await repair.version(), **more}


LINE = {"kind": "PART", "code": "P-SCREEN", "description": "Screen", "price": {"amount": "800.00"}}
BY_SHOP: dict[str, tuple[Callable[[], Awaitable[Repair]], dict[str, Any]]] = {
    "repairOrderAccept": (order_dispatched, {}),
    "repairOrderRefuse": (order_dispatched, {"reason": "no bench is free"}),
    "repairOrderReceiveDevice": (order_accepted, {}),
    "repairOrderDiagnose": (order_received, {"diagnosis": "The screen is broken."}),
    "repairOrderSubmitEstimate": (order_diagnosed, {"lines": [LINE]}),
    "repairOrderDeclareBeyondRepair": (order_diagnosed, {"hasParts": False, "reason": "no parts"}),
    "repairOrderStartRepair": (order_approved, {}),
    "repairOrderComplete": (
        order_in_repair, {"parts": [{"position": 1, "oldSerialNumber": "a", "newSerialNumber": "b"}]},
    ),
    "repairOrderReturnDevice": (order_completed, {}),
    "repairOrderInvoice": (order_returned, {"invoiceNumber": "I-1", "amount": {"amount": "930.00"}}),
}  # fmt: skip
BY_STAFF: dict[str, tuple[Callable[[], Awaitable[Repair]], dict[str, Any]]] = {
    "repairOrderDispatch": (order_created, {}),
    "repairOrderApproveEstimate": (order_estimated, {}),
    "repairOrderRejectEstimate": (order_estimated, {"reason": "too dear"}),
    "repairOrderDeclareBeyondRepair": (order_estimated, {"hasParts": False, "reason": "no parts"}),
    "repairOrderChooseOutcome": (order_beyond_repair, {"outcome": "CASH", "reason": "as proposed"}),
    "repairOrderRecordReplacement": (
        lambda: order_settled(LossOutcome.REPLACE), {"serialNumber": "SNNEW9", "reason": "handed out"},
    ),
    "repairOrderCancel": (order_dispatched, {"reason": "sent elsewhere"}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BY_SHOP))
async def test_six_callers_of_what_repairers_do(face: Face, name: str) -> None:
    make, more = BY_SHOP[name]
    repair, other, stranger = await make(), await shop(), await insured()
    if name == "repairOrderReceiveDevice":
        more = {"serialNumber": (await repair.now()).serial_number}
    given, text = await of(repair, **more), mutation(name)
    async with untouched():
        for wrong in (Actor.anonymous(), repair.case.customer, stranger.partner, somebody(Role.FINANCE)):
            assert await face.codes(text, wrong, input=given) == ["FORBIDDEN"], wrong
        found = (await face.data(text, other.actor, input=given))[name]
        assert [each["code"] for each in found["errors"]] == ["NOT_FOUND"]
        if name != "repairOrderDeclareBeyondRepair":
            assert await face.codes(text, repair.handler, input=given) == ["FORBIDDEN"]
    found = (await face.data(text, repair.shop.actor, input=given))[name]
    assert (found["errors"], found["order"]["version"]) == ([], given["expectedVersion"] + 1)


def somebody(role: Role) -> Actor:
    """Somebody in a role who is on no list of staff."""
    return Actor(frozenset({role}))


@pytest.mark.parametrize("name", sorted(BY_STAFF))
async def test_six_callers_of_what_the_insurer_does(face: Face, name: str) -> None:
    make, more = BY_STAFF[name]
    repair, colleague = await make(), await handler()
    if name == "repairOrderDispatch":
        more = {"repairerId": public_id("rpr", repair.shop.id)}
    given, text = await of(repair, **more), mutation(name)
    wrong = [Actor.anonymous(), repair.case.customer, repair.case.insured.partner, somebody(Role.CUSTOMER_SERVICE)]
    wrong += [] if name == "repairOrderDeclareBeyondRepair" else [repair.shop.actor]
    async with untouched():
        for each in wrong:
            assert await face.codes(text, each, input=given) == ["FORBIDDEN"], each
        found = (await face.data(text, colleague, input=given))[name]
        assert [each["code"] for each in found["errors"]] == ["ASSIGNED_TO_ANOTHER"]
    found = (await face.data(text, repair.handler, input=given))[name]
    assert (found["errors"], found["order"]["version"]) == ([], given["expectedVersion"] + 1)


@pytest.mark.parametrize("cause", [Peril.THEFT, Peril.DROP])
async def test_to_declare_a_device_that_is_awaited_beyond_repair_is_offered_where_it_was_stolen(
    face: Face, cause: Peril
) -> None:
    repair = await order_accepted(await claim_assessing(reported=loss(cause=cause)))
    offered = {Role.CLAIMS_HANDLER: ["CANCEL"], Role.CUSTOMER_SERVICE: [], Role.REPAIRER: ["RECEIVE_DEVICE"]}
    if cause is Peril.THEFT:
        offered[Role.CLAIMS_HANDLER] = ["DECLARE_BEYOND_REPAIR", "CANCEL"]
    for role, actions in offered.items():
        actor = repair.shop.actor if role is Role.REPAIRER else somebody(role)
        found = await face.data(ONE, actor, id=public_id("rpo", repair.id))
        assert found["repairOrder"]["availableActions"] == actions, role
    code = "ILLEGAL_STATE" if cause is Peril.DROP else None
    text, given = mutation("repairOrderDeclareBeyondRepair"), await of(repair, hasParts=True, reason="it is gone")
    found = (await face.data(text, repair.handler, input=given))["repairOrderDeclareBeyondRepair"]
    assert [each["code"] for each in found["errors"]] == ([code] if code else [])


async def test_what_a_dear_repair_waits_for_is_said(face: Face) -> None:
    case = await claim_assessing(await insured_dearly(), limit="1000000.00")
    board = EstimatedLine(WorkKind.PART, "Board", Money.of("60200.00"), off_card_reason="not on the card")
    repair = await order_estimated(case, lines=[board])
    text, given = mutation("repairOrderApproveEstimate"), await of(repair)
    found = (await face.data(text, repair.handler, input=given))["repairOrderApproveEstimate"]
    assert [each["code"] for each in found["errors"]] == ["CLEARANCE_MISSING"]
    shown = "query($id: ID!) {claim(id: $id) {clearances {state amount {amount} requester {id}}}}"
    (clearance,) = (await face.data(shown, repair.handler, id=public_id("clm", case.claim.id)))["claim"]["clearances"]
    assert clearance == {"state": "REQUESTED", "amount": {"amount": "60000.00"}, "requester": None}


async def test_five_callers_read_repair_orders(face: Face) -> None:
    repair, other, stranger = await order_estimated(), await shop(), await insured()
    row_id = public_id("rpo", repair.id)
    blind = [Actor.anonymous(), other.actor, stranger.customer, stranger.partner]
    blind += [somebody(role) for role in (Role.SALES, Role.UNDERWRITER, Role.FINANCE_APPROVER, Role.HR, Role.ADMIN)]
    for each in blind:
        assert (await face.data(ONE, each, id=row_id))["repairOrder"] is None, each
        assert (await face.data(LIST, each))["repairOrders"]["totalCount"] == 0
    readers = [repair.case.customer, repair.case.insured.partner, repair.shop.actor, repair.handler]
    readers += [somebody(role) for role in (Role.CUSTOMER_SERVICE, Role.FINANCE, Role.RISK, Role.COMPLIANCE)]
    for each in readers:
        found = (await face.data(ONE, each, id=row_id))["repairOrder"]
        assert (found["state"], found["repairerName"], len(found["lines"])) == ("ESTIMATE_SUBMITTED", "快修坊", 3)
        assert (await face.data(LIST, each))["repairOrders"]["totalCount"] == 1


async def test_a_repairer_sees_the_device_but_neither_the_claim_nor_the_customer(face: Face) -> None:
    repair = await order_returned()
    row_id, serial = public_id("rpo", repair.id), (await repair.now()).serial_number
    found = (await face.data(ONE, repair.shop.actor, id=row_id))["repairOrder"]
    assert (found["claim"], found["customer"], found["approver"]) == (None, None, None)
    assert (found["device"]["serialNumber"], found["repairer"]) == (serial, {"name": "快修坊"})
    await repair.by_shop(invoicing.invoice, number="I-1", amount=await approved(repair))
    over = (await face.data(ONE, repair.shop.actor, id=row_id))["repairOrder"]
    assert over["device"]["serialNumber"] == "*" * (len(serial) - 4) + serial[-4:]
    for reader in (repair.case.customer, repair.handler):
        assert (await face.data(ONE, reader, id=row_id))["repairOrder"]["device"]["serialNumber"] == serial


async def approved(repair: Repair) -> Money:
    return Money((await repair.now()).approved_minor or 0)


async def test_what_is_between_insurer_and_repairer_is_not_for_customers(face: Face) -> None:
    repair = await order_invoiced()
    text = """query($id: ID!) {repairOrder(id: $id) {invoiced {amount} invoiceNumber refusalReason rejectionReason
      lines {cardPrice {amount} offCardReason}}}"""
    row_id = public_id("rpo", repair.id)
    for outsider in (repair.case.customer, repair.case.insured.partner):
        assert set(await face.codes(text, outsider, id=row_id)) == {"FORBIDDEN"}
    for insider in (repair.shop.actor, repair.handler):
        found = (await face.data(text, insider, id=row_id))["repairOrder"]
        assert (found["invoiced"], found["invoiceNumber"]) == ({"amount": "930.00"}, "INV-1")
        assert found["lines"][0]["cardPrice"] == {"amount": "800.00"}


async def test_the_network_is_read_by_staff_and_each_repairer_reads_itself(face: Face) -> None:
    place, other = await shop(), await shop()
    row_id = public_id("rpr", place.id)
    for reader in (place.actor, await manager(), somebody(Role.FINANCE)):
        found = (await face.data(SHOP, reader, id=row_id))["repairer"]
        assert (found["cities"], found["completedOrders"], found["averageTurnaroundDays"]) == ([CITY], 0, None)
        assert {each["code"] for each in found["rateCard"]["nodes"]} == {"L-SCREEN", "P-SCREEN"}
    served = (await face.data(SHOP, await staff(Role.CUSTOMER_SERVICE), id=row_id))["repairer"]
    assert (served["name"], served["rateCard"]["nodes"]) == ("快修坊", [])
    repair = await order_dispatched()
    for blind in (other.actor, repair.case.customer, repair.case.insured.partner, Actor.anonymous()):
        assert (await face.data(SHOP, blind, id=row_id))["repairer"] is None


async def test_a_repairer_is_measured_by_its_turnaround_and_by_what_comes_back(face: Face) -> None:
    covered = await insured()
    first = await order_completed(await claim_assessing(covered))
    with clock.at(clock.now() + timedelta(days=3, hours=6)):
        await first.by_shop(repairing.give_back)
        again = await order_created(await claim_assessing(covered, reported=loss(cause=Peril.SCREEN)), first.shop)
        keeper = await manager()
        found = (await face.data(SHOP, keeper, id=public_id("rpr", first.shop.id)))["repairer"]
        assert (found["completedOrders"], found["averageTurnaroundDays"], found["repeatRepairs"]) == (1, "3.25", 1)
        earlier = (await face.data(ONE, keeper, id=public_id("rpo", first.id)))["repairOrder"]
        assert (earlier["turnaroundDays"], earlier["isRepeat"]) == (3, False)
        assert earlier["partsWarrantyUntil"] == (clock.today() + timedelta(days=90)).isoformat()
        later = (await face.data(ONE, keeper, id=public_id("rpo", again.id)))["repairOrder"]
        assert (later["isRepeat"], later["inPartsWarranty"]) == (True, True)
        assert later["repeatOf"] == {"id": public_id("rpo", first.id)}


async def test_a_manager_keeps_the_network_and_others_do_not(face: Face) -> None:
    keeper, partner = await manager(), await repairing_partner()
    assert partner.partner_id is not None
    service = {"name": "快修坊", "cities": [CITY], "brands": ["Acme"], "dailyCapacity": 3}
    given = {"partnerId": public_id("par", partner.partner_id), "service": service}
    text = mutation("repairerAdd", "repairer {id version active}")
    async with untouched():
        for wrong in (Actor.anonymous(), somebody(Role.CLAIMS_HANDLER), partner):
            assert await face.codes(text, wrong, input=given) == ["FORBIDDEN"]
    made = (await face.data(text, keeper, input=given))["repairerAdd"]
    assert made["errors"] == []
    at = {"repairerId": made["repairer"]["id"], "reason": "agreed"}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("repairerChange", {"service": service | {"dailyCapacity": 9}, "expectedVersion": 1}),
        ("repairerSuspend", {"expectedVersion": 2}),
        ("repairerResume", {"expectedVersion": 3}),
        ("rateCardSet", {
            "validFrom": clock.today().isoformat(),
            "rates": [{"kind": "LABOUR", "code": "L", "description": "Labour", "price": {"amount": "90.00"}}],
        }),
    )  # fmt: skip
    for name, more in steps:
        changing = mutation(name, "repairer {dailyCapacity active}")
        async with untouched():
            for wrong in (Actor.anonymous(), somebody(Role.CLAIMS_HANDLER), partner):
                assert await face.codes(changing, wrong, input=at | more) == ["FORBIDDEN"]
        done = (await face.data(changing, keeper, input=at | more))[name]
        assert (done["errors"], done["repairer"]["dailyCapacity"]) == ([], 9)
    async with untouched():
        stands = (await face.data(mutation("rateCardSet", "repairer {id}"), keeper, input=at | steps[-1][1]))
    assert [each["code"] for each in stands["rateCardSet"]["errors"]] == ["RATE_STANDS"]


async def test_an_order_is_made_through_the_schema_and_read_with_its_claim(face: Face) -> None:
    case = await claim_assessing()
    given = {"claimId": public_id("clm", case.claim.id), "city": CITY, "instructions": "Call first."}
    text = mutation("repairOrderCreate", "order {id state claim {repairOrders {state}} customer {id}}")
    async with untouched():
        for wrong in (Actor.anonymous(), case.customer, case.insured.partner, somebody(Role.CUSTOMER_SERVICE)):
            assert await face.codes(text, wrong, input=given) == ["FORBIDDEN"]
    made = (await face.data(text, case.handler, input=given))["repairOrderCreate"]
    assert (made["errors"], made["order"]["claim"]) == ([], {"repairOrders": [{"state": "CREATED"}]})
    async with untouched():
        again = (await face.data(text, case.handler, input=given))["repairOrderCreate"]
    assert [each["code"] for each in again["errors"]] == ["ORDER_OPEN"]


async def test_a_line_above_the_card_is_refused_where_it_stands(face: Face) -> None:
    repair = await order_diagnosed()
    given = await of(repair, lines=[LINE, LINE | {"price": {"amount": "800.01"}}])
    async with untouched():
        found = (await face.data(mutation("repairOrderSubmitEstimate"), repair.shop.actor, input=given))
    (error,) = found["repairOrderSubmitEstimate"]["errors"]
    assert (error["code"], error["path"]) == ("LIMIT", ["input", "lines", "1", "price"])
    assert error["message"] == "The rate card says 800.00 CNY; say why the line is off the card."
