"""Queries of surveys."""

from __future__ import annotations

import strawberry

from api.lists import SURVEY_MONTH_ORDER, SURVEY_MONTH_WHERE, SURVEY_ORDER, SURVEY_WHERE
from api.paging import Connection
from api.reading import fields
from api.surveys.types import Survey, SurveyMonth


@strawberry.type
class SurveysQueries:
    """Reads of surveys."""

    survey: Survey | None = fields.by_id("One survey.")
    surveys: Connection[Survey] = fields.connection("Surveys.", order=SURVEY_ORDER, where=SURVEY_WHERE)
    survey_months: Connection[SurveyMonth] = fields.connection(
        "What customers answered, by month and partner; for those who manage.",
        order=SURVEY_MONTH_ORDER,
        where=SURVEY_MONTH_WHERE,
    )
