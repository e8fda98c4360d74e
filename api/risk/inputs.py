"""What callers say of risk."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry

from api import inputs
from domain.risk.terms import (
    CreditAction,
    CreditCharacteristic,
    CreditGrade,
    DeclaredUse,
    FraudCode,
    IdentityStatus,
)

MOST = 100_000_000
MOST_MONTHS = 12_000


@strawberry.input(description="A customer to score, with what the system does not know by itself.")
class CreditAssessInput:
    """A customer to score."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    payment_defaults: int = inputs.number("How many instalments lapsed in three years.", 0, 1_000)
    identity: IdentityStatus = inputs.plain("Whether it is known who the customer is.")
    declared_use: DeclaredUse = inputs.plain("What the insured device is used for.")
    reason: str = inputs.reason()


@strawberry.input(description="One bin of a characteristic: a range of whole numbers, or one value.")
class ScorecardBinInput:
    """One bin."""

    characteristic: CreditCharacteristic = inputs.plain("The characteristic.")
    lower: strawberry.Maybe[int | None] = inputs.number("The least number in the range.", 0, MOST_MONTHS)
    upper: strawberry.Maybe[int | None] = inputs.number(
        "The first number above the range; none where it is open.", 1, MOST_MONTHS
    )
    value: strawberry.Maybe[str | None] = inputs.text("The one value.", 32)
    goods: int = inputs.number("How many customers in it turned out well.", 0, MOST)
    bads: int = inputs.number("How many customers in it did not.", 0, MOST)


@strawberry.input(description="Scores of one grade, and what follows from it.")
class CreditBandInput:
    """Scores of one grade."""

    grade: CreditGrade = inputs.plain("The grade.")
    least_score: strawberry.Maybe[Decimal | None] = inputs.number(
        "Points from which on the grade is reached; none for what is left.", "-100000", "100000"
    )
    premium_factor: strawberry.Maybe[Decimal | None] = inputs.number(
        "What the premium is multiplied by; none where a person decides.", "0.01", "10"
    )
    credit_action: CreditAction = inputs.plain("What follows.")


@strawberry.input(description="A whole scorecard from a later day on.")
class ScorecardSetInput:
    """A whole scorecard."""

    applies_from: date = inputs.plain("The day from which on customers are scored by it; after today.")
    pdo: Decimal = inputs.number("Points that double the odds.", "1", "1000")
    base_score: Decimal = inputs.number("Points at the base odds.", "0", "10000")
    base_odds: Decimal = inputs.number("The odds, good to bad, at which the base score stands.", "0.000001", "100000")
    valid_days: int = inputs.number("For how many days a score counts.", 1, 3_650)
    bins: list[ScorecardBinInput] = inputs.many("Bins that hold every value of each characteristic once.")
    bands: list[CreditBandInput] = inputs.many("The grades, each once; the last one takes what is left.", "grade")
    reason: str = inputs.reason()


@strawberry.input(description="What one signal of fraud weighs, and from where on it counts.")
class FraudRuleInput:
    """What one signal weighs."""

    code: FraudCode = inputs.plain("The signal.")
    points: int = inputs.number("Points that it weighs, out of 100.", 0, 100)
    threshold: int = inputs.number("From or up to where it counts: days, cases or per cent, as the code says.", 0, MOST)


@strawberry.input(description="By what claims are screened for fraud from a later day on.")
class FraudStandardSetInput:
    """A whole standard."""

    applies_from: date = inputs.plain("The day from which on claims are screened by it; after today.")
    refer_at: int = inputs.number("The score from which on risk must look at a claim, out of 100.", 1, 100)
    measures: list[FraudRuleInput] = inputs.many("All signals, each once.", "code")
    reason: str = inputs.reason()
