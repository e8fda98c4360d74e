"""What can be read of surveys, and by whom: answers by the customer and the service, counts by those who manage."""

from __future__ import annotations

from domain.claims.reading import CLAIM
from domain.customers.reading import CUSTOMER
from domain.inquiries.reading import INQUIRY
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    Masked,
    about,
    days,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, AllOf, Is, Owns
from domain.kernel.projection.wire import DAY, RATE, TEXT, WHOLE, id_of
from domain.kernel.subject import SubjectKind
from domain.notifications.reading import NOTIFICATION
from domain.partners.reading import PARTNER
from domain.staff.reading import STAFF
from domain.surveys.lifecycle import SURVEY_LIFECYCLE
from domain.surveys.rules import mean_text
from domain.surveys.terms import SurveyState

ASKED = (SurveyState.SENT, SurveyState.RESPONDED, SurveyState.EXPIRED)
"""What a customer sees of: that he or she was not asked is no news."""
MASKED_FOR = frozenset({Role.CLAIMS_HANDLER})
"""Who reads how satisfied the customer is, and not in which words."""

SURVEY = Entity(
    name="Survey",
    table="survey",
    prefix="srv",
    kind=SubjectKind.SURVEY,
    seen_by={
        Role.CUSTOMER: AllOf((Owns("customer_id", Fact.CUSTOMER_ID), Is("state", ASKED))),
        Role.CLAIMS_HANDLER: Owns("handler_id", Fact.STAFF_ID),
        Role.CUSTOMER_SERVICE: EVERYTHING,
        Role.CLAIMS_MANAGER: EVERYTHING,
        Role.COMPLIANCE: EVERYTHING,
    },
    columns={
        **texts("state"),
        **maybe_texts("skip_reason"),
        "score": Column("score", WHOLE, nullable=True),
        "comment": Masked("comment", "NULL::text", MASKED_FOR, nullable=True),
        **instants("created_at"),
        **instants("sent_at", "expires_at", "answered_at", nullable=True),
        **wholes("version"),
        "available_actions": Actions(SURVEY_LIFECYCLE, tuple(SurveyState)),
    },
    orders={"RECORDED": order()},
    filters={"claim_id": Filter("claim_id", id_of(CLAIM.prefix)), "state": Filter("state", TEXT)},
)

SURVEY_MONTH = Entity(
    name="SurveyMonth",
    table="survey_month",
    prefix="srm",
    seen_by=dict.fromkeys((Role.CLAIMS_MANAGER, Role.COMPLIANCE, Role.HR), EVERYTHING),
    columns={
        **days("month"),
        **wholes("sent", "responses", "score_sum"),
        "mean_score": Derived(("score_sum", "responses"), mean_text, nullable=True),
        "response_rate": Expression(
            "CASE WHEN {row}.sent > 0 THEN round({row}.responses::numeric / {row}.sent, 6) END", RATE, nullable=True
        ),
    },
    orders={"MONTH": order("month", "date"), "RECORDED": order()},
    filters={"partner_id": Filter("partner_id", id_of(PARTNER.prefix)), "month": Filter("month", DAY)},
)

link(SURVEY, "claim", CLAIM, "claim_id", back="surveys")
link(SURVEY, "customer", CUSTOMER, "customer_id")
link(SURVEY, "handler", STAFF, "handler_id")
link(SURVEY, "inquiry", INQUIRY, "inquiry_id", back="surveys")
link(SURVEY_MONTH, "partner", PARTNER, "partner_id")
about(JOB, "subject", SubjectKind.SURVEY, SURVEY)
about(JOB, "result", SubjectKind.SURVEY, SURVEY)
about(NOTIFICATION, "subject", SubjectKind.SURVEY, SURVEY)
