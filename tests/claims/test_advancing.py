"""Advances toward claims whose amount is not settled in time, and what they leave to be decided and paid."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.claims import advance_watching, advancing, assessment, decision, intake, reopening, screening, settlement
from domain.claims.assessment import AssessedLine
from domain.claims.models import Advance, Claim, Referral
from domain.claims.refusals import (
    AboveAuthority,
    AbovePayable,
    AdvanceGranted,
    AdvanceNotReturned,
    AdvanceUnpaid,
    BelowPromise,
    LinesMissing,
    NothingPayable,
    OwnClaim,
    ReferralOpen,
    SameManager,
)
from domain.claims.terms import AdvanceState, ClaimState, DeclineCode, ReopenReason
from domain.customers.contacts import recipient_of
from domain.jobs.models import Job
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, IllegalStep, Invalid, NotFound, Refusal, StaleVersion
from domain.kernel.sealing import unseal
from domain.ledger.balances import balances
from domain.ledger.terms import Account
from domain.notifications.models import Notification
from domain.payouts.models import Payout
from domain.payouts.terms import GONE, HoldReason, PayoutState
from domain.policies.models import Policy
from domain.products.terms import Peril
from domain.staff.models import AuthorityLimit
from tests.factories.advances import (
    SYSTEM,
    advance_granted,
    advance_proposed,
    claim_open_for,
    send_back,
    settle,
)
from tests.factories.claims import BILL, Case, claim_awaiting_documents, loss, nothing_open
from tests.factories.insured import manager, staff
from tests.factories.payouts import staff_with_mail_of
from tests.factories.unchanged import refused, unchanged
from tests.factories.work import work

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
PAID = Actor.system("claims.record_paid")


async def proposed_for_decision(case: Case) -> Claim:
    claim = await case.reread()
    return await assessment.propose(claim.id, reason="done", expected_version=claim.version, actor=case.handler)


async def approved(case: Case, amount: Money | None = None, reason: str | None = None) -> Claim:
    claim = await case.reread()
    return await decision.approve(
        claim.id, amount=amount, reason=reason, expected_version=claim.version, actor=case.manager
    )


async def agreed(case: Case) -> Claim:
    claim = await case.reread()
    return await settlement.agree(claim.id, expected_version=claim.version, actor=case.customer)


async def advance_paid(amount: str = "500.00") -> tuple[Case, Advance]:
    case, advance = await advance_granted(amount)
    await settle(await Payout.get(id=advance.payout_id))
    assert advance.payout_id is not None
    await settlement.record_advance_paid(case.claim.id, advance.payout_id, actor=PAID)
    return case, await Advance.get(id=advance.id)


async def test_those_in_charge_are_told_at_day_50_once_and_nothing_is_proposed_yet() -> None:
    case = await claim_open_for(51)
    for _ in range(2):
        await advance_watching.look(case.claim.id, actor=SYSTEM)
    (advance,) = await Advance.all()
    assert (advance.state, advance.round, advance.determined_minor) == (AdvanceState.EXPECTED, 1, None)
    told = await Notification.filter(template="ADVANCE_DUE_SOON")
    assert {each.party_id for each in told} == {case.handler.staff_id, case.manager.staff_id}
    assert len(told) == 2


async def test_at_day_60_what_the_contract_pays_of_the_lines_is_proposed_once() -> None:
    case, advance = await advance_proposed()
    assert (advance.state, advance.determined_minor) == (AdvanceState.PROPOSED, 150_000)
    async with unchanged():
        await advance_watching.look(case.claim.id, actor=SYSTEM)
    assert await Notification.filter(template="ADVANCE_PROPOSED").count() == 2
    assert await Payout.all().count() == 0


async def test_an_advance_is_proposed_without_a_sum_where_nothing_can_be_determined_and_not_granted_so() -> None:
    case, advance = await advance_proposed(lines=())
    assert (advance.state, advance.determined_minor) == (AdvanceState.PROPOSED, None)
    async with refused(LinesMissing):
        await grant(advance, "10.00", case.manager)


async def grant(advance: Advance, amount: str, actor: Actor) -> Advance:
    return await advancing.approve(
        advance.id, amount=Money.of(amount), reason="known", expected_version=advance.version, actor=actor
    )


async def test_neither_before_day_50_nor_while_papers_are_missing_nor_when_decided_is_anybody_told() -> None:
    early, decided = await claim_open_for(49), await claim_open_for(61)
    await proposed_for_decision(decided)
    await approved(decided)
    with clock.at(clock.now() - 61 * DAY):
        waiting = await claim_awaiting_documents()
    async with unchanged():
        for case in (early, waiting, decided):
            await advance_watching.look(case.claim.id, actor=SYSTEM)
    assert await advance_watching.check(actor=SYSTEM) == 0


async def test_the_days_for_which_papers_were_missing_do_not_count() -> None:
    case = await claim_open_for(61)
    claim = await case.reread()
    await Claim.filter(id=claim.id).update(decision_due_at=claim.decision_due_at + 15 * DAY)
    assert await advance_watching.check(actor=SYSTEM) == 0
    with clock.at(clock.now() + 10 * DAY):
        assert await advance_watching.check(actor=SYSTEM) == 1


async def test_two_sweeps_at_once_ask_for_one_look_at_each_claim(database: str) -> None:
    await claim_open_for(61)
    await asyncio.gather(*(advance_watching.check(actor=SYSTEM) for _ in range(2)))
    assert await Job.filter(kind="claims.look_at_advance").count() == 1
    await work(database, (Queue.BULK,))
    assert await Advance.filter(state=AdvanceState.PROPOSED).count() == 1
    assert await advance_watching.check(actor=SYSTEM) == 0


async def test_a_granted_advance_requests_its_payout_and_the_customer_is_told() -> None:
    case, advance = await advance_granted()
    claim = await case.reread()
    payout = await Payout.get(id=advance.payout_id)
    assert (payout.subject_id, payout.decision_no, payout.instalment, payout.amount_minor) == (claim.id, 1, 2, 50_000)
    assert set(payout.barred) == {str(case.handler.staff_id), str(case.manager.staff_id)}
    assert (claim.state, claim.advanced_minor, claim.advance_due_minor) == (ClaimState.ASSESSING, 50_000, 50_000)
    assert (claim.paid_minor, claim.reserve_minor) == (0, 150_000)
    assert await Notification.filter(template="CLAIM_ADVANCE_GRANTED", subject_id=claim.id).count() == 1


async def test_only_managers_without_an_interest_grant_refuse_or_take_back() -> None:
    case, advance = await advance_proposed()
    for actor, kind in (
        (case.handler, Forbidden), (await staff(Role.RISK), Forbidden), (case.customer, NotFound),
        (await staff_with_mail_of(*await _mail_of(case), Role.CLAIMS_MANAGER), OwnClaim),
    ):  # fmt: skip
        async with refused(kind):
            await grant(advance, "10.00", actor)
    async with refused(Forbidden):
        await advancing.refuse(advance.id, reason="no", expected_version=advance.version, actor=case.handler)


async def _mail_of(case: Case) -> tuple[UUID, str]:
    async with transaction():
        found = await recipient_of(case.claim.customer_id)
    return case.claim.customer_id, unseal(found.address_place, case.claim.customer_id, found.address_sealed)


@pytest.mark.parametrize(
    ("amount", "kind"),
    [
        (Money.of("1500.01"), AbovePayable),
        (Money(0), Invalid),
        (Money(-1), Invalid),
        (Money.of("1.00", Currency.USD), Invalid),
    ],
)
async def test_more_than_the_contract_pays_is_not_advanced(amount: Money, kind: type[Refusal]) -> None:
    case, advance = await advance_proposed()
    async with refused(kind):
        await advancing.approve(
            advance.id, amount=amount, reason="known", expected_version=advance.version, actor=case.manager
        )


async def test_what_another_claim_used_of_the_limit_is_not_advanced() -> None:
    case, advance = await advance_proposed()
    await Policy.filter(id=case.claim.policy_id).update(sum_insured_minor=160_000)
    other = await intake.report(case.claim.policy_id, loss=loss(place="Beijing"), actor=case.customer)
    await Claim.filter(id=other.id).update(payable_minor=100_000, paid_minor=100_000)
    async with refused(AbovePayable):
        await grant(advance, "600.01", case.manager)
    await grant(advance, "600.00", case.manager)


async def test_what_was_advanced_is_gone_for_other_claims() -> None:
    case, _ = await advance_granted("500.00")
    await Policy.filter(id=case.claim.policy_id).update(sum_insured_minor=160_000)
    with clock.at(clock.now() - 61 * DAY):
        wet = loss(cause=Peril.LIQUID)
        other = await intake.report(case.claim.policy_id, loss=wet, actor=case.customer)
    case.claim = other
    await Claim.filter(id=other.id).update(state="ASSESSING", handler_id=case.handler.staff_id)
    claim = await case.reread()
    await assessment.set_lines(claim.id, lines=BILL, expected_version=claim.version, actor=case.handler)
    found = await proposed_for_decision(case)
    assert found.payable_minor == 110_000


async def test_above_one_manager_s_limit_a_second_one_must_have_agreed() -> None:
    case, advance = await advance_proposed()
    await AuthorityLimit.filter(staff_id=case.manager.staff_id).update(limit_minor=40_000)
    async with refused(AboveAuthority):
        await grant(advance, "500.00", case.manager)
    given = {"amount": Money.of("500.00"), "reason": "agreed"}
    advance = await advancing.second(advance.id, **given, expected_version=advance.version, actor=case.manager)  # type: ignore[arg-type]
    async with refused(SameManager):
        await grant(advance, "500.00", case.manager)
    other = await manager("1.00")
    async with refused(AboveAuthority):
        await grant(advance, "500.01", other)
    assert (await grant(advance, "500.00", other)).state is AdvanceState.APPROVED
    payout = await Payout.get(subject_id=case.claim.id)
    assert {str(case.manager.staff_id), str(other.staff_id)} <= set(payout.barred)


async def test_an_advance_counts_once_toward_the_decider_s_limit() -> None:
    case, _ = await advance_granted("1000.00")
    await proposed_for_decision(case)
    await AuthorityLimit.filter(staff_id=case.manager.staff_id).update(limit_minor=149_999)
    async with refused(AboveAuthority):
        await approved(case)
    await AuthorityLimit.filter(staff_id=case.manager.staff_id).update(limit_minor=150_000)
    await approved(case)


async def test_nothing_is_advanced_while_risk_looks_and_what_was_is_stopped() -> None:
    case, advance = await advance_proposed()
    claim = await case.reread()
    risk = await staff(Role.RISK)
    await screening.refer(claim.id, reason="odd", expected_version=claim.version, actor=risk)
    async with refused(ReferralOpen):
        await grant(advance, "500.00", case.manager)
    granted, _ = await advance_granted()
    claim = await granted.reread()
    await screening.refer(claim.id, reason="odd", expected_version=claim.version, actor=risk)
    assert (await Payout.get(subject_id=claim.id)).stop is HoldReason.REFERRED


async def test_two_managers_at_once_grant_one_advance() -> None:
    case, advance = await advance_proposed()
    other = await manager()
    outcomes = await asyncio.gather(
        *(grant(advance, "500.00", each) for each in (case.manager, other, case.manager)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Advance", "StaleVersion", "StaleVersion"]
    assert await Payout.all().count() == 1


@pytest.mark.parametrize("attempt", range(3))
async def test_granting_while_the_claim_is_decided_ends_one_way_or_the_other(attempt: int) -> None:
    case, advance = await advance_proposed()
    await proposed_for_decision(case)
    turns = [grant(advance, "500.00", case.manager), approved(case)]
    outcomes = await asyncio.gather(*(turns if attempt % 2 else reversed(turns)), return_exceptions=True)
    claim, found = await case.reread(), await Advance.get(id=advance.id)
    assert sorted(type(each) in {Advance, Claim} for each in outcomes) == [False, True], outcomes
    if found.state is AdvanceState.APPROVED:
        assert (claim.state, claim.advanced_minor) == (ClaimState.DECISION_PENDING, 50_000)
    else:
        assert (claim.state, found.state) == (ClaimState.APPROVED, AdvanceState.LAPSED)


async def test_a_settled_advance_is_paid_and_the_claim_goes_on_where_it_stood() -> None:
    case, advance = await advance_paid()
    claim = await case.reread()
    assert advance.state is AdvanceState.PAID
    assert (claim.state, claim.paid_minor, claim.advance_due_minor) == (ClaimState.ASSESSING, 50_000, 0)
    assert (claim.reserve_minor, claim.advanced_minor, claim.paid_at) == (100_000, 50_000, None)
    assert await Notification.filter(template="CLAIM_ADVANCE_PAID").count() == 1
    assert advance.payout_id is not None
    async with unchanged():
        await settlement.record_advance_paid(claim.id, advance.payout_id, actor=PAID)


async def test_the_decision_pays_the_difference_and_the_ledger_has_the_whole_once(database: str) -> None:
    case, _ = await advance_granted()
    await settle(await Payout.get(subject_id=case.claim.id))
    await work(database)
    await proposed_for_decision(case)
    claim = await approved(case)
    assert (claim.state, claim.approved_minor, claim.payable_minor) == (ClaimState.APPROVED, 150_000, 150_000)
    assert claim.reserve_minor == 100_000
    await agreed(case)
    rest = await Payout.get(subject_id=claim.id, instalment=1)
    assert rest.amount_minor == 100_000
    await settle(rest)
    await work(database)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor, claim.reserve_minor) == (ClaimState.PAID, 150_000, 0)
    assert await Notification.filter(template="CLAIM_APPROVED_AFTER_ADVANCE").count() == 1
    async with transaction():
        found = await balances()
    assert found[Account.CLAIMS_EXPENSE, Currency.CNY] == Money.of("1500.00")
    assert found[Account.BANK, Currency.CNY] == Money.of("-1500.00")
    assert found[Account.CLAIMS_PAYABLE, Currency.CNY] == Money(0)


async def test_when_all_was_advanced_the_agreement_makes_the_claim_paid() -> None:
    case, _ = await advance_paid("1500.00")
    await proposed_for_decision(case)
    claim = await approved(case)
    assert (claim.state, claim.approved_minor, claim.reserve_minor) == (ClaimState.APPROVED, 150_000, 0)
    claim = await agreed(case)
    assert (claim.state, claim.paid_minor) == (ClaimState.PAID, 150_000)
    assert claim.paid_at is not None and claim.answered_at is not None
    assert await Payout.filter(subject_id=claim.id).count() == 1
    assert await Notification.filter(template="CLAIM_PAID_IN_ADVANCE").count() == 1


async def test_an_advance_on_its_way_makes_the_claim_paid_when_it_arrives() -> None:
    case, advance = await advance_granted("1500.00")
    await proposed_for_decision(case)
    await approved(case)
    claim = await agreed(case)
    assert (claim.state, claim.reserve_minor) == (ClaimState.PAYMENT_PENDING, 150_000)
    assert advance.payout_id is not None
    await settlement.record_advance_paid(claim.id, advance.payout_id, actor=PAID)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor, claim.reserve_minor) == (ClaimState.PAID, 150_000, 0)


async def test_a_claim_is_not_closed_while_its_advance_is_on_its_way() -> None:
    case, advance = await advance_granted()
    await proposed_for_decision(case)
    await approved(case)
    claim = await agreed(case)
    await settlement.record_paid(claim.id, decision_no=1, amount=Money.of("1000.00"), actor=PAID)
    claim = await case.reread()
    assert (claim.state, claim.reserve_minor, claim.advance_due_minor) == (ClaimState.PAID, 50_000, 50_000)
    async with refused(AdvanceUnpaid):
        await reopening.close(
            claim.id, reason="done", open_work=nothing_open, expected_version=claim.version, actor=case.handler
        )
    with clock.at(clock.now() + 30 * DAY):
        assert await reopening.close_stale(actor=SYSTEM) == 0
    assert advance.payout_id is not None
    await settlement.record_advance_paid(claim.id, advance.payout_id, actor=PAID)
    claim = await case.reread()
    assert (claim.state, claim.paid_minor, claim.reserve_minor) == (ClaimState.PAID, 150_000, 0)


async def test_less_than_was_advanced_is_not_approved() -> None:
    case, _ = await advance_paid()
    claim = await proposed_for_decision(case)
    async with refused(BelowPromise):
        await approved(case, Money.of("499.99"), "less")
    assert (await approved(case, Money.of("500.00"), "less")).state is ClaimState.PARTIALLY_APPROVED
    assert claim.payable_minor == 150_000


async def test_a_bill_that_comes_to_less_than_was_advanced_pays_the_advance_and_no_more() -> None:
    case, _ = await advance_paid("1500.00")
    claim = await case.reread()
    small = (AssessedLine("Screen", Money.of("300.00")),)
    await assessment.set_lines(claim.id, lines=small, expected_version=claim.version, actor=case.handler)
    claim = await proposed_for_decision(case)
    assert (claim.payable_minor, claim.reserve_minor) == (150_000, 0)
    assert (await approved(case)).approved_minor == 150_000


async def test_an_advanced_claim_is_neither_declined_nor_withdrawn() -> None:
    case, _ = await advance_granted()
    claim = await case.reread()
    async with refused(AdvanceGranted):
        await intake.withdraw(
            claim.id, reason="no", open_work=nothing_open, expected_version=claim.version, actor=case.customer
        )
    claim = await proposed_for_decision(case)
    async with refused(AdvanceGranted):
        await declined(case)


async def declined(case: Case, code: DeclineCode = DeclineCode.COSMETIC) -> Claim:
    claim = await case.reread()
    return await decision.decline(
        claim.id, code=code, clause="5.2", reason="no", expected_version=claim.version, actor=case.manager
    )


async def test_a_confirmed_fraud_ends_the_claim_though_money_was_advanced() -> None:
    case, _ = await advance_paid()
    claim = await proposed_for_decision(case)
    risk = await staff(Role.RISK)
    claim = await screening.refer(claim.id, reason="odd", expected_version=claim.version, actor=risk)
    referral = await Referral.get(claim_id=claim.id)
    await screening.confirm(referral.id, judgement="false", expected_version=referral.version, actor=risk)
    claim = await declined(case, DeclineCode.FRAUD)
    assert (claim.state, claim.paid_minor, claim.reserve_minor) == (ClaimState.DECLINED, 50_000, 0)


async def test_an_advance_nobody_granted_lapses_with_the_claim() -> None:
    for end in (declined, approved):
        case, advance = await advance_proposed()
        await proposed_for_decision(case)
        await end(case)
        assert (await Advance.get(id=advance.id)).state is AdvanceState.LAPSED
        async with refused(StaleVersion):
            await grant(advance, "500.00", case.manager)
        async with refused(IllegalStep):
            await grant(await Advance.get(id=advance.id), "500.00", case.manager)


async def test_a_refused_advance_is_not_proposed_anew_for_the_same_decision() -> None:
    case, advance = await advance_proposed()
    found = await advancing.refuse(advance.id, reason="no", expected_version=advance.version, actor=case.manager)
    assert (found.state, found.decision_reason, found.decider_id) == ("REFUSED", "no", case.manager.staff_id)
    async with unchanged():
        await advance_watching.look(case.claim.id, actor=SYSTEM)
    assert await advance_watching.check(actor=SYSTEM) == 0


async def test_a_payment_that_came_back_is_taken_back_and_counts_no_more() -> None:
    case, advance = await advance_paid()
    async with refused(AdvanceNotReturned):
        await take_back(advance, case)
    await send_back(advance.payout_id)
    found = await take_back(advance, case)
    claim = await case.reread()
    assert (found.state, claim.paid_minor, claim.advanced_minor) == (AdvanceState.TAKEN_BACK, 0, 0)
    assert (claim.reserve_minor, claim.payable_minor) == (150_000, None)
    async with transaction():
        accounts = await balances()
    for each in (Account.CLAIMS_EXPENSE, Account.CLAIMS_PAYABLE, Account.BANK):
        assert accounts[each, Currency.CNY] == Money(0), each
    await advance_watching.look(claim.id, actor=SYSTEM)
    assert await Advance.filter(claim_id=claim.id, state=AdvanceState.PROPOSED).count() == 1
    await proposed_for_decision(case)
    await declined(case)


async def take_back(advance: Advance, case: Case) -> Advance:
    return await advancing.take_back(
        advance.id, reason="closed", expected_version=advance.version, actor=case.manager
    )


async def test_nothing_is_taken_back_once_an_amount_reckons_with_it() -> None:
    case, advance = await advance_paid()
    await send_back(advance.payout_id)
    await proposed_for_decision(case)
    async with refused(IllegalStep):
        await take_back(advance, case)
    await approved(case)
    async with refused(IllegalStep):
        await take_back(advance, case)


async def test_a_loss_that_is_not_covered_gets_no_advance() -> None:
    case, advance = await advance_proposed()
    await Claim.filter(id=case.claim.id).update(cause="BATTERY")
    async with refused(NothingPayable):
        await grant(advance, "10.00", case.manager)


async def test_a_reopened_claim_gets_an_advance_of_its_own_decision() -> None:
    case, _ = await advance_paid("1500.00")
    small = (AssessedLine("Screen", Money.of("1700.00")),)
    await proposed_for_decision(case)
    await approved(case)
    claim = await agreed(case)
    claim = await reopening.close(
        claim.id, reason="done", open_work=nothing_open, expected_version=claim.version, actor=case.handler
    )
    claim = await reopening.reopen(
        claim.id, code=ReopenReason.NEW_EVIDENCE, reason="more", expected_version=claim.version, actor=case.manager
    )
    assert claim.advanced_minor == 0
    claim = await assessment.start(claim.id, expected_version=claim.version, actor=case.handler)
    larger = (*small, AssessedLine("Board", Money.of("800.00")))
    await assessment.set_lines(claim.id, lines=larger, expected_version=claim.version, actor=case.handler)
    with clock.at(clock.now() + 61 * DAY):
        await advance_watching.look(claim.id, actor=SYSTEM)
        advance = await Advance.get(claim_id=claim.id, round=2)
        assert advance.determined_minor == 80_000
        await grant(advance, "800.00", case.manager)
        await proposed_for_decision(case)
        claim = await approved(case)
    assert (claim.approved_minor, claim.payable_minor, claim.paid_minor) == (80_000, 230_000, 150_000)
    assert await Payout.filter(subject_id=claim.id).count() == 2


TURNS = 40


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_no_more_is_paid_or_promised_than_the_contract_pays(seed: int) -> None:
    draw = random.Random(seed)
    case, _ = await advance_proposed()
    limit = 200_000
    await Policy.filter(id=case.claim.policy_id).update(sum_insured_minor=limit)
    for _ in range(TURNS):
        try:
            await _something(case, draw)
        except Refusal:
            continue
        finally:
            await _expect_within(case, limit)


async def _something(case: Case, draw: random.Random) -> None:
    claim, amount = await case.reread(), Money(draw.randrange(1, 220_000))
    given = {"expected_version": claim.version}
    lines = [AssessedLine(f"{place}", Money(draw.randrange(1, 150_000))) for place in range(2)]
    turns: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: assessment.set_lines(claim.id, lines=lines, **given, actor=case.handler),
        lambda: proposed_for_decision(case),
        lambda: assessment.return_to_assessment(claim.id, reason="no", **given, actor=case.handler),
        lambda: approved(case, draw.choice([None, amount]), "as seen"),
        lambda: declined(case),
        lambda: agreed(case),
        lambda: _grant_some(claim, amount, case),
        lambda: _pay_some(claim),
        lambda: _take_back_some(claim, case),
        lambda: advance_watching.look(claim.id, actor=SYSTEM),
    )
    await draw.choice(turns)()


async def _grant_some(claim: Claim, amount: Money, case: Case) -> None:
    advance = await Advance.filter(claim_id=claim.id).order_by("-id").first()
    if advance is not None:
        await grant(advance, f"{amount.amount}", case.manager)


async def _pay_some(claim: Claim) -> None:
    payout = await Payout.filter(subject_id=claim.id).exclude(state__in=GONE).order_by("-id").first()
    if payout is not None:
        await _pay(payout)


async def _take_back_some(claim: Claim, case: Case) -> None:
    advance = await Advance.filter(claim_id=claim.id, state=AdvanceState.PAID).first()
    if advance is None:
        return
    payout = await Payout.get(id=advance.payout_id)
    if payout.state is PayoutState.SETTLED and claim.state is ClaimState.ASSESSING:
        await send_back(payout.id)
    await take_back(advance, case)


async def _pay(payout: Payout) -> None:
    if payout.state is PayoutState.DRAFT:
        await settle(payout)
    if payout.instalment == 2:
        await settlement.record_advance_paid(payout.subject_id, payout.id, actor=PAID)
        return
    amount = Money(payout.amount_minor, payout.currency)
    await settlement.record_paid(payout.subject_id, decision_no=payout.decision_no, amount=amount, actor=PAID)


async def _expect_within(case: Case, limit: int) -> None:
    claim = await case.reread()
    asked = await Payout.filter(subject_id=claim.id).exclude(state__in=GONE)
    promised = sum(each.amount_minor for each in asked)
    assert promised <= limit
    assert promised <= claim.paid_minor + claim.advance_due_minor + max(
        0, (claim.approved_minor or 0) - claim.advanced_minor
    )
    if claim.payable_minor is not None:
        assert promised <= claim.payable_minor <= limit
