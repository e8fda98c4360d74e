"""Claims from the report to the money, over HTTP, with a bank, a mail server, a store, and workers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.claims import advance_watching
from domain.kernel.actor import Actor, Role
from sandbox.faults import Fault
from tests.factories import corpus
from tests.factories.insured import manager, staff
from tests.factories.papers import text_of
from tests.factories.payouts import ACCOUNT, OTHER_ACCOUNT
from tests.journeys.conftest import objects_in
from tests.journeys.endings import expect_well_ended
from tests.journeys.people import Cast, open_shop, order_repair, sell
from tests.journeys.watches import delivered_at, due_and_paused, received_at
from tests.journeys.world import World, path_of

DRAFTS = "{ firstNotices(first: 5) { nodes { id cause } } }"
DECIDED = ("REPORTED", "REGISTERED", "ASSESSMENT_STARTED", "APPROVED")
PAID = ("PAYOUT_REQUESTED", "AGREED", "PAYOUT_SUBMITTED", "PAYOUT_SETTLED", "PAID")


async def test_the_answer_of_the_bank_is_lost_and_the_money_goes_once(world: World) -> None:
    cast = await sell(world)
    claim = await cast.report()
    await world.work()
    await cast.assess(claim)
    await cast.grant(claim)
    world.bank.plan(Fault.LOST_ANSWER)
    payout = await cast.pay(claim)
    assert (await world.read(cast.maker, payout, "state"))["state"] == "UNKNOWN"
    assert (await world.read(cast.customer, claim, "state"))["state"] == "PAYMENT_PENDING"
    world.days_pass(0.01)
    await world.work()
    found = await world.read(cast.customer, claim, "state paid { amount }")
    assert found == {"state": "PAID", "paid": {"amount": "1500.00"}}
    assert len((await cast.payouts(claim))[0]["attempts"]) == 1
    assert world.bank.sandbox.requests == 1, "it was asked about, and never sent again"
    await expect_well_ended(cast, claim, *DECIDED, *PAID)


async def test_papers_are_missing_and_the_clock_waits_for_them(world: World, bucket: str) -> None:
    cast = await sell(world)
    claim = await cast.report()
    await world.step(cast.handler, "claimRegister", claim)
    due = (await due_and_paused(cast, claim))[0]
    wanted = [{"kind": "PROOF_OF_PURCHASE"}, {"kind": "DAMAGE_PHOTOS", "note": "整机正面"}]
    await world.step(cast.handler, "claimRequestDocuments", claim, documents=wanted)
    assert await due_and_paused(cast, claim) == (due, None), "nobody waits for what was not asked"
    world.days_pass(1)
    await world.work()
    delivered = await delivered_at(cast, claim, "CLAIM_DOCUMENTS_REQUESTED")
    assert await due_and_paused(cast, claim) == (due, delivered)
    world.days_pass(5)
    await cast.hand_in(claim, "PROOF_OF_PURCHASE", corpus.pdf(), "PDF")
    await world.work()
    assert (await due_and_paused(cast, claim))[1] == delivered, "one paper is missing still"
    world.days_pass(2)
    file = await cast.hand_in(claim, "DAMAGE_PHOTOS", corpus.jpeg_with_place(), "JPEG")
    await world.work()
    received = await received_at(cast, file)
    assert await due_and_paused(cast, claim) == (due + (received - delivered), None)
    assert timedelta(days=6, hours=23) < received - delivered < timedelta(days=7, hours=1)
    await world.step(cast.handler, "claimStartAssessment", claim)
    await cast.propose(claim)
    await cast.grant(claim)
    await cast.pay(claim)
    papers = ("PAPERS_REQUESTED", "CLOCK_STOPPED", "PAPER_RECEIVED", "PAPER_RECEIVED")
    await expect_well_ended(cast, claim, *DECIDED[:2], *papers, *DECIDED[2:], *PAID)
    assert objects_in(bucket) >= 4, "what came in, and what was made of it"


async def test_a_claim_is_declined_and_its_customer_complains_and_is_heard(world: World) -> None:
    cast, compliance = await sell(world, language="EN"), await staff(Role.COMPLIANCE)
    claim = await cast.report()
    await cast.assess(claim)
    why = {"code": "COSMETIC", "clause": "5.2", "reason": "Scratches only."}
    await world.step(cast.handler, "claimDecline", claim, **why)
    await world.work()
    assert cast.was_told("5.2", "Scratches only.")
    complaint = await cast.complain(claim, "The screen is broken, not scratched.")
    await cast.answer(complaint, compliance, "UPHELD", "You are right: the glass is broken.")
    await world.work()
    assert cast.was_told("You are right: the glass is broken.")
    await world.step(cast.handler, "claimClose", claim, reason="answered")
    await world.step(cast.manager, "claimReopen", claim, code="COMPLAINT_UPHELD", reason="as the reply says")
    await world.step(cast.handler, "claimStartAssessment", claim)
    await cast.propose(claim)
    await cast.grant(claim)
    await cast.pay(claim)
    assert (await world.read(cast.customer, claim, "declineCode paid { amount }")) == {
        "declineCode": None, "paid": {"amount": "1500.00"},
    }  # fmt: skip
    again = ("CLOSED", "REOPENED", "ASSESSMENT_STARTED", "APPROVED")
    await expect_well_ended(cast, claim, *DECIDED[:3], "DECLINED", *again, *PAID)


async def test_above_every_limit_two_managers_decide_and_three_approvers_release(world: World) -> None:
    cast = await sell(world, price="100000.00")
    other, compliance = await manager(), await staff(Role.COMPLIANCE)
    claim = await cast.report(claimed="80200.00")
    await cast.assess(claim, ({"description": "Device", "bill": {"amount": "80200.00"}},))
    amount = {"amount": {"amount": "80000.00"}, "reason": "total loss"}
    assert await world.codes(cast.handler, "claimApprove", claim) == ["CLEARANCE_MISSING"]
    (clearance,) = (await world.read(compliance, claim, "clearances { id }"))["clearances"]
    await world.step(compliance, "clearanceGive", clearance["id"], reason="papers are complete")
    assert await world.codes(cast.handler, "claimApprove", claim) == ["LIMIT"]
    assert await world.codes(other, "claimApprove", claim) == ["LIMIT"]
    await world.step(cast.manager, "claimSecond", claim, **amount)
    assert await world.codes(cast.manager, "claimApprove", claim) == ["SAME_PERSON"]
    await cast.grant(claim, by=other)
    (payout,) = await cast.payouts(claim)
    await cast.release(payout["id"], approvals=2)
    await world.work()
    assert world.bank.charges == [], "two are not enough for so much"
    await world.step(cast.approvers[2], "payoutApprove", payout["id"])
    await expect_well_ended(cast, claim, *DECIDED, *PAID)
    assert world.bank.charges[0][1] == 8_000_000


async def test_a_suspicion_stops_the_money_until_risk_has_cleared_it(world: World) -> None:
    cast, risk = await sell(world, days=5), await staff(Role.RISK)
    await cast.move_account(OTHER_ACCOUNT)
    world.days_pass(2)
    claim = await cast.report(claimed="3000.00")
    await world.work()
    await cast.assess(claim)
    assert await world.codes(cast.handler, "claimApprove", claim) == ["REFERRAL_OPEN"]
    seen = await world.read(risk, claim, "fraudScore fraudSignals { code } referrals { id state }")
    assert {each["code"] for each in seen["fraudSignals"]} == {"EARLY_LOSS", "NEAR_LIMIT", "PAYEE_CHANGED"}
    assert seen["fraudScore"] == 50
    await world.step(risk, "referralClear", seen["referrals"][0]["id"], judgement="the old card was lost")
    await cast.grant(claim)
    (payout,) = await cast.payouts(claim)
    await cast.release(payout["id"])
    await world.step(cast.handler, "claimRefer", claim, reason="the photo shows another phone")
    await world.work()
    assert (await cast.payouts(claim))[0]["state"] == "ON_HOLD"
    assert await world.codes(risk, "payoutRelease", payout["id"], reason="why not") == ["PAYMENTS_STOPPED"]
    assert world.bank.charges == []
    second = (await world.read(risk, claim, "referrals { id state }"))["referrals"]
    (waiting,) = [each["id"] for each in second if each["state"] == "OPEN"]
    await world.step(risk, "referralClear", waiting, judgement="it is the same phone")
    await expect_well_ended(cast, claim, *DECIDED, *PAID)


async def test_a_claim_is_found_false_after_it_was_granted_and_nothing_of_it_is_paid(world: World) -> None:
    cast = await sell(world)
    risk = await staff(Role.RISK)
    claim = await cast.report()
    await cast.assess(claim)
    await cast.grant(claim)
    (payout,) = await cast.payouts(claim)
    why = {"clause": "Art. 27", "reason": "The device had been sold before the loss."}
    assert await world.codes(cast.manager, "claimRescind", claim, **why) == ["FRAUD_NOT_CONFIRMED"]
    await world.step(cast.handler, "claimRefer", claim, reason="the photo shows another phone")
    (referral,) = (await world.read(risk, claim, "referrals { id }"))["referrals"]
    await world.step(risk, "referralConfirm", referral["id"], judgement="it was sold before")
    await cast.release(payout["id"])
    await world.work()
    assert (await cast.payouts(claim))[0]["state"] == "ON_HOLD"
    assert "RESCIND" in (await world.read(cast.manager, claim, "availableActions"))["availableActions"]
    await world.step(cast.manager, "claimRescind", claim, **why)
    await world.work()
    decision = "state declineCode declineClause approved { amount }"
    found = await world.read(cast.customer, claim, f"{decision} payouts {{ state }}")
    assert found == {
        "state": "DECLINED", "declineCode": "FRAUD", "declineClause": "Art. 27", "approved": None,
        "payouts": [{"state": "CANCELLED"}],
    }  # fmt: skip
    assert world.bank.charges == []
    await world.step(cast.handler, "claimClose", claim, reason="over")
    seen = ("PAYOUT_REQUESTED", "AGREED", "PAYOUT_CANCELLED", "RESCINDED", "CLOSED")
    await expect_well_ended(cast, claim, *DECIDED, *seen, cancelled=1)


async def test_a_closed_claim_is_reopened_and_topped_up(world: World) -> None:
    cast = await sell(world)
    claim = await cast.report()
    await cast.assess(claim)
    await cast.grant(claim)
    await cast.pay(claim)
    await world.step(cast.handler, "claimClose", claim, reason="paid")
    world.days_pass(20)
    await world.step(cast.manager, "claimReopen", claim, code="NEW_EVIDENCE", reason="the board broke, too")
    await world.step(cast.handler, "claimStartAssessment", claim)
    await cast.propose(claim, ({"description": "Mainboard and battery", "bill": {"amount": "2200.00"}},))
    await cast.grant(claim)
    await cast.pay(claim)
    found = await world.read(cast.customer, claim, "state approved { amount } paid { amount }")
    assert found == {"state": "PAID", "approved": {"amount": "500.00"}, "paid": {"amount": "2000.00"}}
    assert [minor for _, minor in world.bank.charges] == [150_000, 50_000]
    again = ("CLOSED", "REOPENED", "ASSESSMENT_STARTED", "APPROVED")
    await expect_well_ended(cast, claim, *DECIDED, *PAID, *again, *PAID)


async def test_a_broken_screen_is_repaired_and_the_repairer_is_paid(world: World, bucket: str) -> None:
    cast = await sell(world)
    repairer, key = await open_shop(cast)
    world.days_pass(2)
    claim = await cast.report()
    await cast.hand_in(claim, "DAMAGE_PHOTOS", corpus.jpeg(), "JPEG")
    await world.work()
    await world.step(cast.handler, "claimRegister", claim)
    await world.step(cast.handler, "claimStartAssessment", claim)
    (photo,) = (await world.read(cast.handler, claim, "files { state link }"))["files"]
    assert (photo["state"], (await world.http.get(path_of(photo["link"]))).status_code) == ("RELEASED", 200)
    order = await order_repair(cast, claim, repairer)
    await cast.serve(order, *until_repaired(cast, key))
    await cast.pay(order)
    await world.step(cast.handler, "claimPropose", claim, reason="as repaired")
    await cast.grant(claim)
    await world.work()
    found = await world.read(cast.customer, claim, "state paid { amount } payouts { id }")
    assert found == {"state": "PAID", "paid": {"amount": "730.00"}, "payouts": []}
    assert (await world.read(cast.handler, order, "state"))["state"] == "SETTLED"
    await world.step(cast.handler, "claimClose", claim, reason="repaired")
    repaired = ("REPAIR_ORDERED", "REPAIR_DISPATCHED", "REPAIR_ACCEPTED", "DEVICE_RECEIVED", "DIAGNOSED",
                "ESTIMATE_APPROVED", "REPAIR_STARTED", "REPAIR_COMPLETED", "DEVICE_RETURNED")  # fmt: skip
    await expect_well_ended(cast, claim, *DECIDED[:3], *repaired, "APPROVED", "AGREED", "PAID", "CLOSED")


def until_repaired(cast: Cast, key: str) -> tuple[tuple[Actor | str, str, dict[str, Any]], ...]:
    """What is done under an order that was offered, until its invoice came: by the repairer's key, or the handler."""
    line = {"kind": "PART", "code": "P-SCREEN", "description": "Screen", "price": {"amount": "780.00"}}
    work = {"kind": "LABOUR", "code": "L-SCREEN", "description": "Labour", "price": {"amount": "150.00"}}
    part = {"position": 1, "oldSerialNumber": "OLD-1", "newSerialNumber": "NEW-1"}
    return (
        (key, "Accept", {}),
        (key, "ReceiveDevice", {"serialNumber": cast.serial_number}),
        (key, "Diagnose", {"diagnosis": "The screen is broken."}),
        (key, "SubmitEstimate", {"lines": [line, work]}),
        (cast.handler, "ApproveEstimate", {}),
        (key, "StartRepair", {}),
        (key, "Complete", {"parts": [part]}),
        (key, "ReturnDevice", {}),
        (key, "Invoice", {"invoiceNumber": "I-1", "amount": {"amount": "930.00"}}),
    )


async def test_a_flooded_customer_reports_in_steps_and_is_advanced_what_is_sure(world: World) -> None:
    cast = await sell(world)
    begun = await world.change(
        cast.customer, "firstNoticeBegin", "firstNotice { id }", policyId=cast.policy, parts={"cause": "LIQUID"}
    )
    world.days_pass(1)
    (notice,) = (await world.ask(cast.customer, DRAFTS))["firstNotices"]["nodes"]
    assert notice == {"id": begun["firstNotice"]["id"], "cause": "LIQUID"}, "found on another device"
    claim = await cast.submit(notice["id"], emergency="DISASTER")
    await cast.assess(claim)
    await world.step(cast.handler, "claimReturnToAssessment", claim, reason="the board is looked at again")
    world.days_pass(61)
    with world.calendar.now():
        await advance_watching.check(actor=Actor.system("claims.check_advances"))
    await world.work()
    (advance,) = (await world.read(cast.manager, claim, "advances { id state determined { amount } }"))["advances"]
    assert (advance["state"], advance["determined"]) == ("PROPOSED", {"amount": "1500.00"})
    await world.step(cast.manager, "advanceApprove", advance["id"], amount={"amount": "900.00"}, reason="it is sure")
    await cast.pay(claim)
    await world.step(cast.handler, "claimPropose", claim, reason="all is known")
    await cast.grant(claim)
    await cast.pay(claim)
    assert [minor for _, minor in world.bank.charges] == [90_000, 60_000]
    found = await world.read(cast.customer, claim, "state paid { amount } advanced { amount }")
    assert found == {"state": "PAID", "paid": {"amount": "1500.00"}, "advanced": {"amount": "900.00"}}
    advanced = ("PAYOUT_REQUESTED", "ADVANCE_GRANTED", "PAYOUT_SUBMITTED", "PAYOUT_SETTLED", "ADVANCE_PAID")
    await expect_well_ended(cast, claim, *DECIDED[:3], *advanced, "APPROVED", *PAID)


async def test_money_comes_back_and_goes_to_another_account(world: World) -> None:
    cast = await sell(world)
    claim = await cast.report()
    await cast.assess(claim)
    await cast.grant(claim)
    first = await cast.pay(claim)
    await world.step(await staff(Role.FINANCE), "payoutReverse", first, reason="the account was closed")
    await world.work()
    assert await cast.owed() == "-1500.00"
    letters = (await world.read(cast.customer, claim, "notifications { template }"))["notifications"]
    assert [each["template"] for each in letters].count("CLAIM_PAYMENT_RETURNED") == 1
    await cast.move_account(OTHER_ACCOUNT)
    world.days_pass(2)
    await world.step(cast.maker, "payoutRetry", first, reason="to the new account")
    second = await cast.pay(claim)
    assert second != first
    seen = await world.read(cast.customer, claim, "state paid { amount } payouts { state bankAccount }")
    assert (seen["state"], seen["paid"]) == ("PAID", {"amount": "1500.00"})
    accounts = {each["state"]: each["bankAccount"][-4:] for each in seen["payouts"]}
    assert accounts == {"REVERSED": ACCOUNT[-4:], "SETTLED": OTHER_ACCOUNT[-4:]}
    assert [minor for _, minor in world.bank.charges] == [150_000, 150_000], "the first came back"
    returned = ("PAYOUT_RETURNED", "PAYOUT_REQUESTED", "PAYOUT_SUBMITTED", "PAYOUT_SETTLED")
    await expect_well_ended(cast, claim, *DECIDED, *PAID, *returned, returned=1)


async def test_a_stolen_phone_is_replaced_and_the_cover_goes_with_the_new_one(world: World) -> None:
    cast = await sell(world)
    repairer, key = await open_shop(cast)
    world.days_pass(2)
    claim = await cast.report("THEFT", "3000.00")
    await cast.hand_in(claim, "POLICE_REPORT", corpus.pdf(), "PDF")
    await world.work()
    await world.step(cast.handler, "claimRegister", claim)
    await world.step(cast.handler, "claimStartAssessment", claim)
    order = await order_repair(cast, claim, repairer)
    stolen = {"hasParts": True, "reason": "the police have it"}
    chosen = {"outcome": "REPLACE", "reason": "as proposed"}
    await cast.serve(order, (key, "Accept", {}), (cast.handler, "DeclareBeyondRepair", stolen))
    await cast.serve(order, (cast.handler, "ChooseOutcome", chosen))
    new = {"serialNumber": "SNNEW2026", "reason": "handed out"}
    await cast.serve(order, (cast.handler, "RecordReplacement", new), (key, "ReturnDevice", {}))
    value = (await world.read(cast.handler, order, "approved { amount }"))["approved"]
    await cast.serve(order, (key, "Invoice", {"invoiceNumber": "I-2", "amount": value}))
    await cast.pay(order)
    await world.step(cast.handler, "claimPropose", claim, reason="as replaced")
    await cast.grant(claim)
    await world.work()
    policy = await world.read(cast.customer, cast.policy, "device { serialNumber } documents { edition language link }")
    assert policy["device"] == {"serialNumber": "SNNEW2026"}
    links = [each["link"] for each in policy["documents"] if each["edition"] == 2]
    assert len(links) == 2
    for link in links:
        assert "SNNEW2026" in text_of((await world.http.get(path_of(link))).content)
    replaced = ("REPAIR_ORDERED", "REPAIR_DISPATCHED", "REPAIR_ACCEPTED", "BEYOND_REPAIR", "REPLACEMENT_CHOSEN",
                "DEVICE_REPLACED", "DEVICE_RETURNED")  # fmt: skip
    await expect_well_ended(cast, claim, *DECIDED[:3], *replaced, "APPROVED", "AGREED", "PAID")
