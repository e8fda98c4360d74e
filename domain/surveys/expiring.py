"""Ending surveys that nobody answered in time."""

from __future__ import annotations

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import save_changes
from domain.surveys.inviting import subject_of
from domain.surveys.lifecycle import SURVEY_LIFECYCLE
from domain.surveys.models import Survey
from domain.surveys.terms import SurveyAction, SurveyState

BATCH = 200
"""Surveys that one transaction ends."""


async def expire(*, actor: Actor, run: Run | None = None, batch: int = BATCH) -> int:
    """Ends every survey whose time is over; the number ended. Rows that are being answered are left to the answer."""
    ended = 0
    while found := await _expire_batch(batch, actor, run):
        ended += found
    async with transaction(run, finishing=True):
        return ended


async def _expire_batch(batch: int, actor: Actor, run: Run | None) -> int:
    async with transaction(run):
        due = Survey.filter(state=SurveyState.SENT, expires_at__lte=clock.now()).order_by("expires_at", "id")
        surveys = await due.limit(batch).select_for_update(skip_locked=True, no_key=True)
        for survey in surveys:
            survey.state = SURVEY_LIFECYCLE.step(survey.state, SurveyAction.EXPIRE, actor)
            await save_changes(survey, "state")
            before: dict[str, object] = {"state": SurveyState.SENT}
            await record("survey:expire", subject_of(survey), actor, before=before, after={"state": survey.state})
    return len(surveys)
