"""Systems of partners that are called, and what they answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.kernel.actor import Actor
from domain.partners import webhooks
from domain.partners.calling import WebhookCall, WebhookUnanswered
from domain.partners.models import WebhookEndpoint
from domain.partners.terms import WebhookEvent, WebhookFault
from domain.partners.webhooks import ToldSecret

URL = "https://hooks.shop.example/aftercare"
LATE = 5.0
"""Seconds that a system which never answers takes."""


async def called_at(partner: Actor, url: str = URL, events: Sequence[WebhookEvent] = tuple(WebhookEvent)) -> ToldSecret:
    """An endpoint of a partner, for all events unless some are named."""
    assert partner.partner_id is not None
    return await webhooks.add(partner.partner_id, url=url, events=events, actor=partner)


async def endpoint_of(told: ToldSecret) -> WebhookEndpoint:
    """The endpoint as it is now."""
    return await WebhookEndpoint.get(id=told.endpoint_id)


@dataclass(frozen=True)
class Answers:
    """A gateway whose other side always answers the same; None is no answer."""

    status: int | None

    async def send(self, call: WebhookCall) -> int:
        """The status. Raises: WebhookUnanswered."""
        assert call.signatures
        if self.status is None:
            raise WebhookUnanswered(WebhookFault.UNREACHABLE)
        return self.status


@dataclass(frozen=True)
class Heard:
    """One call as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """What it says."""
        return orjson.loads(self.body)

    def is_signed_by(self, secret: str) -> bool:
        """Whether one of its signatures is by a secret, found as the standard says."""
        scheme, _, key = secret.partition("_")
        assert scheme == "whsec"
        said = b".".join((self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body))
        digest = hmac.new(base64.b64decode(key), said, hashlib.sha256).digest()
        return "v1," + base64.b64encode(digest).decode() in self.headers["webhook-signature"].split(" ")


@dataclass
class PartnerSystem:
    """A partner's system: what it heard, and what it answers next (a status, or None for nothing in time)."""

    answers: list[int | None] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    elsewhere: list[Heard] = field(default_factory=list)

    def app(self) -> Starlette:
        """The system as an application."""
        return Starlette(routes=[
            Route("/hook", self._hook, methods=["POST"]), Route("/elsewhere", self._elsewhere, methods=["GET", "POST"]),
        ])  # fmt: skip

    async def _hook(self, request: Request) -> Response:
        self.heard.append(Heard(dict(request.headers), await request.body()))
        answer = self.answers.pop(0) if self.answers else 204
        if answer is None:
            await anyio.sleep(LATE)
            return Response()
        moved = {"location": "/elsewhere"} if answer in {301, 302, 307, 308} else {}
        return Response(b"x" * 100_000 if answer == 200 else b"", answer, moved)

    async def _elsewhere(self, request: Request) -> Response:
        self.elsewhere.append(Heard(dict(request.headers), await request.body()))
        return Response()
