"""Who is asked after a paid claim, when, and how often."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.claims.models import Claim
from domain.claims.terms import ClaimState
from domain.customers import consents
from domain.customers.terms import ConsentChannel, ConsentPurpose, Language
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Queue, Word
from domain.kernel import clock
from domain.kernel.clock import INSURER_ZONE
from domain.notifications.models import Notification
from domain.products.terms import Peril
from domain.surveys import expiring, inviting, rules
from domain.surveys.links import link_to
from domain.surveys.models import Survey, SurveyMonth
from domain.surveys.terms import SkipReason, SurveyState
from tests.factories.claims import Case, claim_awaiting_decision, claim_paid, loss
from tests.factories.insured import Insured, insured
from tests.factories.notices import told
from tests.factories.recoveries import claim_settled
from tests.factories.surveys import OFFICE, speaking, survey_answered, survey_queued, survey_sent
from tests.factories.unchanged import unchanged
from tests.factories.work import hurry, work

pytestmark = pytest.mark.usefixtures("database")


async def paid_again(covered: Insured) -> Case:
    """Another small claim of the same customer, paid."""
    reported = loss(cause=Peril.SCREEN, on=clock.today() - timedelta(days=3), place="at home")
    return await claim_settled(covered, bill="300.00", reported=reported)


async def took_letters_back(covered: Insured) -> None:
    purposes = [ConsentPurpose.MARKETING]
    await consents.give(
        covered.customer_id, purposes=purposes, channel=ConsentChannel.APP, actor=covered.customer
    )
    await consents.withdraw(covered.customer_id, purpose=ConsentPurpose.MARKETING, actor=covered.customer)


async def test_a_paid_claim_leads_to_one_survey(database: str) -> None:
    case = await claim_paid()
    await work(database, (Queue.BULK,))
    survey = await Survey.get(claim_id=case.claim.id)
    assert (survey.state, survey.customer_id) == (SurveyState.QUEUED, case.claim.customer_id)
    assert survey.handler_id == case.handler.staff_id
    job = await Job.get(kind="surveys.send")
    assert (job.subject_id, job.arguments) == (survey.id, {"survey_id": str(survey.id)})
    async with unchanged():
        assert await inviting.invite(case.claim.id, actor=OFFICE) is None


async def test_a_claim_that_is_not_paid_is_not_asked_about(database: str) -> None:
    await claim_awaiting_decision()
    await work(database, (Queue.BULK,))
    assert await Survey.all().count() == 0


async def test_two_workers_ask_about_one_claim_once() -> None:
    case = await claim_paid()
    found = await asyncio.gather(*(inviting.invite(case.claim.id, actor=OFFICE) for _ in range(4)))
    assert len([each for each in found if each]) == 1
    assert await Survey.filter(claim_id=case.claim.id).count() == await Job.filter(kind="surveys.send").count() == 1


async def test_two_claims_paid_at_once_lead_to_one_letter() -> None:
    covered = await insured()
    cases = [await claim_paid(covered), await paid_again(covered)]
    await asyncio.gather(*(inviting.invite(each.claim.id, actor=OFFICE) for each in cases))
    surveys = await Survey.all()
    assert sorted(each.state for each in surveys) == [SurveyState.QUEUED, SurveyState.SKIPPED]
    assert {each.skip_reason for each in surveys} == {None, SkipReason.ASKED_LATELY}
    assert await Job.filter(kind="surveys.send").count() == 1


async def test_after_thirty_days_a_customer_is_asked_again() -> None:
    covered = await insured()
    first = await survey_sent(covered)
    assert first.survey.sent_at is not None
    other = await paid_again(covered)
    with clock.at(first.survey.sent_at + rules.INTERVAL + timedelta(minutes=1)):
        again = await inviting.invite(other.claim.id, actor=OFFICE)
    assert again is not None and again.state is SurveyState.QUEUED


async def test_whoever_took_back_such_letters_is_not_asked() -> None:
    covered = await insured()
    await took_letters_back(covered)
    survey = (await survey_queued(covered)).survey
    assert (survey.state, survey.skip_reason) == (SurveyState.SKIPPED, SkipReason.OPTED_OUT)
    assert await Job.filter(kind="surveys.send").count() == 0


async def test_what_speaks_against_it_later_counts_as_well() -> None:
    refused, reopened = await survey_queued(), await survey_queued()
    await took_letters_back(refused.case.insured)
    await Claim.filter(id=reopened.case.claim.id).update(state=ClaimState.REOPENED)
    with clock.at(rules.next_waking(clock.now())):
        for each in (refused, reopened):
            await inviting.send(each.survey.id, actor=OFFICE)
    assert (await refused.reread()).skip_reason is SkipReason.OPTED_OUT
    assert (await reopened.reread()).skip_reason is SkipReason.CLAIM_REOPENED
    assert await Notification.filter(template="CLAIM_SURVEY").count() == await SurveyMonth.all().count() == 0


async def test_at_night_the_letter_waits_for_the_morning() -> None:
    tomorrow = clock.today() + timedelta(days=1)
    night = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 22, 30, tzinfo=INSURER_ZONE)
    case = await claim_paid()
    with clock.at(night):
        survey = await inviting.invite(case.claim.id, actor=OFFICE)
        assert survey is not None
        async with unchanged():
            outcome = await inviting.send(survey.id, actor=OFFICE)
    morning = (night + timedelta(hours=9, minutes=30)).astimezone(UTC)
    assert (await Job.get(kind="surveys.send")).run_at == morning
    assert (outcome.word, outcome.at) == (Word.LATER, morning)


@pytest.mark.parametrize("language", Language)
async def test_the_letter_is_in_the_customer_s_language_and_tells_nothing_but_the_link(language: Language) -> None:
    covered = await insured()
    await speaking(covered, language)
    asked = await survey_sent(covered)
    letter = await Notification.get(template="CLAIM_SURVEY")
    assert (letter.language, letter.subject_id) == (language, asked.survey.id)
    body = told(letter)
    assert link_to(asked.survey.id) in body and asked.case.claim.claim_number in body
    assert asked.survey.id.hex not in body and covered.customer_id.hex not in link_to(asked.survey.id)


async def test_sending_twice_sends_once() -> None:
    asked = await survey_queued()
    with clock.at(rules.next_waking(clock.now())):
        await asyncio.gather(*(inviting.send(asked.survey.id, actor=OFFICE) for _ in range(3)))
    assert await Notification.filter(template="CLAIM_SURVEY").count() == 1
    assert (await SurveyMonth.get()).sent == 1
    survey = await asked.reread()
    assert survey.sent_at is not None and survey.expires_at == survey.sent_at + timedelta(days=14)


async def test_the_whole_way_from_the_payment_to_the_letter_is_walked_by_workers(database: str) -> None:
    await claim_paid()
    with clock.at(rules.next_waking(clock.now())):
        for _ in range(2):
            await hurry()
            await work(database, (Queue.BULK, Queue.NOTIFY))
    assert (await Survey.get()).state is SurveyState.SENT
    assert (await Job.get(kind="surveys.send")).state is JobState.SUCCEEDED


async def test_what_nobody_answers_ends_after_fourteen_days() -> None:
    late, answered = await survey_sent(), await survey_answered()
    assert late.survey.expires_at is not None
    async with unchanged():
        assert await expiring.expire(actor=OFFICE) == 0
    with clock.at(late.survey.expires_at + timedelta(days=1)):
        assert await expiring.expire(actor=OFFICE, batch=1) == 1
        async with unchanged():
            assert await expiring.expire(actor=OFFICE) == 0
    assert (await late.reread()).state is SurveyState.EXPIRED
    assert (await answered.reread()).state is SurveyState.RESPONDED
