"""The customer's answer: signed in or by the link, once; whoever is not satisfied is called back."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from domain.audit.entries import record
from domain.claims.models import Claim
from domain.customers.models import Customer
from domain.customers.terms import Language
from domain.inquiries.askers import Asker
from domain.inquiries.asking import Question, add_inquiry
from domain.inquiries.notices import in_words, tell_asker
from domain.inquiries.terms import InquiryChannel, InquiryTopic
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Invalid, NotFound
from domain.kernel.rows import lock_row, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.surveys import rules
from domain.surveys.counting import count_answered
from domain.surveys.inviting import subject_of
from domain.surveys.lifecycle import SURVEY_LIFECYCLE
from domain.surveys.links import named_by
from domain.surveys.models import Survey
from domain.surveys.reading import SURVEY
from domain.surveys.refusals import SurveyOver
from domain.surveys.terms import SurveyAction, SurveyState


@dataclass(frozen=True, slots=True)
class Reply:
    """How satisfied somebody is: a score from 1 to 5, and words if there are any."""

    score: int
    comment: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """What whoever holds a link may learn: the language of the letter, and where the survey stands."""

    state: SurveyState
    language: Language


async def standing(token: str) -> Standing | None:
    """Where the survey of a link stands, over as soon as its time is; None for a link that we did not make."""
    survey_id = named_by(token)
    if survey_id is None:
        return None
    async with transaction():
        survey = await Survey.get_or_none(id=survey_id)
    if survey is None:
        return None
    is_over = survey.state is SurveyState.SENT and _is_over(survey)
    return Standing(SurveyState.EXPIRED if is_over else survey.state, survey.language)


async def answer(survey_id: UUID, *, reply: Reply, actor: Actor) -> Survey:
    """The customer answers, signed in.

    Raises: NotFound, Forbidden; IllegalStep for one that is answered; SurveyOver; Invalid for the score or comment.
    """
    async with transaction():
        survey = await lock_visible(Survey, SURVEY, survey_id, actor)
        await _take(survey, reply, actor)
    return survey


async def answer_by_link(token: str, *, reply: Reply) -> Survey:
    """Whoever holds the customer's link answers.

    Raises: NotFound for a link that we did not make; IllegalStep, SurveyOver, Invalid as above.
    """
    survey_id = named_by(token)
    if survey_id is None:
        raise NotFound(kind=SURVEY.name)
    async with transaction():
        survey = await lock_row(Survey, survey_id)
        if survey is None:
            raise NotFound(kind=SURVEY.name)
        await _take(survey, reply, Actor.system("surveys.link", Subject(SubjectKind.CUSTOMER, survey.customer_id)))
    return survey


async def _take(survey: Survey, reply: Reply, actor: Actor) -> None:
    """Takes the answer down for a locked survey, and opens the call-back that a low score calls for."""
    answered = SURVEY_LIFECYCLE.step(survey.state, SurveyAction.ANSWER, actor)
    if survey.sent_at is None or survey.expires_at is None or _is_over(survey):
        raise SurveyOver(until=survey.expires_at or clock.now())
    _expect_fitting(reply)
    survey.state, survey.answered_at = answered, clock.now()
    survey.score, survey.comment = reply.score, (reply.comment or "").strip() or None
    if reply.score <= rules.LOW:
        survey.inquiry_id = await _open_call_back(survey, reply.score, actor)
    await save_changes(survey, "state", "answered_at", "score", "comment", "inquiry_id")
    await record(
        "survey:answer",
        subject_of(survey),
        actor,
        before={"state": SurveyState.SENT},
        after={"state": survey.state, "score": survey.score, "inquiry_id": survey.inquiry_id},
    )
    await count_answered(survey.partner_id, survey.sent_at, reply.score)


def _is_over(survey: Survey) -> bool:
    return survey.expires_at is not None and clock.now() >= survey.expires_at


def _expect_fitting(reply: Reply) -> None:
    if not rules.LOWEST <= reply.score <= rules.HIGHEST:
        raise Invalid("between", f"{rules.LOWEST} and {rules.HIGHEST}", path=("input", "score"))
    if len(reply.comment or "") > rules.LONGEST:
        raise Invalid("max_length", str(rules.LONGEST), path=("input", "comment"))


async def _open_call_back(survey: Survey, score: int, actor: Actor) -> UUID:
    """A call-back 回访 as an inquiry about the claim, for customer service; the comment stays with the survey.

    The partner is not named in it: what a customer says of the service is none of the partner's.
    """
    claim, customer = await Claim.get(id=survey.claim_id), await Customer.get(id=survey.customer_id)
    is_chinese = customer.language is Language.ZH
    question = Question(
        channel=InquiryChannel.APP,
        topic=InquiryTopic.SERVICE,
        subject_line=f"{'满意度回访' if is_chinese else 'Call-back after a survey'} {claim.claim_number}",
        text=(
            f"满意度评分 {score} 分（满分 5 分），请回访客户。" if is_chinese
            else f"Satisfaction {score} of 5; please call the customer back."
        ),
        about=Subject(SubjectKind.CLAIM, claim.id),
    )  # fmt: skip
    inquiry = await add_inquiry(question, Asker(customer.id, None, customer.language), actor)
    await tell_asker(inquiry, "INQUIRY_RECEIVED", actor, due=in_words(inquiry.due_at))
    return inquiry.id
