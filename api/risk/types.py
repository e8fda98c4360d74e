"""What risk shows: the grade to whoever sells, the score and what it is made of to whoever underwrites."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from api.customers.types import Customer
from api.enums import described
from api.node import Node
from api.partners.types import Partner
from api.reading import fields
from api.staff.types import Staff
from domain.risk.reading import (
    CREDIT_ASSESSMENT,
    CREDIT_BAND,
    FRAUD_RULE,
    FRAUD_SIGNAL,
    FRAUD_STANDARD,
    SCORE_READERS,
    SCORECARD,
    SCORECARD_BIN,
)
from domain.risk.terms import (
    CreditAction,
    CreditCharacteristic,
    CreditGrade,
    DeclaredUse,
    FraudCode,
    IdentityStatus,
)

for _kind in (CreditAction, CreditCharacteristic, CreditGrade, DeclaredUse, FraudCode, IdentityStatus):
    described(_kind)


@strawberry.type(description="One fact that a customer was scored from.")
class CreditFact:
    """One fact."""

    characteristic: CreditCharacteristic = strawberry.field(description="What it is of.")
    value: str = strawberry.field(description="The fact: a whole number, or one of the characteristic's values.")


@strawberry.type(description="What one characteristic adds to a score.")
class CreditPoints:
    """The points of one characteristic."""

    characteristic: CreditCharacteristic = strawberry.field(description="The characteristic.")
    bin: str = strawberry.field(description="The bin that the fact fell into, such as `[1, 12)` or `VERIFIED`.")
    points: Decimal = strawberry.field(description="Points added to the score; negative where it lowers it.")
    cost: Decimal = strawberry.field(description="Points lost against the characteristic's best bin; 0 at the best.")


@fields.entity_type(SCORECARD)
class Scorecard(Node):
    """A scorecard 评分卡 from a day on; the one that began last is in force. It never changes."""

    applies_from: date = fields.bound("The day from which on customers are scored by it.")
    pdo: Decimal = fields.bound("Points that double the odds.")
    base_score: Decimal = fields.bound("Points at the base odds.")
    base_odds: Decimal = fields.bound("The odds, good to bad, at which the base score stands.")
    valid_days: int = fields.bound("For how many days a score counts.")
    created_at: datetime = fields.bound("When it was set.")
    setter: Staff | None = fields.bound("Who set it; null for the first one.")
    bins: list[Annotated[ScorecardBin, strawberry.lazy("api.risk.types")]] = fields.bound(
        "How customers are told apart, by characteristic."
    )
    bands: list[Annotated[CreditBand, strawberry.lazy("api.risk.types")]] = fields.bound(
        "Which scores are which grade, the best one first."
    )


@fields.entity_type(SCORECARD_BIN)
class ScorecardBin(Node):
    """Customers alike in one characteristic 分箱: a range of whole numbers, or one value."""

    characteristic: CreditCharacteristic = fields.bound("The characteristic.")
    lower: int | None = fields.bound("The least number in the range; null for a value.")
    upper: int | None = fields.bound("The first number above the range; null where it is open, and for a value.")
    value: str | None = fields.bound("The one value; null for a range.")
    goods: int = fields.bound("How many of them turned out well.")
    bads: int = fields.bound("How many of them did not.")
    scorecard: Scorecard | None = fields.bound("The scorecard.")


@fields.entity_type(CREDIT_BAND)
class CreditBand(Node):
    """Scores of one grade 信用等级区间, and what follows from it."""

    grade: CreditGrade = fields.bound("The grade.")
    least_score: Decimal | None = fields.bound("Points from which on the grade is reached; null for what is left.")
    premium_factor: Decimal | None = fields.bound("What the premium is multiplied by; null where a person decides.")
    credit_action: CreditAction = fields.bound("What follows.")
    scorecard: Scorecard | None = fields.bound("The scorecard.")


@fields.entity_type(CREDIT_ASSESSMENT)
class CreditAssessment(Node):
    """How a customer was scored 信用评估, with what the score is made of. It never changes, and refuses nobody."""

    grade: CreditGrade = fields.bound("The grade.")
    assessed_at: datetime = fields.bound("When.")
    valid_until: date = fields.bound("The first day on which it does not count any more.")
    actor: str = fields.bound("Who asked for it, as kind and id.", roles=SCORE_READERS)
    score: Decimal = fields.bound(
        "Points in all: the base points and those of each characteristic.", roles=SCORE_READERS
    )
    base_points: Decimal = fields.bound(
        "Points that every customer starts from, save for rounding.", roles=SCORE_READERS
    )
    points: list[CreditPoints] = fields.bound(
        "What each characteristic adds: the reasons, what costs most first.", roles=SCORE_READERS
    )
    facts: list[CreditFact] = fields.bound("The facts that it was made from.", roles=SCORE_READERS)
    premium_factor: Decimal | None = fields.bound(
        "What the premium is multiplied by; null where a person decides.", roles=SCORE_READERS
    )
    credit_action: CreditAction = fields.bound("What follows from the grade.", roles=SCORE_READERS)
    subject: Node | None = fields.bound("What it was made for: an application.")
    customer: Customer | None = fields.bound("The customer.")
    partner: Partner | None = fields.bound("The partner in whose book the customer stands.")
    scorecard: Scorecard | None = fields.bound("The scorecard that it was made by; out of sight for sales.")


@fields.entity_type(FRAUD_STANDARD)
class FraudStandard(Node):
    """By what claims are screened 反欺诈标准 from a day on; the one that began last is in force. It never changes."""

    applies_from: date = fields.bound("The day from which on claims are screened by it.")
    refer_at: int = fields.bound("The score from which on risk must look at a claim, out of 100.")
    created_at: datetime = fields.bound("When it was set.")
    setter: Staff | None = fields.bound("Who set it; null for the first one.")
    rules: list[Annotated[FraudRule, strawberry.lazy("api.risk.types")]] = fields.bound("What each signal weighs.")


@fields.entity_type(FRAUD_RULE)
class FraudRule(Node):
    """What one signal weighs 欺诈信号权重, and from where on it counts."""

    code: FraudCode = fields.bound("The signal.")
    points: int = fields.bound("Points that it weighs, out of 100.")
    threshold: int = fields.bound("From or up to where it counts: days, cases or per cent, as the code says.")
    standard: FraudStandard | None = fields.bound("The standard.")


@fields.entity_type(FRAUD_SIGNAL)
class FraudSignal(Node):
    """A signal that was found 欺诈信号. It proves nothing, and refuses nothing."""

    code: FraudCode = fields.bound("The signal.")
    points: int = fields.bound("Points that it weighs, out of 100.")
    evidence: str = fields.bound("The number that it was found by: days, cases or per cent, as the code says.")
    found_at: datetime = fields.bound("When.")
    subject: Node | None = fields.bound("What it speaks of: a claim.")
    standard: FraudStandard | None = fields.bound("The standard that it was found by.")
