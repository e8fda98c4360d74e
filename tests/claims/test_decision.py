"""Deciding a claim."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.claims import assessment, decision, settlement
from domain.claims.refusals import (
    AboveAuthority,
    AbovePayable,
    AssignedToAnother,
    NothingPayable,
    SameManager,
)
from domain.claims.terms import ClaimState, DeclineCode
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion
from domain.notifications.models import Notification
from domain.payouts.models import Payout
from domain.products.terms import Peril
from tests.factories.claims import (
    claim_approved,
    claim_assessing,
    claim_awaiting_decision,
    claim_paid,
    loss,
    nothing_open,
)
from tests.factories.insured import handler, insured, manager
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_approving_without_an_amount_grants_all_that_the_contract_pays_and_pays_nothing() -> None:
    case = await claim_awaiting_decision()
    claim = await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=case.handler)
    assert (claim.state, claim.approved_minor, claim.reserve_minor) == (ClaimState.APPROVED, 150_000, 150_000)
    assert (claim.decision_no, claim.decided_by) == (1, case.handler.staff_id)
    assert (await case.reread()).version == case.claim.version + 1
    assert await Payout.all().count() == 0
    assert await AuditEntry.filter(subject_id=claim.id, action="claim:approve").count() == 1
    assert await Notification.filter(subject_id=claim.id, template="CLAIM_APPROVED").count() == 1


async def test_approving_less_than_the_contract_pays_is_partial_and_needs_a_reason() -> None:
    case = await claim_awaiting_decision()
    async with refused(Invalid):
        await decision.approve(
            case.claim.id, amount=Money.of("1000.00"), expected_version=case.claim.version, actor=case.handler
        )
    claim = await decision.approve(
        case.claim.id,
        amount=Money.of("1000.00"),
        reason="One of two parts was worn out.",
        expected_version=case.claim.version,
        actor=case.handler,
    )
    assert (claim.state, claim.approved_minor) == (ClaimState.PARTIALLY_APPROVED, 100_000)


async def test_more_than_the_contract_pays_is_refused_with_what_it_pays() -> None:
    case = await claim_awaiting_decision()
    async with refused(AbovePayable) as raised:
        await decision.approve(
            case.claim.id, amount=Money.of("1500.01"), expected_version=case.claim.version, actor=case.handler
        )
    assert raised.value.available == Money.of("1500.00")  # type: ignore[attr-defined]


async def test_an_amount_above_the_handlers_limit_is_refused_and_a_manager_decides_it() -> None:
    case = await claim_awaiting_decision(limit="1499.99")
    async with refused(AboveAuthority) as raised:
        await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=case.handler)
    assert raised.value.limit == Money.of("1499.99")  # type: ignore[attr-defined]
    claim = await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=case.manager)
    assert claim.decided_by == case.manager.staff_id


async def test_splitting_a_loss_into_two_claims_brings_neither_below_the_limit() -> None:
    covered = await insured()
    await claim_approved(covered, limit="2000.00")
    case = await claim_awaiting_decision(covered, reported=loss(cause=Peril.SCREEN), limit="2000.00")
    async with refused(AboveAuthority):
        await decision.approve(
            case.claim.id,
            amount=Money.of("600.00"),
            reason="second part",
            expected_version=case.claim.version,
            actor=case.handler,
        )


async def test_above_one_managers_limit_two_managers_decide() -> None:
    case = await claim_awaiting_decision(limit="100.00")
    first, other = await manager("1000.00"), await manager("1000.00")
    seconded = await decision.second(
        case.claim.id, amount=Money.of("1500.00"), reason="seen", expected_version=case.claim.version, actor=first
    )
    async with refused(SameManager):
        await decision.approve(case.claim.id, amount=None, expected_version=seconded.version, actor=first)
    claim = await decision.approve(case.claim.id, amount=None, expected_version=seconded.version, actor=other)
    assert (claim.state, claim.seconded_by, claim.decided_by) == (
        ClaimState.APPROVED, first.staff_id, other.staff_id,
    )  # fmt: skip


async def test_a_manager_s_word_does_not_let_a_handler_decide_above_his_or_her_limit() -> None:
    case = await claim_awaiting_decision(limit="100.00")
    seconded = await decision.second(
        case.claim.id, amount=Money.of("1500.00"), reason="seen", expected_version=case.claim.version,
        actor=await manager("1000.00"),
    )  # fmt: skip
    async with refused(AboveAuthority):
        await decision.approve(case.claim.id, amount=None, expected_version=seconded.version, actor=case.handler)


async def test_what_another_claim_used_meanwhile_is_gone() -> None:
    covered = await insured()
    first = await claim_awaiting_decision(covered)
    second = await claim_awaiting_decision(covered, reported=loss(cause=Peril.SCREEN))
    third = await claim_awaiting_decision(covered, reported=loss(cause=Peril.LIQUID))
    for case in (first, second):
        await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=case.manager)
    async with refused(NothingPayable):
        await decision.approve(third.claim.id, amount=None, expected_version=third.claim.version, actor=third.manager)


async def test_two_approvals_at_once_make_one_decision() -> None:
    case = await claim_awaiting_decision()
    outcomes = await asyncio.gather(
        *(
            decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=actor)
            for actor in (case.handler, case.manager)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 1
    assert (await case.reread()).decision_no == 1
    assert await AuditEntry.filter(action="claim:approve").count() == 1


async def test_two_claims_approved_at_once_never_exceed_the_limit_of_the_term() -> None:
    covered = await insured()
    cases = [
        await claim_awaiting_decision(covered, reported=loss(cause=cause))
        for cause in (Peril.DROP, Peril.SCREEN, Peril.LIQUID)
    ]
    outcomes = await asyncio.gather(
        *(
            decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=case.manager)
            for case in cases
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, NothingPayable) for outcome in outcomes) == 1
    approved = [(await case.reread()).approved_minor or 0 for case in cases]
    assert sum(approved) == 300_000


async def test_a_decision_on_an_older_version_is_refused() -> None:
    case = await claim_awaiting_decision()
    async with refused(StaleVersion) as raised:
        await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version - 1, actor=case.handler)
    assert raised.value.current_version == case.claim.version  # type: ignore[attr-defined]


async def test_somebody_elses_claim_answers_like_a_missing_one() -> None:
    case, stranger = await claim_approved(), await insured()
    for actor in (stranger.customer, stranger.partner, Actor(frozenset({Role.SALES}), staff_id=uuid4())):
        async with refused(NotFound) as theirs:
            await settlement.agree(case.claim.id, expected_version=case.claim.version, actor=actor)
        async with refused(NotFound) as missing:
            await settlement.agree(uuid4(), expected_version=1, actor=actor)
        assert theirs.value.message("en") == missing.value.message("en")


async def test_a_handler_decides_only_what_is_assigned_to_him_or_her() -> None:
    case, other = await claim_awaiting_decision(), await handler()
    async with refused(AssignedToAnother):
        await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=other)


async def test_neither_the_customer_nor_a_worker_decides() -> None:
    case = await claim_awaiting_decision()
    for actor in (case.customer, case.insured.partner, Actor.system("claims.close")):
        async with refused(Forbidden):
            await decision.decline(
                case.claim.id,
                code=DeclineCode.INTENT,
                clause="5.1",
                reason="no",
                expected_version=case.claim.version,
                actor=actor,
            )


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
async def test_an_amount_that_is_not_above_zero_is_refused(amount: str) -> None:
    case = await claim_awaiting_decision()
    async with refused(Invalid):
        await decision.approve(
            case.claim.id, amount=Money.of(amount), expected_version=case.claim.version, actor=case.handler
        )


async def test_a_claim_that_is_still_assessed_cannot_be_approved() -> None:
    case = await claim_assessing()
    async with refused(IllegalStep):
        await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=case.handler)


async def test_declining_tells_the_customer_the_reason_and_the_clause_at_once() -> None:
    case = await claim_awaiting_decision()
    claim = await decision.decline(
        case.claim.id,
        code=DeclineCode.COSMETIC,
        clause="5.2",
        reason="Scratches only.",
        expected_version=case.claim.version,
        actor=case.handler,
    )
    assert (claim.state, claim.decline_code, claim.reserve_minor) == (ClaimState.DECLINED, DeclineCode.COSMETIC, 0)
    assert await Notification.filter(subject_id=claim.id, template="CLAIM_DECLINED").count() == 1


async def test_a_reopened_claim_pays_only_what_was_not_paid_before() -> None:
    from domain.claims import reopening  # noqa: PLC0415
    from domain.claims.terms import ReopenReason  # noqa: PLC0415

    case = await claim_paid()
    closed = await reopening.close(
        case.claim.id, reason="done", open_work=nothing_open, expected_version=case.claim.version, actor=case.handler
    )
    claim = await reopening.reopen(
        closed.id,
        code=ReopenReason.CALCULATION_ERROR,
        reason="A part was forgotten.",
        expected_version=closed.version,
        actor=case.manager,
    )
    claim = await assessment.start(claim.id, expected_version=claim.version, actor=case.handler)
    lines = [assessment.AssessedLine("Mainboard and screen", Money.of("2300.00"))]
    claim = await assessment.set_lines(claim.id, lines=lines, expected_version=claim.version, actor=case.handler)
    claim = await assessment.propose(claim.id, reason="again", expected_version=claim.version, actor=case.handler)
    claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.handler)
    assert (claim.payable_minor, claim.paid_minor, claim.approved_minor) == (210_000, 150_000, 60_000)
    assert claim.decision_no == 2
