"""The page that the link in an invitation leads to."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from domain.customers.terms import Language
from domain.inquiries.models import Inquiry
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.notifications.models import Notification
from domain.surveys import rules
from domain.surveys.links import link_to, token_of
from domain.surveys.models import Survey
from domain.surveys.terms import SurveyState
from tests.face.conftest import Face, untouched
from tests.factories.claims import claim_paid
from tests.factories.insured import insured, staff
from tests.factories.notices import told
from tests.factories.surveys import AskedAbout, speaking, survey_answered, survey_queued, survey_sent
from tests.factories.work import hurry, work

TITLES = {Language.EN: "How did we handle your claim?", Language.ZH: "请评价我们的理赔服务"}
WORDS = "Nobody told me & <b>anything</b>.\r\nFor a week."


def path_of(asked: AskedAbout) -> str:
    return urlsplit(link_to(asked.survey.id)).path


async def sent(face: Face, path: str, **given: object) -> httpx.Response:
    """The form as a browser sends it."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return await face.client.post(path, content=urlencode(given), headers=headers)


@pytest.mark.parametrize("language", Language)
async def test_it_asks_in_the_language_of_the_letter_and_names_nobody(face: Face, language: Language) -> None:
    covered = await insured()
    await speaking(covered, language)
    asked = await survey_sent(covered)
    async with untouched():
        page = await face.client.get(path_of(asked))
    assert page.status_code == 200 and TITLES[language] in page.text
    assert f'lang="{"en" if language is Language.EN else "zh-CN"}"' in page.text
    assert page.text.count('type="radio"') == 5 and "<fieldset><legend>" in page.text
    assert 'label for="comment"' in page.text and f'maxlength="{rules.LONGEST}"' in page.text
    assert asked.case.claim.claim_number not in page.text and asked.survey.id.hex not in page.text


async def test_browsers_are_told_to_keep_and_pass_on_nothing(face: Face) -> None:
    headers = (await face.client.get(path_of(await survey_sent()))).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "form-action 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(("language", "thanks"), [(Language.EN, "Thank you"), (Language.ZH, "感谢您的评价")])
async def test_an_answer_is_taken_once(face: Face, language: Language, thanks: str) -> None:
    covered = await insured()
    await speaking(covered, language)
    asked = await survey_sent(covered)
    page = await sent(face, path_of(asked), score=4, comment=WORDS)
    assert page.status_code == 200 and thanks in page.text and "radio" not in page.text
    survey = await asked.reread()
    assert (survey.state, survey.score, survey.comment) == (SurveyState.RESPONDED, 4, WORDS.replace("\r\n", "\n"))
    async with untouched():
        for again in (await sent(face, path_of(asked), score=1), await face.client.get(path_of(asked))):
            assert again.status_code == 200
            assert ("answered once" in again.text) or ("仅可作答一次" in again.text)


@pytest.mark.parametrize(
    "given",
    [
        {}, {"comment": "x"}, {"score": "0"}, {"score": "6"}, {"score": "1.0"}, {"score": "five"},
        {"score": "1", "comment": "x" * 1_001}, {"score": "1", "comment": "a\x00b"},
        {"score": "1", "comment": "\u202e"},
        {"score": "1", "a": "1", "b": "1", "c": "1", "d": "1"},
    ],
)  # fmt: skip
async def test_a_form_that_does_not_fit_is_shown_again_and_changes_nothing(face: Face, given: dict[str, str]) -> None:
    asked = await survey_sent()
    async with untouched():
        page = await sent(face, path_of(asked), **given)
    assert page.status_code == 422 and 'role="alert"' in page.text and 'type="radio"' in page.text


async def test_bodies_are_read_no_further_than_they_may_be_long(face: Face) -> None:
    path, headers = path_of(await survey_sent()), {"content-type": "application/x-www-form-urlencoded"}
    async with untouched():
        assert (await sent(face, path, score=1, comment="x" * 20_000)).status_code == 413
        assert (await face.client.post(path, json={"score": 1})).status_code == 415
        assert (await face.client.post(path, content=b"score=\xff", headers=headers)).status_code == 422
        assert (await face.client.put(path)).status_code == 405
    assert len(urlencode({"score": 1, "comment": "签" * rules.LONGEST})) < 16_384
    assert (await sent(face, path, score=5, comment="签" * rules.LONGEST)).status_code == 200


@pytest.mark.parametrize(("language", "said"), [("en", "not valid"), ("zh-CN,zh;q=0.9", "链接无效")])
async def test_a_forged_link_leads_nowhere(face: Face, language: str, said: str) -> None:
    asked, waiting = await survey_sent(), await survey_queued()
    token = token_of(asked.survey.id)
    forged = [token[:-1] + ("0" if token[-1] != "0" else "1"), "x", "%3Cscript%3E", "A" * 5_000]
    async with untouched():
        for each in (*forged, token_of(waiting.survey.id)):
            shown = await face.client.get(f"/survey/{each}", headers={"accept-language": language})
            assert shown.status_code == 404 and said in shown.text and "<script" not in shown.text
            assert (await sent(face, f"/survey/{each}", score=1)).status_code == 404


async def test_a_link_whose_time_is_over_says_so(face: Face) -> None:
    asked = await survey_sent()
    assert asked.survey.expires_at is not None
    with clock.at(asked.survey.expires_at + timedelta(seconds=1)):
        async with untouched():
            for page in (await face.client.get(path_of(asked)), await sent(face, path_of(asked), score=1)):
                assert page.status_code == 410 and "radio" not in page.text


async def test_guessing_is_slowed_down(face: Face) -> None:
    statuses = {(await face.client.get(f"/survey/{number:086}")).status_code for number in range(400)}
    assert statuses == {404, 429}


async def test_an_answered_survey_shows_no_score_to_whoever_finds_the_link(face: Face) -> None:
    asked = await survey_answered(score=5, comment="private words")
    assert "private words" not in (await face.client.get(path_of(asked))).text


async def test_from_the_paid_claim_to_the_call_back(face: Face, database: str) -> None:
    case = await claim_paid()
    with clock.at(rules.next_waking(clock.now())):
        for _ in range(2):
            await hurry()
            await work(database, (Queue.BULK, Queue.NOTIFY))
        found = re.search(r"https?://\S+/survey/\S+", told(await Notification.get(template="CLAIM_SURVEY")))
        assert found is not None
        path = urlsplit(found[0]).path
        assert (await face.client.get(path)).status_code == 200
        page = await sent(face, path, score=1, comment="slow")
    assert page.status_code == 200
    inquiry = await Inquiry.get(subject_id=case.claim.id)
    assert inquiry.id == (await Survey.get(claim_id=case.claim.id)).inquiry_id
    service = await staff(Role.CUSTOMER_SERVICE)
    shown = await face.data(
        "{inquiries(first: 5, orderBy: {by: URGENCY, direction: ASC}) "
        "{nodes {state topic subject {... on Claim {claimNumber}} surveys {score comment}}}}",
        service,
    )
    assert shown["inquiries"]["nodes"] == [
        {
            "state": "NEW", "topic": "SERVICE", "subject": {"claimNumber": case.claim.claim_number},
            "surveys": [{"score": 1, "comment": "slow"}],
        }
    ]  # fmt: skip
