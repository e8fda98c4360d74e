"""What surveys show."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from api.claims.types import Claim
from api.customers.types import Customer
from api.enums import described
from api.inquiries.types import Inquiry
from api.node import Node
from api.partners.types import Partner
from api.reading import fields
from api.staff.types import Staff
from domain.surveys.reading import SURVEY, SURVEY_MONTH
from domain.surveys.terms import SkipReason, SurveyAction, SurveyState

for _kind in (SurveyAction, SurveyState):
    described(_kind)
described(SkipReason, "SurveySkipReason")

@fields.entity_type(SURVEY)
class Survey(Node):
    """How satisfied a customer is with the way in which a paid claim was handled 满意度调查."""

    state: SurveyState = fields.bound("Where it stands.")
    available_actions: list[SurveyAction] = fields.bound("What you may do with it now.")
    skip_reason: SkipReason | None = fields.bound("Why the customer is not asked about this claim.")
    score: int | None = fields.bound("How satisfied the customer is, from 1 to 5, which is very satisfied.")
    comment: str | None = fields.bound("The customer's words; null for claims handlers.")
    created_at: datetime = fields.bound("When it was made.")
    sent_at: datetime | None = fields.bound("When the customer was asked.")
    expires_at: datetime | None = fields.bound("Until when an answer is taken.")
    answered_at: datetime | None = fields.bound("When the customer answered.")
    version: int = fields.bound("How often it was changed: the row's version.")
    claim: Claim | None = fields.bound("The claim that it is about.")
    customer: Customer | None = fields.bound("The customer who is asked.")
    handler: Staff | None = fields.bound("Who handled the claim when it was paid; for staff.")
    inquiry: Inquiry | None = fields.bound("The call-back 回访 that a low score opened.")

@fields.entity_type(SURVEY_MONTH)
class SurveyMonth(Node):
    """What one partner's customers say who were asked in one month 满意度统计; nobody is named."""

    month: date = fields.bound("The first day of the month in which they were asked.")
    sent: int = fields.bound("How many were asked.")
    responses: int = fields.bound("How many of them have answered.")
    score_sum: int = fields.bound("How many points their scores add up to.")
    mean_score: Decimal | None = fields.bound(
        "The mean of the scores, rounded half up to two decimals; null while nobody has answered."
    )
    response_rate: Decimal | None = fields.bound("The share of those asked who answered, 0 to 1.")
    partner: Partner | None = fields.bound("The partner in whose book they stand.")
