"""What callers say of surveys."""

from __future__ import annotations

import strawberry

from api import inputs
from domain.surveys.rules import HIGHEST, LONGEST, LOWEST


@strawberry.input(description="How satisfied a customer is.")
class SurveyAnswerInput:
    """How satisfied a customer is."""

    survey_id: strawberry.ID = inputs.plain("The survey.")
    score: int = inputs.number("How satisfied you are, 5 being very satisfied.", LOWEST, HIGHEST)
    comment: strawberry.Maybe[str | None] = inputs.lines("What went well or badly.", LONGEST)
