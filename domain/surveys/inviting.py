"""Asking a customer after a paid claim: at most every 30 days, nobody who does not want it, and not at night."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.claims.models import Claim
from domain.claims.terms import ClaimState
from domain.customers.consents import took_back
from domain.customers.contacts import recipient_of
from domain.customers.models import Customer
from domain.customers.terms import ConsentPurpose
from domain.jobs.queue import enqueue
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.clock import INSURER_ZONE
from domain.kernel.database import Run, take_turns, transaction
from domain.kernel.ids import new_id
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.surveys import rules
from domain.surveys.counting import count_sent
from domain.surveys.jobs import SendSurvey
from domain.surveys.lifecycle import SURVEY_LIFECYCLE
from domain.surveys.links import link_to
from domain.surveys.models import Survey
from domain.surveys.terms import SkipReason, SurveyAction, SurveyState

OVER = (ClaimState.PAID, ClaimState.CLOSED)


def subject_of(survey: Survey) -> Subject:
    """The survey as other rooms name it."""
    return Subject(SubjectKind.SURVEY, survey.id)


async def invite(claim_id: UUID, *, actor: Actor, run: Run | None = None) -> Survey | None:
    """Queues the survey of a paid claim, or writes down why its customer is not asked; None where that was done before.

    Claims of one customer take turns, so that two that are paid at once lead to one survey.
    """
    async with transaction(run, finishing=True) as tx:
        claim = await Claim.get(id=claim_id)
        await take_turns(f"survey:customer:{claim.customer_id}")
        if await Survey.filter(claim_id=claim.id).exists():
            return None
        survey = await _add(claim, actor)
        if survey.state is SurveyState.QUEUED:
            await enqueue(
                SendSurvey(survey_id=survey.id),
                actor=actor,
                subject=subject_of(survey),
                scope=Scope(survey.customer_id),
                run_at=rules.next_waking(survey.created_at),
                unique_key=str(survey.id),
            )
        tx.made = subject_of(survey)
    return survey


async def _add(claim: Claim, actor: Actor) -> Survey:
    reason = await _against(claim) or await _asked_lately(claim.customer_id)
    customer = await Customer.get(id=claim.customer_id)
    survey = Survey(
        id=new_id(),
        claim_id=claim.id,
        customer_id=claim.customer_id,
        partner_id=claim.partner_id,
        handler_id=claim.handler_id,
        inquiry_id=None,
        state=SurveyState.SKIPPED if reason else SURVEY_LIFECYCLE.initial,
        skip_reason=reason,
        language=customer.language,
        created_at=clock.now(),
    )
    await survey.save(force_create=True)
    await record(
        "survey:invite",
        subject_of(survey),
        actor,
        after={"state": survey.state, "claim_id": claim.id, "skip_reason": reason},
    )
    return survey


async def _against(claim: Claim) -> SkipReason | None:
    if claim.state not in OVER:
        return SkipReason.CLAIM_REOPENED
    return SkipReason.OPTED_OUT if await took_back(claim.customer_id, ConsentPurpose.MARKETING) else None


async def _asked_lately(customer_id: UUID) -> SkipReason | None:
    """A survey that is only queued counts from when it was queued, one that is out from when it was sent."""
    asked = Survey.filter(customer_id=customer_id).exclude(state=SurveyState.SKIPPED)
    since = clock.now() - rules.INTERVAL
    is_lately = any((each.sent_at or each.created_at) > since for each in await asked)
    return SkipReason.ASKED_LATELY if is_lately else None


async def send(survey_id: UUID, *, actor: Actor, run: Run | None = None) -> Outcome:
    """Writes to the customer, unless something speaks against it meanwhile; a job that comes at night comes again.

    A second call changes nothing.
    """
    now = clock.now()
    if (waking := rules.next_waking(now)) > now:
        return Outcome.later(waking)
    async with transaction(run, finishing=True) as tx:
        survey = await lock_row(Survey, survey_id)
        if survey is None or survey.state is not SurveyState.QUEUED:
            return Outcome.done()
        tx.made = subject_of(survey)
        claim = await Claim.get(id=survey.claim_id)
        if (reason := await _against(claim)) is not None:
            await _skip(survey, reason, actor)
            return Outcome.done()
        survey.state = SURVEY_LIFECYCLE.step(survey.state, SurveyAction.SEND, actor)
        survey.sent_at, survey.expires_at = now, now + rules.LIFE
        await save_changes(survey, "state", "sent_at", "expires_at")
        await record("survey:send", subject_of(survey), actor, after={"state": survey.state})
        await notify(
            template="CLAIM_SURVEY",
            recipient=await recipient_of(survey.customer_id),
            parameters={
                "claim_number": claim.claim_number,
                "link": link_to(survey.id),
                "until": f"{survey.expires_at.astimezone(INSURER_ZONE):%Y-%m-%d %H:%M}",
            },
            subject=subject_of(survey),
            scope=Scope(survey.customer_id),
            actor=actor,
        )
        await count_sent(survey.partner_id, now)
    return Outcome.done()


async def _skip(survey: Survey, reason: SkipReason, actor: Actor) -> None:
    survey.state = SURVEY_LIFECYCLE.step(survey.state, SurveyAction.SKIP, actor)
    survey.skip_reason = reason
    await save_changes(survey, "state", "skip_reason")
    await record("survey:skip", subject_of(survey), actor, after={"state": survey.state, "skip_reason": reason})
