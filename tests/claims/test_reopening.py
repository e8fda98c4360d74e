"""Closing what is answered, and taking it up again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.claims import advancing, assessment, decision, reopening, rescinding, screening, settlement
from domain.claims.models import Advance, Claim, Referral
from domain.claims.reading import CLAIM
from domain.claims.refusals import MoneyReturned
from domain.claims.terms import ClaimState, DeclineCode, ReopenReason
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, StaleVersion
from domain.payouts.models import Payout
from tests.claims.test_payment import agreed
from tests.factories.advances import advance_granted, send_back, settle
from tests.factories.claims import Case, claim_approved, claim_closed, claim_declined, claim_paid, nothing_open
from tests.factories.insured import staff
from tests.factories.readers import rows_seen
from tests.factories.unchanged import refused, unchanged
from tests.payouts.test_returning import again as asked_anew

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = Actor.system("claims.close_stale")


async def test_a_paid_claim_closes_without_a_reserve() -> None:
    case = await claim_closed()
    assert (case.claim.state, case.claim.reserve_minor) == (ClaimState.CLOSED, 0)
    assert case.claim.closed_at is not None


async def test_an_approved_claim_does_not_close_before_it_is_paid() -> None:
    case = await claim_approved()
    async with refused(IllegalStep):
        await reopening.close(
            case.claim.id,
            reason="done",
            open_work=nothing_open,
            expected_version=case.claim.version,
            actor=case.manager,
        )


async def test_only_claims_answered_long_ago_are_closed_by_themselves_and_once() -> None:
    old, young = await claim_paid(), await claim_declined()
    await Claim.filter(id=old.claim.id).update(answered_at=clock.now() - timedelta(days=15, seconds=1))
    await Claim.filter(id=young.claim.id).update(answered_at=clock.now() - timedelta(days=14))
    for _ in range(2):
        await reopening.close_stale(actor=SYSTEM)
    (job,) = await Job.filter(kind="claims.close")
    assert job.subject_id == old.claim.id
    for _ in range(2):
        await reopening.close_by_itself(old.claim.id, open_work=nothing_open, actor=SYSTEM)
    closed = await old.reread()
    assert (closed.state, closed.version) == (ClaimState.CLOSED, old.claim.version + 1)


async def closable(case: Case) -> bool:
    """Whether the handler is offered to close the claim."""
    (row,) = await rows_seen(CLAIM, case.handler)
    return "CLOSE" in row["available_actions"]


async def closed(case: Case) -> Claim:
    """The handler closes it."""
    claim = await case.reread()
    return await reopening.close(
        claim.id, reason="done", open_work=nothing_open, expected_version=claim.version, actor=case.handler
    )


async def paid(case: Case, payout: Payout) -> None:
    """The bank pays it, once the account has cooled down, and the claim learns of it."""
    with clock.at(clock.now() + timedelta(hours=25)):
        await settle(payout)
    amount = Money(payout.amount_minor)
    await settlement.record_paid(case.claim.id, decision_no=payout.decision_no, amount=amount, actor=SYSTEM)


async def expect_kept_open(case: Case) -> None:
    """Nobody is offered to close the claim or does, nor does it close by itself."""
    assert not await closable(case)
    async with refused(MoneyReturned):
        await closed(case)
    async with unchanged():
        await reopening.close_by_itself(case.claim.id, open_work=nothing_open, actor=SYSTEM)


async def test_a_claim_is_closed_only_once_what_came_back_was_paid_again() -> None:
    case, payout = await agreed()
    await paid(case, payout)
    assert await closable(case)
    await send_back(payout.id)
    await expect_kept_open(case)
    second = await asked_anew(payout.id)
    await expect_kept_open(case)
    await paid(case, second)
    assert await closable(case)
    assert (await closed(case)).state is ClaimState.CLOSED


async def test_what_came_back_of_a_claim_that_risk_found_false_keeps_it_open_until_it_is_taken_back() -> None:
    case, payout = await agreed()
    await paid(case, payout)
    await send_back(payout.id)
    claim = await case.reread()
    await screening.refer(claim.id, reason="odd", expected_version=claim.version, actor=case.handler)
    async with refused(MoneyReturned):
        await closed(case)
    found = await Referral.get(claim_id=claim.id)
    await screening.confirm(found.id, judgement="false", expected_version=found.version, actor=await staff(Role.RISK))
    assert not await closable(case)
    async with refused(MoneyReturned):
        await closed(case)
    claim = await case.reread()
    await rescinding.rescind(
        claim.id, clause="Art. 27", reason="r", expected_version=claim.version, actor=case.manager
    )
    assert await closable(case)
    assert (await closed(case)).state is ClaimState.CLOSED


async def test_an_advance_that_was_taken_back_is_owed_no_more_and_does_not_keep_its_claim_open() -> None:
    case, advance = await advance_granted()
    assert advance.payout_id is not None
    await settle(await Payout.get(id=advance.payout_id))
    await settlement.record_advance_paid(case.claim.id, advance.payout_id, actor=SYSTEM)
    await send_back(advance.payout_id)
    advance = await Advance.get(id=advance.id)
    await advancing.take_back(advance.id, reason="r", expected_version=advance.version, actor=case.manager)
    claim = await case.reread()
    given: dict[str, Any] = {"reason": "r", "actor": case.handler}
    claim = await assessment.propose(claim.id, expected_version=claim.version, **given)
    claim = await decision.decline(
        claim.id, code=DeclineCode.COSMETIC, clause="5.2", expected_version=claim.version, **given
    )
    assert await closable(case)
    assert (await closed(case)).state is ClaimState.CLOSED


async def test_an_advance_that_came_back_after_the_decision_keeps_its_claim_open() -> None:
    case, advance = await advance_granted()
    assert advance.payout_id is not None
    await settle(await Payout.get(id=advance.payout_id))
    await settlement.record_advance_paid(case.claim.id, advance.payout_id, actor=SYSTEM)
    claim = await case.reread()
    claim = await assessment.propose(claim.id, reason="r", expected_version=claim.version, actor=case.handler)
    claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.handler)
    await settlement.agree(claim.id, expected_version=claim.version, actor=case.customer)
    await paid(case, await Payout.get(subject_id=claim.id, instalment=1))
    assert await closable(case)
    await send_back(advance.payout_id)
    assert not await closable(case)
    async with refused(MoneyReturned):
        await closed(case)
    await settle(await asked_anew(advance.payout_id))
    assert (await closed(case)).state is ClaimState.CLOSED


async def test_a_manager_reopens_a_closed_claim_with_full_time_for_a_new_decision() -> None:
    case = await claim_closed()
    claim = await reopening.reopen(
        case.claim.id,
        code=ReopenReason.NEW_EVIDENCE,
        reason="A second estimate.",
        expected_version=case.claim.version,
        actor=case.manager,
    )
    assert (claim.state, claim.approved_minor, claim.paid_minor) == (ClaimState.REOPENED, None, 150_000)
    assert claim.closed_at is None
    assert claim.decision_due_at > clock.now() + timedelta(days=29)


async def test_what_is_paid_again_of_an_earlier_decision_ends_no_claim_that_was_taken_up_anew() -> None:
    case, payout = await agreed()
    await paid(case, payout)
    claim = await closed(case)
    await send_back(payout.id)
    claim = await reopening.reopen(
        claim.id, code=ReopenReason.NEW_EVIDENCE, reason="more", expected_version=claim.version, actor=case.manager
    )
    again = await asked_anew(payout.id)
    with clock.at(clock.now() + timedelta(hours=25)):
        await settle(again)
    async with unchanged():
        await settlement.record_paid(
            claim.id, decision_no=again.decision_no, amount=Money(again.amount_minor), actor=SYSTEM
        )
    assert (claim.state, claim.paid_minor) == (ClaimState.REOPENED, 150_000)


async def test_neither_the_handler_nor_an_old_version_reopens() -> None:
    case = await claim_closed()
    async with refused(Forbidden):
        await reopening.reopen(
            case.claim.id,
            code=ReopenReason.NEW_EVIDENCE,
            reason="no",
            expected_version=case.claim.version,
            actor=case.handler,
        )
    async with refused(StaleVersion):
        await reopening.reopen(
            case.claim.id,
            code=ReopenReason.NEW_EVIDENCE,
            reason="no",
            expected_version=case.claim.version - 1,
            actor=case.manager,
        )
