"""The rows of risk: what is judged by from a day on, and what was found by it. None of them ever changes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind
from domain.risk.terms import CreditAction, CreditCharacteristic, CreditGrade, FraudCode


class Scorecard(Model):
    """A scorecard 评分卡 from a day on: the one that began last is in force.

    Units: `pdo` are points that double the odds; `base_odds` good to bad; `valid_days` is how long a score counts.
    """

    id: UUID = columns.key()
    applies_from: date = columns.day()
    pdo: Decimal = columns.rate()
    base_score: Decimal = columns.rate()
    base_odds: Decimal = columns.rate()
    valid_days: int = columns.whole()
    set_by: UUID | None = columns.maybe_reference()
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "scorecard"
        constraints = (
            UniqueConstraint(fields=("applies_from",), name="scorecard_applies_from_key"),
            CheckConstraint(check="pdo > 0 AND base_odds > 0", name="scorecard_scale"),
            CheckConstraint(check="valid_days > 0", name="scorecard_valid_days"),
        )
        indexes = (Index(fields=("applies_from", "id"), name="scorecard_applies_from"),)


class ScorecardBin(Model):
    """Customers alike in one characteristic 分箱: a range `[lower, upper)` of whole numbers, or one `value`."""

    id: UUID = columns.key()
    scorecard: Any = columns.belongs_to("Scorecard")
    scorecard_id: UUID
    characteristic: CreditCharacteristic = columns.choice(CreditCharacteristic)
    lower: int | None = columns.maybe_whole()
    upper: int | None = columns.maybe_whole()
    value: str | None = columns.maybe_text(32)
    goods: int = columns.whole()
    bads: int = columns.whole()

    class Meta:
        table = "scorecard_bin"
        constraints = (
            UniqueConstraint(fields=("scorecard_id", "characteristic", "lower"), name="scorecard_bin_range_key"),
            UniqueConstraint(fields=("scorecard_id", "characteristic", "value"), name="scorecard_bin_value_key"),
            CheckConstraint(check="(lower IS NULL) = (value IS NOT NULL)", name="scorecard_bin_range_or_value"),
            CheckConstraint(
                check="upper IS NULL OR (lower IS NOT NULL AND lower < upper)", name="scorecard_bin_forward"
            ),
            CheckConstraint(check="goods > 0 AND bads > 0", name="scorecard_bin_counted"),
        )
        indexes = (Index(fields=("scorecard_id", "id"), name="scorecard_bin_scorecard"),)


class CreditBand(Model):
    """Scores of one grade 信用等级区间 and what follows: from `least_score` on, or whatever is left.

    Units: `premium_factor` is what the premium is multiplied by; null where a person decides.
    """

    id: UUID = columns.key()
    scorecard: Any = columns.belongs_to("Scorecard")
    scorecard_id: UUID
    grade: CreditGrade = columns.choice(CreditGrade)
    least_score: Decimal | None = columns.maybe_rate()
    premium_factor: Decimal | None = columns.maybe_rate()
    credit_action: CreditAction = columns.choice(CreditAction)

    class Meta:
        table = "credit_band"
        constraints = (
            UniqueConstraint(fields=("scorecard_id", "grade"), name="credit_band_grade_key"),
            CheckConstraint(
                check="(premium_factor IS NULL) = (credit_action = 'REFER') AND premium_factor > 0",
                name="credit_band_factor",
            ),
        )
        indexes = (Index(fields=("scorecard_id", "id"), name="credit_band_scorecard"),)


class CreditAssessment(Model):
    """How a customer was scored 信用评估, by which scorecard and from which facts, and what it is made of.

    The score is `base_points` and all `points` together. `subject` is what it was made for, such as an application.
    `valid_until` is the first day on which it does not count any more. Shapes: `facts` lists
    `{"characteristic", "value"}`; `points` lists `{"characteristic", "bin", "points", "cost"}` in the order of reasons.
    Neither holds anything that says who the customer is.
    """

    id: UUID = columns.key()
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    subject_kind: SubjectKind | None = columns.maybe_choice(SubjectKind)
    subject_id: UUID | None = columns.maybe_reference()
    scorecard: Any = columns.belongs_to("Scorecard")
    scorecard_id: UUID
    score: Decimal = columns.points()
    base_points: Decimal = columns.points()
    grade: CreditGrade = columns.choice(CreditGrade)
    premium_factor: Decimal | None = columns.maybe_rate()
    credit_action: CreditAction = columns.choice(CreditAction)
    facts: list[dict[str, str]] = columns.document(list)
    points: list[dict[str, str]] = columns.document(list)
    assessed_at: datetime = columns.instant()
    valid_until: date = columns.day()
    actor: str = columns.text(64)

    class Meta:
        table = "credit_assessment"
        constraints = (
            CheckConstraint(
                check="(subject_kind IS NULL) = (subject_id IS NULL)", name="credit_assessment_subject_whole"
            ),
            CheckConstraint(
                check="(premium_factor IS NULL) = (credit_action = 'REFER')", name="credit_assessment_factor"
            ),
        )
        indexes = (
            Index(fields=("customer_id", "id"), name="credit_assessment_customer"),
            Index(fields=("partner_id", "id"), name="credit_assessment_partner"),
            Index(fields=("scorecard_id", "id"), name="credit_assessment_scorecard"),
            Index(fields=("subject_id", "id"), name="credit_assessment_subject"),
            Index(fields=("grade", "id"), name="credit_assessment_grade"),
        )


class FraudStandard(Model):
    """By what claims are screened 反欺诈标准 from a day on: the one that began last is in force.

    Units: `refer_at` is the score, out of 100, from which on a person must look at a claim.
    """

    id: UUID = columns.key()
    applies_from: date = columns.day()
    refer_at: int = columns.whole()
    set_by: UUID | None = columns.maybe_reference()
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "fraud_standard"
        constraints = (
            UniqueConstraint(fields=("applies_from",), name="fraud_standard_applies_from_key"),
            CheckConstraint(check="refer_at BETWEEN 1 AND 100", name="fraud_standard_score"),
        )
        indexes = (Index(fields=("applies_from", "id"), name="fraud_standard_applies_from"),)


class FraudRule(Model):
    """What one signal weighs by a standard 欺诈信号权重, and from where on it counts: days, cases or per cent."""

    id: UUID = columns.key()
    standard: Any = columns.belongs_to("FraudStandard")
    standard_id: UUID
    code: FraudCode = columns.choice(FraudCode)
    points: int = columns.whole()
    threshold: int = columns.whole()

    class Meta:
        table = "fraud_rule"
        constraints = (
            UniqueConstraint(fields=("standard_id", "code"), name="fraud_rule_code_key"),
            CheckConstraint(check="points BETWEEN 0 AND 100 AND threshold >= 0", name="fraud_rule_numbers"),
        )
        indexes = (Index(fields=("standard_id", "id"), name="fraud_rule_standard"),)


class FraudSignal(Model):
    """A signal that was found 欺诈信号 in the claim that `subject_id` names; each once, in words without personal data.

    Units: `evidence` is the number that was found: days, cases or per cent, as the code says.
    """

    id: UUID = columns.key()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    standard: Any = columns.belongs_to("FraudStandard")
    standard_id: UUID
    code: FraudCode = columns.choice(FraudCode)
    points: int = columns.whole()
    evidence: str = columns.text(64)
    found_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "fraud_signal"
        constraints = (UniqueConstraint(fields=("subject_id", "code"), name="fraud_signal_once_key"),)
        indexes = (
            Index(fields=("subject_id", "id"), name="fraud_signal_subject"),
            Index(fields=("standard_id", "id"), name="fraud_signal_standard"),
        )
