"""The page of the demo's mailbox, and the routes by which the API shows it under its own address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from html import escape

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

PATIENCE = 3.0  # seconds
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; color: #1c2430; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 0; } p { margin: .2rem 0; color: #5b6675; }
article { border: 1px solid #d7dde5; border-radius: 8px; margin: 1rem 0; padding: .9rem 1.1rem; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: .8rem 0 0; }
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it is shown. `at` is the instant it came, RFC 3339 in UTC."""

    at: str
    sender: str
    to: str
    subject: str
    body: str
    message_id: str


def page(mails: Iterable[Mail]) -> Response:
    """All mails as a page, in the order given; nothing of a mail is taken for HTML."""
    articles = "".join(map(_article, mails)) or "<p>No mail yet 暂无邮件</p>"
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">'
        '<meta name="viewport" content="width=device-width"><title>Mailbox 邮箱</title>'
        f"<style>{STYLE}</style></head><body><main><h1>Mailbox 邮箱</h1>{articles}</main></body></html>"
    )
    return HTMLResponse(text, headers=HEADERS)


def _article(mail: Mail) -> str:
    return (
        f"<article><h2>{escape(mail.subject)}</h2>"
        f"<p>{escape(mail.sender)} → {escape(mail.to)} · <time>{escape(mail.at)}</time></p>"
        f"<pre>{escape(mail.body)}</pre></article>"
    )


def listing(mails: Iterable[Mail]) -> Response:
    """All mails as JSON, in the order given."""
    return JSONResponse({"mails": [asdict(mail) for mail in mails]}, headers=HEADERS)


def mailbox_routes(mailbox_url: str) -> list[BaseRoute]:
    """Routes `/mailbox` and `/mailbox.json` that show what the mailbox at an address shows."""

    async def show(request: Request) -> Response:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
                found = await client.get(mailbox_url.rstrip("/") + request.url.path)
        except httpx.HTTPError:
            return HTMLResponse("The mailbox does not answer.", 502, headers=HEADERS)
        return Response(found.content, found.status_code, HEADERS | {"content-type": found.headers["content-type"]})

    return [Route("/mailbox", show), Route("/mailbox.json", show)]
