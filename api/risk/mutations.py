"""Changes of risk."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.inputs import row_id, value_of
from api.risk.inputs import (
    CreditAssessInput,
    CreditBandInput,
    FraudStandardSetInput,
    ScorecardBinInput,
    ScorecardSetInput,
)
from api.risk.types import CreditAssessment, FraudStandard, Scorecard
from domain.claims.usage import claims_reported
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Actor
from domain.risk import assessing, scorecards, screening
from domain.risk.assessing import Told
from domain.risk.terms import Band, Bin, FraudMeasure, Scale, ScorecardTerms


@change(*assessing.ASSESSORS, assessment=CreditAssessment)
async def credit_assess(given: CreditAssessInput, actor: Actor) -> Changed:
    """Scores a customer 信用评估; claims and months as a customer are what the system knows. It decides nothing."""
    assessment = await assessing.assess(
        row_id(CUSTOMER.prefix, given.customer_id),
        told=Told(given.payment_defaults, given.identity, given.declared_use),
        claims_reported=claims_reported,
        reason=given.reason,
        actor=actor,
    )
    return changed(assessment=assessment.id)


@change(*scorecards.SETTERS, scorecard=Scorecard)
async def scorecard_set(given: ScorecardSetInput, actor: Actor) -> Changed:
    """Scores customers otherwise from a later day on 评分卡; what was scored before stands."""
    terms = ScorecardTerms(
        Scale(given.pdo, given.base_score, given.base_odds),
        given.valid_days,
        tuple(map(_bin, given.bins)),
        tuple(map(_band, given.bands)),
    )
    scorecard = await scorecards.set_scorecard(
        terms, applies_from=given.applies_from, reason=given.reason, actor=actor
    )
    return changed(scorecard=scorecard.id)


@change(*screening.SETTERS, standard=FraudStandard)
async def fraud_standard_set(given: FraudStandardSetInput, actor: Actor) -> Changed:
    """Screens claims otherwise from a later day on 反欺诈标准; what was found before stands."""
    standard = await screening.set_standard(
        [FraudMeasure(each.code, each.points, each.threshold) for each in given.measures],
        refer_at=given.refer_at,
        applies_from=given.applies_from,
        reason=given.reason,
        actor=actor,
    )
    return changed(standard=standard.id)


def _bin(given: ScorecardBinInput) -> Bin:
    lower, upper, value = value_of(given.lower), value_of(given.upper), value_of(given.value)
    return Bin(given.characteristic, given.goods, given.bads, lower, upper, value)


def _band(given: CreditBandInput) -> Band:
    return Band(given.grade, value_of(given.least_score), value_of(given.premium_factor), given.credit_action)


@strawberry.type
class RiskMutations:
    """Changes of risk."""

    credit_assess = credit_assess
    scorecard_set = scorecard_set
    fraud_standard_set = fraud_standard_set
