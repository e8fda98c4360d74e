"""Scorecards from a day on: set by risk for days to come, whole or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, Refusals
from domain.risk import rules, scorecards
from domain.risk.models import CreditBand, Scorecard, ScorecardBin
from domain.risk.refusals import BandsOutOfOrder, BinsIncomplete
from domain.risk.terms import BEST_FIRST, CreditCharacteristic, CreditGrade, Scale
from tests.factories.credit import BANDS, CLAIM_BINS, FIRST_DAY, SCALE, USE_BINS, assessed, card
from tests.factories.insured import insured, staff
from tests.factories.unchanged import refused, refused_together

pytestmark = pytest.mark.usefixtures("database")
DAY = timedelta(days=1)
D = Decimal


async def test_the_first_scorecard_is_sound_and_holds_what_the_field_says() -> None:
    async with transaction():
        _, terms = await scorecards.in_force(clock.today())
        with pytest.raises(LookupError):
            await scorecards.in_force(FIRST_DAY - DAY)
    assert rules.faults_of(terms) == []
    assert (terms.scale, terms.bands, terms.bins[:3]) == (SCALE, BANDS, CLAIM_BINS)
    assert {each.characteristic for each in terms.bins} == set(CreditCharacteristic)


async def test_a_scorecard_counts_from_its_day_on_and_what_was_scored_stands() -> None:
    actor, tomorrow, covered = await staff(Role.RISK), clock.today() + DAY, await insured()
    before = await assessed(covered)
    terms = card(bins=USE_BINS + CLAIM_BINS, bands=tuple(reversed(BANDS)))
    row = await scorecards.set_scorecard(terms, applies_from=tomorrow, reason="counts of 2026", actor=actor)
    async with transaction():
        today_id, _ = await scorecards.in_force(clock.today())
        next_id, found = await scorecards.in_force(tomorrow)
    assert (today_id, next_id) == (before.scorecard_id, row.id)
    assert found == card()  # in the order of the characteristics and grades
    with clock.at(clock.now() + DAY):
        after = await assessed(covered)
    assert (after.scorecard_id, after.score, after.grade) == (row.id, D("576.96"), CreditGrade.C)
    assert after.valid_until == tomorrow + timedelta(days=90)
    entry = await AuditEntry.get(action="scorecard:set", subject_id=row.id)
    assert (entry.reason, row.set_by) == ("counts of 2026", actor.staff_id)
    assert entry.after == {
        "applies_from": tomorrow.isoformat(),
        "information_values": {"CLAIMS_3Y": "0.428154", "DECLARED_USE": "0.269985"},
    }  # 0.2 * ln (0.9 / 0.7) - 0.2 * ln (0.1 / 0.3)


async def test_counts_and_numbers_are_kept_to_the_last_place() -> None:
    scale = Scale(D("20.123456"), D("600.654321"), D("50.000001"))
    bands = (replace(BANDS[0], least_score=D("619.999999"), premium_factor=D("0.900001")), BANDS[4])
    terms = card(scale=scale, bands=bands)
    tomorrow = clock.today() + DAY
    await scorecards.set_scorecard(terms, applies_from=tomorrow, reason="exact", actor=await staff(Role.RISK))
    async with transaction():
        assert (await scorecards.in_force(tomorrow))[1] == terms


async def test_a_scorecard_is_not_set_for_days_that_have_begun_or_without_a_reason() -> None:
    actor = await staff(Role.RISK)
    for day, reason in ((clock.today(), "late"), (FIRST_DAY, "late"), (clock.today() + DAY, " ")):
        async with refused(Invalid):
            await scorecards.set_scorecard(card(), applies_from=day, reason=reason, actor=actor)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RISK])
async def test_nobody_but_risk_sets_a_scorecard(role: Role) -> None:
    async with refused(Forbidden):
        await scorecards.set_scorecard(
            card(), applies_from=clock.today() + DAY, reason="mine", actor=Actor(frozenset({role}))
        )


async def test_a_scorecard_that_cannot_rate_everybody_leaves_no_trace() -> None:
    actor = await staff(Role.RISK)
    terms = card(bins=CLAIM_BINS + USE_BINS[:1], bands=BANDS[:4])
    async with refused_together() as raised:
        await scorecards.set_scorecard(terms, applies_from=clock.today() + DAY, reason="half", actor=actor)
    kinds = [type(each) for each in raised.value.all]
    assert kinds[0] is BinsIncomplete
    assert kinds[-1] is BandsOutOfOrder
    assert {each.path for each in raised.value.all} == {("input", "bins"), ("input", "bands")}


async def test_of_two_scorecards_for_the_same_day_only_one_is_set() -> None:
    people, tomorrow = [await staff(Role.RISK) for _ in range(8)], clock.today() + DAY
    done = await asyncio.gather(
        *(scorecards.set_scorecard(card(valid_days=number), applies_from=tomorrow, reason="at once", actor=actor)
          for number, actor in enumerate(people, start=1)),
        return_exceptions=True,
    )  # fmt: skip
    (made,) = [each for each in done if isinstance(each, Scorecard)]
    assert sum(isinstance(each, AlreadyExists) for each in done) == len(people) - 1
    (row,) = await Scorecard.filter(applies_from=tomorrow)
    assert (row.id, row.valid_days) == (made.id, made.valid_days)
    assert await ScorecardBin.filter(scorecard_id=row.id).count() == len(card().bins)
    assert [each.grade for each in await CreditBand.filter(scorecard_id=row.id).order_by("id")] == list(BEST_FIRST)
    assert await AuditEntry.filter(action="scorecard:set").count() == 1
    async with refused(AlreadyExists):
        await scorecards.set_scorecard(card(), applies_from=tomorrow, reason="again", actor=people[0])
    await scorecards.set_scorecard(card(), applies_from=tomorrow + DAY, reason="another day", actor=people[0])


async def test_faults_are_refused_together_and_in_both_languages() -> None:
    terms = card(bins=CLAIM_BINS[:2], bands=())
    with pytest.raises(Refusals) as raised:
        await scorecards.set_scorecard(
            terms, applies_from=clock.today() + DAY, reason="half", actor=await staff(Role.RISK)
        )
    told = {(each.message("en"), each.message("zh")) for each in raised.value.all}
    assert any("CLAIMS_3Y" in english and "CLAIMS_3Y" in chinese for english, chinese in told)
    assert all("{" not in english + chinese for english, chinese in told)
