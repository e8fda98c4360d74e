"""A word on cover before a loss is reported: the papers it needs, and what the decision will go by."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claims.advice import NO_PROMISE, PAPERS, WHY, advise, papers_for
from domain.claims.cover import cover_of
from domain.claims.models import Claim
from domain.claims.terms import DeclineCode, DocumentKind
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.database import transaction
from domain.kernel.ids import public_id
from domain.kernel.money import Currency, Money
from domain.kernel.sealing import unseal
from domain.notifications.models import Notification
from domain.notifications.outbox import PARAMETERS_PLACE
from domain.policies.models import Policy, PolicyCover
from domain.policies.terms import PolicyState
from domain.products.terms import Peril
from tests.face.conftest import Face, face
from tests.factories.claims import claim_approved, claim_notified, claim_paid, loss
from tests.factories.insured import insured, staff

__all__ = ["face"]

TODAY = date(2026, 11, 30)
ADVICE = """query($id: ID!, $loss: AdvisedLossInput!) {policy(by: {id: $id}) {coverAdvice(loss: $loss) {
  gap message makerAnswersUntil waitingUntil papers {kind why} exclusions {code text} deductible {amount}
  limitLeft {amount currency} claimsLeft notice}}}"""


def facts(**changes: Any) -> dict[str, Any]:
    """A policy of this year over 3,000.00 with all perils, nothing used, no waiting and no warranty."""
    usual: dict[str, Any] = {
        "state": "IN_FORCE", "starts_on": "2026-01-01", "ends_on": "2027-01-01", "waiting_until": None,
        "warranty_until": None, "currency": "CNY", "sum_insured": 300_000, "price": 300_000, "deductible": 20_000,
        "max_claims": None, "covers": {peril.value: [None, None] for peril in Peril}, "lapses": [], "used": [],
        "exclusions": [["WEAR", "Wear and tear.", "自然磨损。"]],
    }  # fmt: skip
    return {**usual, **changes}


def gap(cause: Peril = Peril.BREAKDOWN, on: date = TODAY, **changes: Any) -> DeclineCode | None:
    found: DeclineCode | None = advise(facts(**changes), cause, on, "en")["gap"]
    return found


def test_every_cause_has_papers_and_every_paper_a_reason_in_both_languages() -> None:
    assert set(PAPERS) == set(Peril)
    assert set(WHY) == set(DocumentKind)
    assert DocumentKind.POLICE_REPORT in PAPERS[Peril.THEFT]
    assert DocumentKind.DAMAGE_PHOTOS not in PAPERS[Peril.THEFT]


def test_a_proof_of_identity_is_needed_from_ten_thousand_on() -> None:
    assert DocumentKind.IDENTITY not in papers_for(Peril.DROP, Money.of("9999.99"))
    assert papers_for(Peril.DROP, Money.of("10000.00"))[-1] is DocumentKind.IDENTITY
    assert DocumentKind.IDENTITY not in papers_for(Peril.DROP, Money.of("10000.00", Currency.USD))


def test_the_maker_answers_first_for_breakdowns_alone_and_the_day_of_its_end_is_told() -> None:
    told = advise(facts(warranty_until="2026-12-24"), Peril.BREAKDOWN, TODAY, "zh-CN")
    assert (told["gap"], told["makerAnswersUntil"]) == (DeclineCode.MANUFACTURER_WARRANTY, "2026-12-24")
    assert "厂商" in told["message"]
    told = advise(facts(warranty_until="2026-12-24"), Peril.DROP, TODAY, "zh-CN")
    assert (told["gap"], told["makerAnswersUntil"]) == (None, None)


def test_each_gap_is_told_by_its_code() -> None:
    assert gap() is None
    assert gap(on=date(2025, 12, 31)) is DeclineCode.NOT_IN_FORCE
    assert gap(on=date(2027, 1, 1)) is DeclineCode.NOT_IN_FORCE
    assert gap(state="CANCELLED") is DeclineCode.NOT_IN_FORCE
    assert gap(lapses=[["2026-11-01", None]]) is DeclineCode.NOT_IN_FORCE
    assert gap(lapses=[["2026-11-01", "2026-11-30"]]) is None
    assert gap(waiting_until="2026-12-01") is DeclineCode.WAITING_PERIOD
    assert gap(covers={"DROP": [None, None]}) is DeclineCode.PERIL_NOT_COVERED
    assert gap(used=[["2026-02-01", "DROP", 300_000]]) is DeclineCode.LIMIT_EXHAUSTED
    assert gap(max_claims=1, used=[["2026-02-01", "DROP", 1]]) is DeclineCode.LIMIT_EXHAUSTED


def test_a_peril_with_a_number_of_claims_of_its_own_counts_only_its_own() -> None:
    covers = {"BREAKDOWN": [5_000, 1], "DROP": [None, None]}
    told = advise(facts(covers=covers, used=[["2026-02-01", "DROP", 1]]), Peril.BREAKDOWN, TODAY, "en")
    assert (told["claimsLeft"], told["gap"], told["deductible"]["amount"]) == (1, None, "50.00")
    told = advise(facts(covers=covers, used=[["2026-02-01", "BREAKDOWN", 1]]), Peril.BREAKDOWN, TODAY, "en")
    assert (told["claimsLeft"], told["gap"]) == (0, DeclineCode.LIMIT_EXHAUSTED)


@given(st.lists(st.integers(0, 400_000), max_size=4), st.sampled_from(Peril), st.dates(date(2025, 1, 1)))
def test_it_never_promises_and_what_is_left_never_grows_with_what_is_used(
    used: list[int], cause: Peril, on: date
) -> None:
    if on > date(9000, 1, 1):
        return
    rows = [["2026-02-01", "DROP", each] for each in used]
    told, less = (advise(facts(used=each), cause, on, "en") for each in (rows, rows[1:]))
    assert told["notice"] == NO_PROMISE[0]
    assert Decimal(told["limitLeft"]["amount"]) <= Decimal(less["limitLeft"]["amount"])


@pytest.mark.usefixtures("database")
async def test_the_letter_that_takes_a_loss_down_names_its_papers() -> None:
    case = await claim_notified(reported=loss(cause=Peril.THEFT))
    letter = await Notification.get(subject_id=case.claim.id, template="CLAIM_RECEIVED")
    said = json.loads(unseal(PARAMETERS_PLACE, letter.id, letter.parameters_sealed))
    assert said["documents"] == "PROOF_OF_PURCHASE, POLICE_REPORT"


async def asked(face: Face, covered: Any, actor: Any, cause: Peril, on: date) -> dict[str, Any]:
    variables = {"id": public_id("pol", covered.policy_id), "loss": {"cause": cause, "lossOn": on.isoformat()}}
    told: dict[str, Any] = (await face.data(ADVICE, actor, **variables))["policy"]["coverAdvice"]
    return told


@pytest.mark.usefixtures("database")
async def test_what_is_told_is_what_the_decision_goes_by(face: Face) -> None:
    paid = await claim_paid(await insured(max_claims_a_year=2))
    covered = paid.insured
    await claim_approved(covered, reported=loss(cause=Peril.SCREEN, claimed="300.00"))
    today, policy = clock.today(), await Policy.get(id=covered.policy_id)
    await Policy.filter(id=policy.id).update(warranty_until=today + timedelta(days=9))
    await PolicyCover.filter(policy_id=policy.id, peril=Peril.LIQUID).update(deductible_minor=100)
    for cause in Peril:
        for ago in (0, 2, 29, 40):
            on = today - timedelta(days=ago)
            told = await asked(face, covered, covered.customer, cause, on)
            if on > today:
                continue
            async with transaction():
                claim = Claim(**{**_row(await Claim.get(id=paid.claim.id)), "loss_on": on, "cause": cause})
                claim.id = policy.id  # a claim that is not there yet uses nothing
                cover = await cover_of(await Policy.get(id=policy.id), claim)
            left = cover.terms.aggregate_left
            expected = DeclineCode.LIMIT_EXHAUSTED if left is not None and left.minor == 0 else cover.gap
            assert told["gap"] == expected, (cause, ago)
            assert left is not None
            assert Decimal(told["limitLeft"]["amount"]) == left.amount
            assert cover.terms.deductible is not None
            assert Decimal(told["deductible"]["amount"]) == cover.terms.deductible.amount


def _row(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in claim._meta.db_fields}


@pytest.mark.usefixtures("database")
async def test_whoever_sees_no_claims_asks_nothing_of_their_limits(face: Face) -> None:
    covered = await insured()
    told = await asked(face, covered, await staff(Role.CUSTOMER_SERVICE), Peril.DROP, clock.today())
    assert (told["gap"], told["exclusions"][0]["code"]) == (None, "WEAR")
    await Policy.filter(id=covered.policy_id).update(state=PolicyState.CANCELLED, cancelled_at=clock.now())
    told = await asked(face, covered, covered.partner, Peril.DROP, clock.today())
    assert told["gap"] == "NOT_IN_FORCE"
    variables = {
        "id": public_id("pol", covered.policy_id), "loss": {"cause": "DROP", "lossOn": clock.today().isoformat()},
    }  # fmt: skip
    assert await face.codes(ADVICE, await staff(Role.SALES), **variables) == ["FORBIDDEN"]
