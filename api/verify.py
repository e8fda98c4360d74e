"""What the code on a document leads to: a page that says whether it is ours, and where the policy stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.http import language
from api.origin import origin_of
from api.pages import HEADERS
from api.rates import Rates, Throttled
from domain.documents.making import VERIFY_PATH
from domain.kernel.actor import Actor
from domain.kernel.retries import retrying
from domain.policies.verifying import Verified, verify
from domain.policies.wording import ISSUER, Wording

POINTS = 20  # of a rate; a code has 80 bits, so that this only keeps the database free
GUARDS = HEADERS | {"Cache-Control": "no-store", "Vary": "Accept-Language"}
PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #1a1a1a }}
dt {{ color: #5c6670; margin-top: .8rem }} dd {{ margin: 0 }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
<p>{issuer}</p>
</body>
</html>
"""
STRANGER = Actor.anonymous()


def verify_routes(rates: Rates, proxies: int) -> list[BaseRoute]:
    """The route of the page. Units: `proxies` that stand in front of the process."""

    async def show(request: Request) -> Response:
        try:
            rates.bucket(STRANGER, origin_of(request.scope, proxies)).spend(POINTS)
        except Throttled as throttled:
            return PlainTextResponse("Too many requests.", 429, headers=GUARDS | {"Retry-After": str(throttled.wait)})
        words = Wording(language(request.headers.get("accept-language", "").encode("latin-1")))
        found = await retrying(lambda: verify(request.path_params["code"]))
        return _unknown(words) if found is None else _known(found, words)

    shown: Callable[[Request], Awaitable[Response]] = show
    return [Route(f"{VERIFY_PATH}/{{code}}", shown, methods=["GET"])]


def _known(found: Verified, words: Wording) -> Response:
    facts = (
        (words.say("保险单号", "Policy number"), found.policy_number),
        (words.say("保险产品", "Product"), words.say("{zh}", "{en}", zh=found.product_zh, en=found.product_en)),
        (words.say("设备序列号末四位", "End of the device's serial number"), found.serial_end),
        (
            words.say("保险期间", "Period of cover"),
            words.say(
                "{first} 至 {last}（含当日）", "{first} to {last}, both days included",
                first=words.day(found.first_day), last=words.day(found.last_day),
            ),
        ),
        (words.say("保单状态", "The policy today"), words.word(found.state)),
    )  # fmt: skip
    body = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    told = words.say(
        "本单证由我们出具。请核对下列内容与单证一致。",
        "We issued this document. See that it says the same as this page.",
    )
    title = words.say("单证真实有效", "This document is genuine")
    return _page(title, f"<p>{escape(told)}</p><dl>{body}</dl>", words, 200)


def _unknown(words: Wording) -> Response:
    told = words.say(
        "我们没有出具过带有此编码的单证。请核对编码，或与我们联系。",
        "We issued no document with this code. Check the code, or write to us.",
    )
    return _page(words.say("未查到该单证", "No such document"), f"<p>{escape(told)}</p>", words, 404)


def _page(title: str, body: str, words: Wording, status: int) -> Response:
    lang, issuer = words.say("zh-CN", "en"), escape(words.say(*ISSUER))
    text = PAGE.format(lang=lang, title=escape(title), body=body, issuer=issuer)
    return HTMLResponse(text, status, headers=GUARDS)
