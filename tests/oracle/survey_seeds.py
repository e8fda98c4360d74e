"""Surveys in every state about the paid claims of the seeded world."""

from __future__ import annotations

from datetime import timedelta

from domain.claims.models import Claim
from domain.claims.terms import ClaimState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.surveys import answering, expiring, inviting, rules
from domain.surveys.answering import Reply
from domain.surveys.links import token_of
from domain.surveys.models import Survey
from domain.surveys.terms import SurveyState

SYSTEM = Actor.system("surveys.send")
SCORES = (5, 1, 4, 2)


async def seed_surveys(handler: Actor) -> None:
    """Answered well and badly, expired, not answered yet, waiting and skipped; some are of this handler."""
    for claim in await Claim.filter(state__in=(ClaimState.PAID, ClaimState.CLOSED)).order_by("id"):
        await inviting.invite(claim.id, actor=SYSTEM)
    queued = await Survey.filter(state=SurveyState.QUEUED).order_by("id")
    now = rules.next_waking(clock.now())
    for number, survey in enumerate(queued[:-1]):
        is_late = number % 6 == 5
        with clock.at(rules.next_waking(now - timedelta(days=20)) if is_late else now):
            await inviting.send(survey.id, actor=SYSTEM)
            if number % 6 < len(SCORES):
                reply = Reply(SCORES[number % 6], "as it was" if number % 2 else None)
                await answering.answer_by_link(token_of(survey.id), reply=reply)
    await expiring.expire(actor=SYSTEM)
    await Survey.filter(id__in=[each.id for each in queued[:2]]).update(handler_id=handler.staff_id)
