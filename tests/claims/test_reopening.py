"""Closing what is answered, and taking it up again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.claims import reopening
from domain.claims.models import Claim
from domain.claims.terms import ClaimState, ReopenReason
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.refusals import Forbidden, IllegalStep, StaleVersion
from tests.factories.claims import claim_approved, claim_closed, claim_declined, claim_paid, nothing_open
from tests.factories.unchanged import refused

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
