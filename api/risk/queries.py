"""Queries of risk."""

from __future__ import annotations

import strawberry

from api.listing import order_of, where_of
from api.lists import CREDIT_ASSESSMENT_ORDER, CREDIT_ASSESSMENT_WHERE
from api.paging import Connection
from api.reading import fields
from api.risk.types import CreditAssessment, FraudStandard, Scorecard
from domain.risk.reading import FRAUD_STANDARD, SCORECARD


@strawberry.type
class RiskQueries:
    """Reads of risk."""

    credit_assessment: CreditAssessment | None = fields.by_id("One credit assessment.")
    credit_assessments: Connection[CreditAssessment] = fields.connection(
        "Credit assessments.", order=CREDIT_ASSESSMENT_ORDER, where=CREDIT_ASSESSMENT_WHERE
    )
    scorecards: Connection[Scorecard] = fields.connection(
        "Scorecards that count, did, and will.", order=order_of(SCORECARD), where=where_of(SCORECARD)
    )
    fraud_standards: Connection[FraudStandard] = fields.connection(
        "By what claims are, were and will be screened for fraud.",
        order=order_of(FRAUD_STANDARD), where=where_of(FRAUD_STANDARD),
    )  # fmt: skip
