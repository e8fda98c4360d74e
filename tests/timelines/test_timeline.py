"""What each reader is told of what happened to a claim."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from domain.claims import screening
from domain.claims.terms import AdvanceAction, ClearanceAction, DocumentAction, ReferralAction
from domain.kernel.actor import Actor, Role
from domain.payouts.models import Payout
from domain.repairs.terms import RepairAction
from domain.timelines.events import EVENTS
from domain.timelines.reading import CLAIM_EVENT
from domain.timelines.terms import ClaimEventKind
from tests.claims.test_payment import agreed, released
from tests.factories.claims import claim_awaiting_decision, claim_awaiting_documents
from tests.factories.insured import insured, staff
from tests.factories.payouts import approver
from tests.factories.readers import rows_seen
from tests.factories.repairs import order_returned
from tests.factories.work import work
from tests.payouts.conftest import TestBank, bank

__all__ = ["bank"]

DOMAIN = Path(__file__).parents[2] / "domain"
ROOMS = ("claims", "payouts", "repairs")
RECORDED = re.compile(r"\"((?:claim|referral|clearance|advance|payout|repair_order):[a-z_]+)\"")
NOT_ON_IT = {
    "claim:granted", "claim:taken_back", "payout:settled", "payout:reversed",  # postings of the ledger
    "payout:account",  # where the account is sealed
    "payout:make_file", "payout:write_file", "payout:fetch_file",  # about files of many payouts
    "payout:announce_statement", "payout:take_in_statement", "payout:book_statement",  # about bank statements
    "payout:open_exception", "payout:assign_exception", "payout:close_exception",  # about differences between books
    "repair_order:reveal_contact",  # about who read what, not about the claim
}  # fmt: skip
JUDGED = (DocumentAction.ACCEPT, DocumentAction.REJECT, DocumentAction.WAIVE)
COMPOSED = {
    *(f"claim:{each.lower()}_document" for each in JUDGED),
    *(f"referral:{each.lower()}" for each in (ReferralAction.CLEAR, ReferralAction.CONFIRM)),
    *(f"clearance:{each.lower()}" for each in (ClearanceAction.GIVE, ClearanceAction.RETURN)),
    *(f"advance:{each.lower()}" for each in (AdvanceAction.LAPSE, AdvanceAction.FORFEIT)),
    *(f"repair_order:{each.lower()}" for each in RepairAction),
}
SHARED = ["REPORTED", "REGISTERED", "ASSESSMENT_STARTED", "APPROVED", "AGREED"]


async def kinds(actor: Actor) -> list[str]:
    """What a reader is told, in its order."""
    return [row["kind"] for row in reversed(await rows_seen(CLAIM_EVENT, actor))]


def test_every_change_of_a_claim_its_payouts_and_repairs_is_told_or_named_here() -> None:
    recorded = set(COMPOSED)
    for room in ROOMS:
        for path in (DOMAIN / room).rglob("*.py"):
            recorded |= set(RECORDED.findall(path.read_text()))
    assert recorded - NOT_ON_IT == set(EVENTS)
    assert sorted(each.kind for each in EVENTS.values()) == sorted(ClaimEventKind), "each kind once"


async def test_a_claim_that_is_paid_is_told_to_each_in_a_measure(database: str, bank: TestBank) -> None:
    case, payout = await agreed()
    await released(payout)
    await work(database)
    money = ["PAYOUT_REQUESTED", "PAYOUT_SUBMITTED", "PAYOUT_SETTLED"]
    assert await kinds(case.insured.partner) == [*SHARED, "PAID"]
    told = await kinds(case.customer)
    assert told == [*SHARED[:4], "PAYOUT_REQUESTED", "AGREED", *money[1:], "PAID"]
    inside = await kinds(case.handler)
    assert [each for each in inside if each in told] == told
    assert set(inside) - set(told) == {
        "LINES_SET", "PROPOSED", "PAYOUT_MADE_READY", "PAYOUT_APPROVED", "PAYOUT_RELEASED"
    }  # fmt: skip


async def test_papers_and_repairs_are_told_and_the_papers_not_to_partners(database: str) -> None:
    asked = await claim_awaiting_documents()
    assert await kinds(asked.customer) == ["REPORTED", "REGISTERED", "PAPERS_REQUESTED"]
    assert await kinds(asked.insured.partner) == ["REPORTED", "REGISTERED"]
    repair = await order_returned()
    both = ["REPAIR_ORDERED", "REPAIR_DISPATCHED", "REPAIR_ACCEPTED", "DEVICE_RECEIVED", "DIAGNOSED",
            "ESTIMATE_APPROVED", "REPAIR_STARTED", "REPAIR_COMPLETED", "DEVICE_RETURNED"]  # fmt: skip
    for actor in (repair.case.customer, repair.case.insured.partner):
        assert [each for each in await kinds(actor) if each in both] == both
        assert "ESTIMATE_SUBMITTED" not in await kinds(actor)
    assert "ESTIMATE_SUBMITTED" in await kinds(asked.handler)


async def test_nobody_is_tipped_off(database: str) -> None:
    case, payout = await agreed()
    await screening.refer(case.claim.id, reason="odd", expected_version=case.claim.version, actor=case.handler)
    assert (await Payout.get(id=payout.id)).stop is not None
    suspicion = {"REFERRED", "PAYOUT_STOPPED"}
    service, risk = await staff(Role.CUSTOMER_SERVICE), await staff(Role.RISK)
    for actor in (case.customer, case.insured.partner, service, await approver()):
        assert not suspicion & set(await kinds(actor))
    for actor in (case.handler, risk):
        assert suspicion <= set(await kinds(actor))


@pytest.mark.parametrize("role", [Role.SALES, Role.HR, Role.ADMIN, Role.UNDERWRITER, Role.REPAIRER])
async def test_who_does_not_work_with_claims_is_told_nothing(database: str, role: Role) -> None:
    await claim_awaiting_decision()
    assert await rows_seen(CLAIM_EVENT, await staff(role)) == []


async def test_strangers_are_told_nothing_and_everybody_in_his_or_her_language(database: str) -> None:
    case, stranger = await claim_awaiting_decision(), await insured()
    for actor in (stranger.customer, stranger.partner):
        assert await rows_seen(CLAIM_EVENT, actor) == []
    first: list[Any] = [(await rows_seen(CLAIM_EVENT, case.customer, language=each))[-1] for each in ("en", "zh")]
    assert [each["message"] for each in first] == ["The loss was reported.", "已报案。"]
    assert {each["party"] for each in first} == {"CUSTOMER"}
    assert {each["party"] for each in await rows_seen(CLAIM_EVENT, case.handler)} == {"CUSTOMER", "STAFF"}
