"""Changes of surveys: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.surveys import inputs
from api.surveys.types import Survey
from domain.kernel.actor import Actor
from domain.surveys import answering
from domain.surveys.answering import Reply
from domain.surveys.lifecycle import SURVEY_LIFECYCLE
from domain.surveys.reading import SURVEY
from domain.surveys.terms import SurveyAction


@change(*takers(SURVEY_LIFECYCLE, SurveyAction.ANSWER), survey=Survey)
async def survey_answer(given: inputs.SurveyAnswerInput, actor: Actor) -> Changed:
    """Says how satisfied you are 满意度评价, once; whoever is not satisfied is called back."""
    found = await answering.answer(
        row_id(SURVEY.prefix, given.survey_id), reply=Reply(given.score, value_of(given.comment)), actor=actor
    )
    return changed(survey=found.id)


@strawberry.type
class SurveysMutations:
    """Changes of surveys."""

    survey_answer = survey_answer
