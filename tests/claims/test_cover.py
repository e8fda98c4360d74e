"""What the contract says for a claim: the policy as it was sold."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.billing import watching
from domain.claims import assessment, decision
from domain.claims.assessment import AssessedLine
from domain.claims.models import Claim
from domain.claims.terms import DeclineCode
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.money import Money
from domain.policies import cancellation, lapsing
from domain.policies.models import Policy
from domain.products.terms import Peril, PerilTerms
from tests.factories.billing import OFFICE, invoiced_ago, paid
from tests.factories.claims import claim_assessing, loss
from tests.factories.insured import PERILS, Insured, insured, sold, staff, version_on_sale

pytestmark = pytest.mark.usefixtures("database")
USUAL = dict.fromkeys(PERILS, PerilTerms())


def of(policy: Policy) -> Insured:
    return Insured(policy.id, policy.customer_id, policy.partner_id)


async def proposed(covered: Insured, cause: Peril = Peril.DROP, bill: str = "1700.00", on: date | None = None) -> Claim:
    case = await claim_assessing(covered, reported=loss(cause=cause, on=on))
    lines = [AssessedLine("Repair", Money.of(bill))]
    claim = await assessment.set_lines(
        case.claim.id, lines=lines, expected_version=case.claim.version, actor=case.handler
    )
    claim = await assessment.propose(claim.id, reason="as billed", expected_version=claim.version, actor=case.handler)
    if claim.payable_minor:
        claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.manager)
    return claim


def why_not(claim: Claim) -> str | None:
    """The coded reason for which the whole bill fell out."""
    assert claim.calculation
    first: dict[str, Any] = claim.calculation[0]
    return first["basis"].removeprefix("Repair: ") if first["rule"] == "NOT_COVERED" else None


async def test_a_peril_that_was_not_sold_is_not_covered() -> None:
    claim = await proposed(await insured(), Peril.BATTERY)
    assert (claim.payable_minor, why_not(claim)) == (0, DeclineCode.PERIL_NOT_COVERED)


async def test_the_perils_own_limit_and_deductible_go_before_the_versions() -> None:
    own = PerilTerms(limit=Money.of("800.00"), deductible=Money.of("50.00"))
    covered = await insured(perils={**USUAL, Peril.SCREEN: own}, per_claim_limit=Money.of("1000.00"))
    assert (await proposed(covered, Peril.SCREEN, "700.00")).payable_minor == 65_000
    assert (await proposed(covered, Peril.SCREEN, "1700.00", clock.today() - timedelta(days=2))).payable_minor == 80_000
    assert (await proposed(covered, Peril.DROP)).payable_minor == 100_000


async def test_a_deductible_of_nothing_is_a_deductible_of_its_own() -> None:
    covered = await insured(perils={Peril.DROP: PerilTerms(deductible=Money(0))})
    assert (await proposed(covered)).payable_minor == 170_000


async def test_the_insureds_share_of_the_rest_is_held_back() -> None:
    claim = await proposed(await insured(coinsurance_rate=Decimal("0.1")))
    assert claim.payable_minor == 135_000


async def test_a_loss_in_the_waiting_days_is_not_covered_and_the_first_day_after_them_is() -> None:
    covered = await insured(waiting_days=15)
    policy = await Policy.get(id=covered.policy_id)
    assert policy.waiting_until is not None
    early = await proposed(covered, on=policy.waiting_until - timedelta(days=1))
    assert (early.payable_minor, why_not(early)) == (0, DeclineCode.WAITING_PERIOD)
    assert (await proposed(covered, on=policy.waiting_until)).payable_minor == 150_000


async def test_the_makers_warranty_answers_for_faults_and_never_for_accidents() -> None:
    covered = of(await sold(warranty_until=clock.today() + timedelta(days=365)))
    today = clock.today()
    fault = await proposed(covered, Peril.BREAKDOWN, on=today)
    assert (fault.payable_minor, why_not(fault)) == (0, DeclineCode.MANUFACTURER_WARRANTY)
    assert (await proposed(covered, Peril.DROP, on=today)).payable_minor == 150_000


async def test_a_number_of_claims_a_year_is_used_up() -> None:
    covered = await insured(max_claims_a_year=1)
    assert (await proposed(covered, Peril.DROP, "500.00")).payable_minor == 30_000
    second = await proposed(covered, Peril.SCREEN, "500.00")
    assert (second.payable_minor, why_not(second)) == (0, DeclineCode.LIMIT_EXHAUSTED)


async def test_a_perils_own_number_counts_its_own_claims_only() -> None:
    covered = await insured(perils={**USUAL, Peril.SCREEN: PerilTerms(max_claims_a_year=1)})
    days = [clock.today() - timedelta(days=each) for each in (2, 3)]
    assert (await proposed(covered, Peril.DROP, "500.00")).payable_minor == 30_000
    assert (await proposed(covered, Peril.SCREEN, "500.00", days[0])).payable_minor == 30_000
    third = await proposed(covered, Peril.SCREEN, "500.00", days[1])
    assert (third.payable_minor, why_not(third)) == (0, DeclineCode.LIMIT_EXHAUSTED)
    assert (await proposed(covered, Peril.DROP, "500.00", days[1])).payable_minor == 30_000


async def test_nobody_gets_more_than_the_device_was_worth_on_the_day() -> None:
    covered = await insured(depreciation_monthly_rate=Decimal("0.1"), registration_days=400)
    with clock.at(clock.now() - timedelta(days=30)):
        bought = clock.today() - timedelta(days=61)
        worn = await sold(
            version_id=await version_on_sale(depreciation_monthly_rate=Decimal("0.1"), registration_days=400),
            purchased_on=bought,
        )
    claim = await proposed(of(worn), bill="2900.00", on=bought + timedelta(days=62))
    # Two months at a tenth of 3,000.00 leave 2,400.00, less the deductible.
    assert claim.payable_minor == 220_000
    assert (await proposed(covered, bill="2900.00", on=clock.today() - timedelta(days=29))).payable_minor == 270_000


async def test_a_limit_for_the_term_below_the_price_is_no_under_insurance() -> None:
    claim = await proposed(await insured(aggregate_limit_rate=Decimal("0.5")), bill="1700.00")
    assert (claim.payable_minor, claim.term_limit_minor) == (150_000, 150_000)
    assert [step["rule"] for step in claim.calculation or []] == ["DEDUCTIBLE"]


async def test_a_policy_that_was_taken_back_covers_nothing() -> None:
    policy = await sold()
    await cancellation.cancel(policy.id, reason="no", expected_version=1, actor=of(policy).customer)
    claim = await proposed(of(policy), on=clock.today())
    assert (claim.payable_minor, why_not(claim)) == (0, DeclineCode.NOT_IN_FORCE)


async def test_a_loss_in_a_lapse_is_not_covered_and_one_before_it_is() -> None:
    billed = await invoiced_ago(31)
    await watching.watch(actor=OFFICE)
    await lapsing.lapse(billed.covered.policy_id, actor=OFFICE)
    in_the_lapse = await proposed(billed.covered, on=clock.today())
    before = await proposed(billed.covered, on=clock.today() - timedelta(days=1))
    assert (in_the_lapse.payable_minor, why_not(in_the_lapse)) == (0, DeclineCode.NOT_IN_FORCE)
    assert (before.payable_minor, why_not(before)) == (150_000, None)


async def test_a_loss_in_a_lapse_stays_uncovered_after_the_reinstatement() -> None:
    billed, underwriter = await invoiced_ago(31, count=1), await staff(Role.UNDERWRITER)
    await watching.watch(actor=OFFICE)
    await lapsing.lapse(billed.covered.policy_id, actor=OFFICE)
    await paid(billed, "R-1", "500.01")
    version = (await billed.policy()).version
    await lapsing.reinstate(billed.covered.policy_id, reason="paid", expected_version=version, actor=underwriter)
    same_day = await proposed(billed.covered, on=clock.today())
    assert (same_day.payable_minor, why_not(same_day)) == (0, DeclineCode.NOT_IN_FORCE)
    with clock.at(clock.now() + timedelta(days=1)):
        next_day = await proposed(billed.covered, on=clock.today())
    assert (next_day.payable_minor, why_not(next_day)) == (150_000, None)
