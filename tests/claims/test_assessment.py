"""Assessing a loss and proposing an amount."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.claims import assessment, decision
from domain.claims.assessment import AssessedLine
from domain.claims.models import ClaimLine
from domain.claims.refusals import LinesMissing, NothingPayable
from domain.claims.terms import ClaimState, DeclineCode
from domain.kernel import clock
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, StaleVersion
from domain.products.terms import Peril
from tests.factories.claims import BILL, claim_approved, claim_assessing, claim_awaiting_decision, loss
from tests.factories.insured import insured
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_a_proposal_explains_every_step_to_the_payable_amount() -> None:
    case = await claim_awaiting_decision()
    assert (case.claim.state, case.claim.payable_minor) == (ClaimState.DECISION_PENDING, 150_000)
    assert case.claim.reserve_minor == 150_000
    assert case.claim.calculation is not None
    assert [(step["rule"], step["before"], step["after"]) for step in case.claim.calculation] == [
        ("NOT_COVERED", "1860.00", "1700.00"),
        ("DEDUCTIBLE", "1700.00", "1500.00"),
    ]


async def test_new_lines_replace_the_old_ones() -> None:
    case = await claim_assessing()
    claim = case.claim
    for bill in ("100.00", "200.00"):
        claim = await assessment.set_lines(
            claim.id,
            lines=[AssessedLine("Part", Money.of(bill))],
            expected_version=claim.version,
            actor=case.handler,
        )
    assert [line.bill_minor for line in await ClaimLine.filter(claim_id=claim.id)] == [20_000]


@pytest.mark.parametrize("bill", [Money(0), Money(-1), Money(100, Currency.USD)])
async def test_a_bill_not_above_zero_or_in_another_currency_is_refused(bill: Money) -> None:
    case = await claim_assessing()
    async with refused(Invalid) as raised:
        await assessment.set_lines(
            case.claim.id,
            lines=[AssessedLine("Part", Money.of("1.00")), AssessedLine("Part", bill)],
            expected_version=case.claim.version,
            actor=case.handler,
        )
    assert raised.value.path == ("input", "lines", "1", "bill")


async def test_nothing_is_proposed_without_a_line() -> None:
    case = await claim_assessing()
    async with refused(LinesMissing):
        await assessment.propose(case.claim.id, reason="none", expected_version=case.claim.version, actor=case.handler)


async def test_what_another_claim_used_of_the_term_is_gone() -> None:
    covered = await insured()
    await claim_approved(covered)
    second = await claim_awaiting_decision(covered, reported=loss(cause=Peril.SCREEN))
    assert second.claim.payable_minor == 150_000
    await decision.approve(second.claim.id, amount=None, expected_version=second.claim.version, actor=second.manager)
    third = await claim_awaiting_decision(covered, reported=loss(cause=Peril.LIQUID))
    assert third.claim.payable_minor == 0


async def test_a_loss_before_the_cover_pays_nothing_and_can_only_be_declined() -> None:
    before = loss(on=clock.today() - timedelta(days=60))
    case = await claim_awaiting_decision(reported=before)
    assert case.claim.payable_minor == 0
    assert case.claim.calculation is not None
    assert case.claim.calculation[0]["basis"] == "Mainboard: NOT_IN_FORCE"
    async with refused(NothingPayable):
        await decision.approve(case.claim.id, amount=None, expected_version=case.claim.version, actor=case.handler)
    claim = await decision.decline(
        case.claim.id,
        code=DeclineCode.NOT_IN_FORCE,
        clause="2.1",
        reason="Before the cover.",
        expected_version=case.claim.version,
        actor=case.handler,
    )
    assert claim.state is ClaimState.DECLINED


async def test_a_proposal_goes_back_to_be_assessed_again() -> None:
    case = await claim_awaiting_decision()
    claim = await assessment.return_to_assessment(
        case.claim.id, reason="The bill is wrong.", expected_version=case.claim.version, actor=case.manager
    )
    assert claim.state is ClaimState.ASSESSING


async def test_neither_the_customer_nor_an_old_version_changes_the_assessment() -> None:
    case = await claim_assessing()
    lines = [AssessedLine("Part", Money.of("1.00"))]
    async with refused(Forbidden):
        await assessment.set_lines(case.claim.id, lines=lines, expected_version=case.claim.version, actor=case.customer)
    async with refused(StaleVersion):
        await assessment.set_lines(
            case.claim.id, lines=lines, expected_version=case.claim.version - 1, actor=case.handler
        )


async def test_what_a_third_party_paid_and_what_was_given_up_against_it_is_not_paid_again(database: str) -> None:
    case = await claim_assessing()
    await assessment.set_lines(case.claim.id, lines=BILL, expected_version=case.claim.version, actor=case.handler)
    paid, waived, why = Money.of("300.00"), Money.of("100.50"), "a letter of the other side"
    version = (await case.reread()).version
    claim = await assessment.record_third_party(
        case.claim.id, paid=paid, waived=waived, reason=why, expected_version=version, actor=case.handler
    )
    claim = await assessment.propose(
        case.claim.id, reason="as repaired", expected_version=claim.version, actor=case.handler
    )
    assert (claim.payable_minor, claim.reserve_minor) == (109_950, 109_950)
    rules = [step["rule"] for step in claim.calculation or []]
    assert rules == ["NOT_COVERED", "THIRD_PARTY_PAID", "DEDUCTIBLE", "RIGHTS_WAIVED"]
    async with refused(IllegalStep):
        await assessment.record_third_party(
            case.claim.id, paid=paid, waived=waived, reason=why, expected_version=claim.version, actor=case.handler
        )


@pytest.mark.parametrize("amount", [Money.of("-0.01"), Money.of("1.00", Currency.USD)])
async def test_an_impossible_amount_of_a_third_party_is_refused(database: str, amount: Money) -> None:
    case = await claim_assessing()
    version = case.claim.version
    for paid, waived in ((amount, Money(0)), (Money(0), amount)):
        async with refused(Invalid):
            await assessment.record_third_party(
                case.claim.id, paid=paid, waived=waived, reason="?", expected_version=version, actor=case.handler
            )
