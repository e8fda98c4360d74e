"""A customer answers once, and is called back when he or she is not satisfied."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.customers.terms import Language
from domain.inquiries.models import Inquiry
from domain.inquiries.terms import InquiryState, InquiryTopic
from domain.kernel import clock
from domain.kernel.refusals import IllegalStep, Invalid, NotFound, Refusal
from domain.kernel.subject import SubjectKind
from domain.surveys import answering, rules
from domain.surveys.answering import Reply
from domain.surveys.links import named_by, token_of
from domain.surveys.models import Survey, SurveyMonth
from domain.surveys.refusals import SurveyOver
from domain.surveys.terms import SurveyState
from tests.factories.insured import insured
from tests.factories.surveys import speaking, survey_answered, survey_queued, survey_sent
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
WORDS = "Nobody told me anything for a week."


async def test_a_good_score_is_kept_and_opens_nothing() -> None:
    asked = await survey_answered(score=3, comment=" Fine.\n")
    assert (asked.survey.state, asked.survey.score, asked.survey.comment) == (SurveyState.RESPONDED, 3, "Fine.")
    assert asked.survey.inquiry_id is None and await Inquiry.all().count() == 0


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("score", [1, 2])
async def test_a_low_score_opens_a_call_back_about_the_claim(score: int, language: Language) -> None:
    covered = await insured()
    await speaking(covered, language)
    asked = await survey_answered(covered, score, WORDS)
    inquiry = await Inquiry.get(id=asked.survey.inquiry_id)
    assert (inquiry.subject_kind, inquiry.subject_id) == (SubjectKind.CLAIM, asked.case.claim.id)
    assert (inquiry.state, inquiry.topic, inquiry.language) == (InquiryState.NEW, InquiryTopic.SERVICE, language)
    assert (inquiry.customer_id, inquiry.partner_id) == (covered.customer_id, None)
    assert str(score) in inquiry.entries[0]["text"]
    assert WORDS not in inquiry.entries[0]["text"]


async def test_the_comment_is_in_no_audit_entry() -> None:
    asked = await survey_answered(score=1, comment=WORDS)
    entries = await AuditEntry.filter(subject_id=asked.survey.id)
    assert [each.action for each in entries] == ["survey:invite", "survey:send", "survey:answer"]
    assert all(WORDS not in str(each.after) for each in entries)


async def test_it_is_answered_once() -> None:
    asked = await survey_answered(score=5)
    async with refused(IllegalStep, "survey", "survey_month"):
        await answering.answer(asked.survey.id, reply=Reply(1), actor=asked.case.customer)
    async with refused(IllegalStep, "survey", "survey_month"):
        await answering.answer_by_link(token_of(asked.survey.id), reply=Reply(1))


async def test_of_two_answers_at_once_one_counts() -> None:
    asked = await survey_sent()
    token = token_of(asked.survey.id)
    found = await asyncio.gather(
        *(answering.answer_by_link(token, reply=Reply(score)) for score in (1, 2, 1)),
        answering.answer(asked.survey.id, reply=Reply(2), actor=asked.case.customer),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Survey) for each in found) == 1
    assert sum(isinstance(each, IllegalStep) for each in found) == 3
    month = await SurveyMonth.get()
    assert (month.sent, month.responses, month.score_sum) == (1, 1, (await asked.reread()).score)
    assert await Inquiry.all().count() == 1


@pytest.mark.parametrize(
    "reply", [Reply(0), Reply(6), Reply(-1), Reply(1, "x" * (rules.LONGEST + 1))], ids=["0", "6", "-1", "long"]
)
async def test_what_does_not_fit_changes_nothing(reply: Reply) -> None:
    asked = await survey_sent()
    async with refused(Invalid, "survey", "survey_month"):
        await answering.answer(asked.survey.id, reply=reply, actor=asked.case.customer)


async def test_an_answer_that_comes_too_late_is_refused_before_the_daily_look() -> None:
    asked = await survey_sent()
    assert asked.survey.expires_at is not None
    with clock.at(asked.survey.expires_at + timedelta(seconds=1)):
        async with refused(SurveyOver, "survey", "survey_month"):
            await answering.answer_by_link(token_of(asked.survey.id), reply=Reply(1))
        found = await answering.standing(token_of(asked.survey.id))
    assert found is not None and found.state is SurveyState.EXPIRED


async def test_a_survey_of_another_or_one_that_is_not_out_is_missing() -> None:
    other, waiting, asked = await insured(), await survey_queued(), await survey_sent()
    for survey, actor in ((asked.survey, other.customer), (waiting.survey, waiting.case.customer)):
        async with refused(NotFound, "survey", "survey_month"):
            await answering.answer(survey.id, reply=Reply(1), actor=actor)


async def test_a_link_that_we_did_not_make_is_none() -> None:
    asked, other = await survey_sent(), await survey_sent()
    token, another = token_of(asked.survey.id), token_of(other.survey.id)
    assert named_by(token) == asked.survey.id
    forged = [
        token[:22] + another[22:], token[:-1] + ("0" if token[-1] != "0" else "1"), token[:-1], f"{token}0", "",
        token.upper(), _other_spelling(token), "签" * 86, asked.survey.id.hex,
    ]  # fmt: skip
    for each in forged:
        assert named_by(each) is None, each
        async with refused(NotFound, "survey", "survey_month"):
            await answering.answer_by_link(each, reply=Reply(1))


def _other_spelling(token: str) -> str:
    """The same name with other spare bits in its last letter."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:21] + letters[letters.index(token[21]) ^ 1] + token[22:]


async def test_every_refusal_of_the_link_is_one_that_the_page_knows() -> None:
    asked = await survey_answered()
    for token in (token_of(asked.survey.id), "nonsense"):
        with pytest.raises(Refusal):
            await answering.answer_by_link(token, reply=Reply(1))
