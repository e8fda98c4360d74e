"""What the link in an invitation leads to: a page on which a customer says how satisfied he or she is, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.bodies import read_body
from api.http import language
from api.inputs import Length
from api.origin import origin_of
from api.rates import Rates, Throttled
from api.verify import GUARDS, PAGE, POINTS, STRANGER
from domain.kernel.constraints import sentence
from domain.kernel.refusals import Refusal
from domain.kernel.retries import retrying
from domain.policies.wording import ISSUER, Wording
from domain.surveys.answering import Reply, Standing, answer_by_link, standing
from domain.surveys.links import PATH
from domain.surveys.rules import HIGHEST, LONGEST, LOW, LOWEST
from domain.surveys.terms import SurveyState

LIMIT = 16_384  # bytes; the longest comment has 12,000 as a form sends it
PATIENCE = 30.0  # seconds in which an answer must have come
FORM = "application/x-www-form-urlencoded"
FIELDS = 4  # of a form; it has two
SCORES = {
    1: ("非常不满意", "very dissatisfied"),
    2: ("不满意", "dissatisfied"),
    3: ("一般", "neither"),
    4: ("满意", "satisfied"),
    5: ("非常满意", "very satisfied"),
}


class Unfit(ValueError):
    """A form cannot be taken as it is; the words say why."""


def survey_routes(rates: Rates, proxies: int, *, patience: float = PATIENCE) -> list[BaseRoute]:
    """The route of the page. Units: `proxies` that stand in front of the process, `patience` in seconds."""

    async def serve(request: Request) -> Response:
        try:
            rates.bucket(STRANGER, origin_of(request.scope, proxies)).spend(POINTS)
        except Throttled as throttled:
            return PlainTextResponse("Too many requests.", 429, headers=GUARDS | {"Retry-After": str(throttled.wait)})
        token = request.path_params["token"]
        found = await retrying(lambda: standing(token))
        if request.method != "POST" or found is None or found.state is not SurveyState.SENT:
            return _shown(found, request, 200)
        return await _answered(request, token, found, patience)

    served: Callable[[Request], Awaitable[Response]] = serve
    return [Route(f"{PATH}/{{token}}", served, methods=["GET", "POST"])]


async def _answered(request: Request, token: str, found: Standing, patience: float) -> Response:
    """Takes the answer, or says why not; two that come at once are taken once."""
    words = Wording(found.language)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return PlainTextResponse("Send the form of the page.", 415, headers=GUARDS)
    try:
        body = await asyncio.wait_for(read_body(request, LIMIT), patience)
    except TimeoutError:
        return PlainTextResponse("The answer did not come in time.", 408, headers=GUARDS)
    if body is None:
        return PlainTextResponse("The answer is too long.", 413, headers=GUARDS)
    try:
        reply = _reply(body, words)
    except Unfit as unfit:
        return _form(words, 422, str(unfit))
    try:
        await retrying(lambda: answer_by_link(token, reply=reply))
    except Refusal:
        return _shown(await retrying(lambda: standing(token)), request, 409)
    return _thanks(words, reply.score)


def _reply(body: bytes, words: Wording) -> Reply:
    """What a form says.

    Raises: Unfit.
    """
    try:
        given = parse_qs(body.decode("ascii"), max_num_fields=FIELDS, errors="strict")
    except ValueError:
        raise Unfit(words.say("无法读取该表单。", "This form cannot be read.")) from None
    score = given.get("score", [""])[-1]
    if score not in {str(each) for each in SCORES}:
        raise Unfit(words.say("请选择一个评分。", "Please choose one of the scores."))
    comment = given.get("comment", [""])[-1].replace("\r\n", "\n").strip()
    broken = Length(LONGEST, blank=True, lines=True).broken_by(comment)
    if broken is not None:
        raise Unfit(sentence(*broken, chinese=words.language == "zh"))
    return Reply(int(score), comment or None)


def _shown(found: Standing | None, request: Request, status: int) -> Response:
    """The page of a survey as it stands; nothing of what is not ours, and nobody's name."""
    if found is None or found.state in {SurveyState.QUEUED, SurveyState.SKIPPED}:
        words = Wording(language(request.headers.get("accept-language", "").encode("latin-1")))
        told = words.say("该链接无效，请核对邮件中的链接。", "This link is not valid. Check the link in our letter.")
        return _page(words.say("链接无效", "No such link"), _paragraph(told), words, 404)
    words = Wording(found.language)
    if found.state is SurveyState.SENT:
        return _form(words, status)
    if found.state is SurveyState.EXPIRED:
        told = words.say("该调查的作答期限已过。", "The time to answer is over.")
        return _page(words.say("调查已结束", "This survey is over"), _paragraph(told), words, 410)
    told = words.say("该调查已作答，每份调查仅可作答一次。", "This survey was answered already; it is answered once.")
    return _page(words.say("已收到您的评价", "We have your answer"), _paragraph(told), words, status)


def _form(words: Wording, status: int, fault: str | None = None) -> Response:
    title = words.say("请评价我们的理赔服务", "How did we handle your claim?")
    scores = "".join(
        f'<p><label><input type="radio" name="score" value="{score}" required> {score} '
        f"{escape(words.say(*said))}</label></p>"
        for score, said in sorted(SCORES.items(), reverse=True)
    )
    asked = words.say(f"{LOWEST} 至 {HIGHEST} 分", f"Your score, {LOWEST} to {HIGHEST}")
    comment = words.say(
        f"您的意见（选填，最多 {LONGEST} 个字符）", f"Your words, if you like, at most {LONGEST:,} characters"
    )
    body = (
        (f'<p role="alert">{escape(fault)}</p>' if fault else "")
        + f'<form method="post"><fieldset><legend>{escape(asked)}</legend>{scores}</fieldset>'
        + f'<p><label for="comment">{escape(comment)}</label></p>'
        + f'<p><textarea id="comment" name="comment" rows="5" cols="40" maxlength="{LONGEST}"></textarea></p>'
        + f'<p><button type="submit">{escape(words.say("提交", "Send"))}</button></p></form>'
    )
    return _page(title, body, words, status)


def _thanks(words: Wording, score: int) -> Response:
    told = words.say("感谢您的评价。", "Thank you for your answer.")
    if score <= LOW:
        told += words.say("很抱歉未能让您满意，客服将与您联系。", " We are sorry, and will get in touch with you.")
    return _page(words.say("已收到您的评价", "We have your answer"), _paragraph(told), words, 200)


def _paragraph(told: str) -> str:
    return f"<p>{escape(told)}</p>"


def _page(title: str, body: str, words: Wording, status: int) -> Response:
    lang, issuer = words.say("zh-CN", "en"), escape(words.say(*ISSUER))
    return HTMLResponse(PAGE.format(lang=lang, title=escape(title), body=body, issuer=issuer), status, headers=GUARDS)
