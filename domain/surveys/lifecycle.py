"""The steps of a survey: workers ask, the customer answers once."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.surveys.terms import SurveyAction, SurveyState

A, S = SurveyAction, SurveyState

SURVEY_LIFECYCLE: Lifecycle[SurveyState, SurveyAction] = Lifecycle(
    name="survey",
    initial=S.QUEUED,
    steps=(
        step(A.SEND, S.QUEUED, S.SENT, Role.SYSTEM),
        step(A.SKIP, S.QUEUED, S.SKIPPED, Role.SYSTEM),
        step(A.ANSWER, S.SENT, S.RESPONDED, Role.CUSTOMER, Role.SYSTEM),
        step(A.EXPIRE, S.SENT, S.EXPIRED, Role.SYSTEM),
    ),
)
