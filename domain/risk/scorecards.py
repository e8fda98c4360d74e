"""Scorecards: which one is in force on a day, and how another one is set from a later day on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, refuse_all
from domain.kernel.subject import Subject, SubjectKind
from domain.risk import rules
from domain.risk.models import CreditBand, Scorecard, ScorecardBin
from domain.risk.terms import Band, Bin, Scale, ScorecardTerms

SETTERS = (Role.RISK,)
"""Who changes how customers are scored."""


async def in_force(on: date) -> tuple[UUID, ScorecardTerms]:
    """The scorecard of a day with its id, in the current transaction.

    Raises: LookupError when none had begun.
    """
    found = await Scorecard.filter(applies_from__lte=on).order_by("-applies_from").first()
    if found is None:
        raise LookupError(f"no scorecard was in force on {on}")
    bins = await ScorecardBin.filter(scorecard_id=found.id).order_by("id")
    bands = await CreditBand.filter(scorecard_id=found.id).order_by("id")
    terms = ScorecardTerms(
        Scale(found.pdo, found.base_score, found.base_odds),
        found.valid_days,
        tuple(Bin(each.characteristic, each.goods, each.bads, each.lower, each.upper, each.value) for each in bins),
        tuple(Band(each.grade, each.least_score, each.premium_factor, each.credit_action) for each in bands),
    )
    return found.id, terms


async def set_scorecard(terms: ScorecardTerms, *, applies_from: date, reason: str, actor: Actor) -> Scorecard:
    """Scores customers otherwise from a later day on, such as by refreshed counts; what was scored before stands.

    Raises: Forbidden; Invalid for a day that has begun, or without a reason; Refusals for everything that keeps it
    from rating every customer; AlreadyExists when another one begins on the day.
    """
    if not actor.has(*SETTERS):
        raise Forbidden(permission="scorecard:set")
    if applies_from <= clock.today():
        raise Invalid("future", path=("input", "appliesFrom"))
    if not reason.strip():
        raise Invalid("required", path=("input", "reason"))
    refuse_all(rules.faults_of(terms))
    async with transaction():
        await take_turns(f"scorecard:{applies_from}")
        if await Scorecard.filter(applies_from=applies_from).exists():
            raise AlreadyExists("Scorecard")
        scorecard = await Scorecard.create(
            applies_from=applies_from, pdo=terms.scale.pdo, base_score=terms.scale.base_score,
            base_odds=terms.scale.base_odds, valid_days=terms.valid_days, set_by=actor.staff_id,
        )  # fmt: skip
        await _add_parts(scorecard.id, terms)
        values = {
            each: rules.information_value(bins) for each, bins in rules.by_characteristic(terms.bins).items()
        }
        after: dict[str, object] = {
            "applies_from": applies_from,
            "information_values": {each: round(value, 6) for each, value in values.items()},
        }
        await record("scorecard:set", Subject(SubjectKind.SCORECARD, scorecard.id), actor, after=after, reason=reason)
    return scorecard


async def _add_parts(scorecard_id: UUID, terms: ScorecardTerms) -> None:
    """The bins in the order of their characteristics, the bands from the best one down."""
    grouped = rules.by_characteristic(terms.bins).values()
    await ScorecardBin.bulk_create(
        ScorecardBin(
            scorecard_id=scorecard_id, characteristic=each.characteristic, lower=each.lower, upper=each.upper,
            value=each.value, goods=each.goods, bads=each.bads,
        )
        for bins in grouped for each in bins
    )  # fmt: skip
    await CreditBand.bulk_create(
        CreditBand(
            scorecard_id=scorecard_id, grade=each.grade, least_score=each.least_score,
            premium_factor=each.premium_factor, credit_action=each.credit_action,
        )
        for each in rules.best_first(terms.bands)
    )  # fmt: skip
