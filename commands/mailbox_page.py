"""The page of the demo's mailbox, and the routes by which the API shows it under its own address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from domain.kernel.clock import INSURER_ZONE

PATIENCE = 3.0  # seconds
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
CSS = (Path(__file__).parent.parent / "api" / "static" / "index.css").read_text()
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="10">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aftercare · Mailbox</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<style>{css}</style>
</head>
<body class="text">
<div class="bar"><a href="/">Aftercare</a><a href="/mailbox">Mailbox</a></div>
<main><h1>Mailbox <span lang="zh">邮箱</span></h1>{what}{mails}</main>
</body>
</html>
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


def sent_to(mails: Iterable[Mail], address: str) -> list[Mail]:
    """The mails to addresses that contain this text; all when it is empty."""
    return [mail for mail in mails if address.lower() in mail.to.lower()]


def page(mails: Iterable[Mail], to: str = "") -> Response:
    """Mails as a page, in the order given; nothing of a mail is taken for HTML. `to` says whose they are."""
    what = f'<p>To {escape(to)} · <a href="/mailbox">all mails</a></p>' if to else "<p>The newest first.</p>"
    shown = "".join(map(_article, mails)) or "<p>No mail yet. 暂无邮件</p>"
    return HTMLResponse(PAGE.format(css=CSS, what=what, mails=shown), headers=HEADERS)


def _article(mail: Mail) -> str:
    at = datetime.fromisoformat(mail.at).astimezone(INSURER_ZONE)
    return (
        f'<article class="mail"><h2>{escape(mail.subject)}</h2>'
        f'<p><time datetime="{escape(mail.at)}">{at:%Y-%m-%d %H:%M}</time> · <span>from {escape(mail.sender)}</span> · '
        f'<span>to <a href="/mailbox?to={quote(mail.to)}">{escape(mail.to)}</a></span></p>'
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
                found = await client.get(mailbox_url.rstrip("/") + request.url.path, params=request.query_params)
        except httpx.HTTPError:
            return HTMLResponse("The mailbox does not answer.", 502, headers=HEADERS)
        return Response(found.content, found.status_code, HEADERS | {"content-type": found.headers["content-type"]})

    return [Route("/mailbox", show), Route("/mailbox.json", show)]
