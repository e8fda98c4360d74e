"""Surveys in the situations that tests start from, made by the verbs themselves."""

from __future__ import annotations

from dataclasses import dataclass

from domain.customers.models import Customer
from domain.customers.terms import Language
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.surveys import answering, inviting, rules
from domain.surveys.answering import Reply
from domain.surveys.models import Survey
from tests.factories.claims import Case, claim_paid
from tests.factories.insured import Insured

OFFICE = Actor.system("surveys.send")


@dataclass
class AskedAbout:
    """A survey with the claim that it is about."""

    survey: Survey
    case: Case

    async def reread(self) -> Survey:
        """The survey as it stands in the database."""
        return await Survey.get(id=self.survey.id)


async def speaking(customer: Insured, language: Language) -> None:
    """Says in which language a customer is written to."""
    await Customer.filter(id=customer.customer_id).update(language=language)


async def survey_queued(covered: Insured | None = None) -> AskedAbout:
    """Waits for its hour."""
    case = await claim_paid(covered)
    survey = await inviting.invite(case.claim.id, actor=OFFICE)
    assert survey is not None
    return AskedAbout(survey, case)


async def survey_sent(covered: Insured | None = None) -> AskedAbout:
    """The customer was asked just now, or where it is night at the next hour for it."""
    asked = await survey_queued(covered)
    now = clock.now()
    with clock.at(rules.next_waking(now)):
        await inviting.send(asked.survey.id, actor=OFFICE)
    asked.survey = await asked.reread()
    return asked


async def survey_answered(covered: Insured | None = None, score: int = 5, comment: str | None = None) -> AskedAbout:
    """The customer answered, signed in."""
    asked = await survey_sent(covered)
    await answering.answer(asked.survey.id, reply=Reply(score, comment), actor=asked.case.customer)
    asked.survey = await asked.reread()
    return asked
