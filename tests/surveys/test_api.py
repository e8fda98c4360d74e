"""Surveys through the schema, as each kind of caller."""

from __future__ import annotations

from typing import Any

from domain.kernel.actor import Role
from domain.kernel.ids import public_id
from domain.surveys.models import SurveyMonth
from tests.face.conftest import Face
from tests.face.inputs import document
from tests.factories.insured import insured, staff
from tests.factories.surveys import survey_answered, survey_queued, survey_sent

SURVEYS = "{surveys(first: 9) {nodes {state score comment claim {claimNumber} inquiry {topic}}}}"
MONTHS = "{surveyMonths(first: 9) {nodes {sent responses scoreSum meanScore responseRate partner {id}}}}"
WORDS = "Nobody told me anything."


async def test_the_customer_answers_and_reads_the_answer(face: Face) -> None:
    asked = await survey_sent()
    given: dict[str, Any] = {"surveyId": public_id("srv", asked.survey.id), "score": 2, "comment": WORDS}
    found = await face.data(document("surveyAnswer"), asked.case.customer, input=given)
    assert found["surveyAnswer"] == {"errors": []}
    (shown,) = (await face.data(SURVEYS, asked.case.customer))["surveys"]["nodes"]
    assert (shown["state"], shown["score"], shown["comment"]) == ("RESPONDED", 2, WORDS)
    assert shown["inquiry"] == {"topic": "SERVICE"}


async def test_who_reads_the_words_of_a_customer(face: Face) -> None:
    asked = await survey_answered(score=4, comment=WORDS)
    await survey_queued()
    own = {"state": "RESPONDED", "score": 4, "comment": WORDS}
    for role in (Role.CUSTOMER_SERVICE, Role.CLAIMS_MANAGER, Role.COMPLIANCE):
        shown = (await face.data(SURVEYS, await staff(role)))["surveys"]["nodes"]
        assert len(shown) == 2 and any(own.items() <= each.items() for each in shown)
    (handled,) = (await face.data(SURVEYS, asked.case.handler))["surveys"]["nodes"]
    assert (handled["score"], handled["comment"]) == (4, None)
    others = [(await insured()).customer, asked.case.insured.partner, await staff(Role.CLAIMS_HANDLER)]
    others += [await staff(role) for role in (Role.FINANCE, Role.SALES, Role.RISK, Role.HR)]
    for actor in others:
        assert (await face.data(SURVEYS, actor))["surveys"]["nodes"] == []


async def test_a_customer_sees_no_survey_before_it_is_sent(face: Face) -> None:
    asked = await survey_queued()
    assert (await face.data(SURVEYS, asked.case.customer))["surveys"]["nodes"] == []


async def test_managers_read_what_the_answers_say_by_month_and_partner(face: Face) -> None:
    covered = (await survey_answered(score=5)).case.insured
    other = await survey_answered(score=1)
    await survey_sent()
    shown = (await face.data(MONTHS, await staff(Role.CLAIMS_MANAGER)))["surveyMonths"]["nodes"]
    by_partner = {each["partner"]["id"]: each for each in shown}
    mine = by_partner[public_id("par", covered.partner_id)]
    assert (mine["sent"], mine["responses"], mine["meanScore"]) == (1, 1, "5.00")
    assert by_partner[public_id("par", other.case.insured.partner_id)]["meanScore"] == "1.00"
    silent = next(each for each in shown if each["responses"] == 0)
    assert (silent["meanScore"], silent["responseRate"]) == (None, "0.000000")
    await SurveyMonth.filter(partner_id=covered.partner_id).update(sent=3, responses=3, score_sum=11)
    for role in (Role.COMPLIANCE, Role.HR):
        read = (await face.data(MONTHS, await staff(role)))["surveyMonths"]["nodes"]
        assert {(each["meanScore"], each["responseRate"]) for each in read} >= {("3.67", "1.000000")}


async def test_nobody_else_reads_the_counts(face: Face) -> None:
    asked = await survey_answered()
    others = [asked.case.customer, asked.case.insured.partner, asked.case.handler]
    for actor in (*others, await staff(Role.CUSTOMER_SERVICE), await staff(Role.FINANCE)):
        assert (await face.data(MONTHS, actor))["surveyMonths"]["nodes"] == []
