"""The rows of surveys."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.customers.terms import Language
from domain.kernel import clock, columns
from domain.surveys.terms import SkipReason, SurveyState


class Survey(Model):
    """One survey 满意度调查 of one customer after one paid claim.

    `score` is 1 to 5, 5 the best. `handler_id` is whoever handled the claim when it was paid; `inquiry_id` the
    call-back that a low score opened.
    """

    id: UUID = columns.key()
    claim: Any = columns.belongs_to("Claim")
    claim_id: UUID
    customer: Any = columns.belongs_to("Customer")
    customer_id: UUID
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    handler: Any = columns.maybe_belongs_to("Staff")
    handler_id: UUID | None
    inquiry: Any = columns.maybe_belongs_to("Inquiry")
    inquiry_id: UUID | None
    state: SurveyState = columns.choice(SurveyState)
    skip_reason: SkipReason | None = columns.maybe_choice(SkipReason)
    language: Language = columns.choice(Language)
    score: int | None = columns.maybe_whole()
    comment: str | None = columns.maybe_text(1000)
    created_at: datetime = columns.instant(clock.now)
    sent_at: datetime | None = columns.maybe_instant()
    expires_at: datetime | None = columns.maybe_instant()
    answered_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "survey"
        constraints = (
            UniqueConstraint(fields=("claim_id",), name="survey_claim_key"),
            CheckConstraint(check="score BETWEEN 1 AND 5", name="survey_score"),
            CheckConstraint(check="(state = 'SKIPPED') = (skip_reason IS NOT NULL)", name="survey_skipped_why"),
            CheckConstraint(
                check="num_nulls(sent_at, expires_at) = CASE WHEN state IN ('QUEUED', 'SKIPPED') THEN 2 ELSE 0 END",
                name="survey_sent_when",
            ),
            CheckConstraint(
                check="num_nulls(score, answered_at) = CASE WHEN state = 'RESPONDED' THEN 0 ELSE 2 END",
                name="survey_answered_how",
            ),
            CheckConstraint(
                check="num_nonnulls(comment, inquiry_id) = 0 OR state = 'RESPONDED'", name="survey_comment_of_answer"
            ),
        )
        indexes = (
            Index(fields=("customer_id", "id"), name="survey_customer"),
            Index(fields=("handler_id", "id"), name="survey_handler"),
            Index(fields=("partner_id", "id"), name="survey_partner"),
            Index(fields=("inquiry_id", "id"), name="survey_inquiry"),
            Index(fields=("state", "id"), name="survey_state"),
            Index(fields=("state", "expires_at", "id"), name="survey_state_expiry"),
        )


class SurveyMonth(Model):
    """What the surveys of one partner's customers say that were sent in one month 满意度统计; nobody is named.

    `month` is its first day. `score_sum` adds up the scores of the `responses`.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    month: date = columns.day()
    sent: int = columns.whole(0)
    responses: int = columns.whole(0)
    score_sum: int = columns.whole(0)

    class Meta:
        table = "survey_month"
        constraints = (
            UniqueConstraint(fields=("partner_id", "month"), name="survey_month_key"),
            CheckConstraint(check="responses BETWEEN 0 AND sent", name="survey_month_answered_of_sent"),
            CheckConstraint(
                check="score_sum BETWEEN responses AND responses * 5", name="survey_month_scores_of_responses"
            ),
        )
        indexes = (
            Index(fields=("month", "id"), name="survey_month_month"),
            Index(fields=("partner_id", "month", "id"), name="survey_month_partner"),
            Index(fields=("partner_id", "id"), name="survey_month_partner_recorded"),
        )
