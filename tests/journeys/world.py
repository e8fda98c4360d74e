"""A whole insurer over HTTP: its API on a port, a bank, a mail server, a store, and workers that do what is due.

Time is a calendar that all of them live by, so that days pass between two steps of a journey.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from tortoise import Tortoise

from api.app import create_app
from domain.access.models import Session
from domain.access.terms import ApiScope, Principal
from domain.access.tokens import issue_token
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.settings import Documents, Environment, Settings
from domain.notifications.mailing import use_mailer
from tests.factories.mail_server import MailServer, mail_server
from tests.factories.work import work
from tests.payouts.conftest import TestBank, served

LIFE = timedelta(days=1000)  # of a session; no journey is longer
ROUNDS = 30
DUE = "UPDATE job SET run_at = clock_timestamp() WHERE state = 'AVAILABLE' AND run_at <= $1::timestamptz"
SUBJECTS = {
    "clm": ("Claim", "claimId"), "pay": ("Payout", "payoutId"), "rpo": ("RepairOrder", "orderId"),
    "cmp": ("Complaint", "complaintId"), "clr": ("Clearance", "clearanceId"), "rfl": ("Referral", "referralId"),
    "adv": ("Advance", "advanceId"), "fno": ("FirstNotice", "firstNoticeId"), "cus": ("Customer", "customerId"),
    "par": ("Partner", "partnerId"), "evf": ("EvidenceFile", "fileId"), "pol": ("Policy", "policyId"),
}  # fmt: skip
"""The type of a row, and how mutations name its id, by the prefix of the id."""


@dataclass
class Calendar:
    """How far the world's time is from ours."""

    shift: timedelta = timedelta()

    def now(self) -> AbstractContextManager[None]:
        """Lets the code inside live by it."""
        return clock.at(datetime.now(UTC) + self.shift)


@dataclass(frozen=True)
class Timed:
    """An application whose requests live by a calendar."""

    app: ASGIApp
    calendar: Calendar

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        with self.calendar.now():
            await self.app(scope, receive, send)


@dataclass
class World:
    """What runs, and the hands that act in it: each acts as an actor, or with the API key of a partner's system."""

    database: str
    calendar: Calendar
    http: httpx.AsyncClient
    bank: TestBank
    mail: MailServer
    sessions: dict[Actor, Session] = field(default_factory=dict)

    def days_pass(self, days: float) -> None:
        """Nothing is done meanwhile."""
        self.calendar.shift += timedelta(days=days)

    async def token(self, who: Actor | str) -> str:
        """The credentials of somebody: a fresh token of the session, or the key itself."""
        if isinstance(who, str):
            return who
        if who not in self.sessions:
            self.sessions[who] = await _session(who)
        with self.calendar.now():
            return issue_token(self.sessions[who], at=clock.now())[0]

    async def ask(self, who: Actor | str, text: str, /, **variables: Any) -> Any:
        """The data of an answer without errors."""
        body = {"query": text, "variables": variables}
        headers = {"authorization": f"Bearer {await self.token(who)}"}
        found = (await self.http.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in found, found
        return found["data"]

    async def tried(self, who: Actor | str, name: str, shown: str = "", /, **given: Any) -> Any:
        """The payload of one mutation, refused or not."""
        title = name[0].upper() + name[1:]
        text = f"mutation($input: {title}Input!) {{ {name}(input: $input) {{ {shown} errors {{ code message }} }} }}"
        return (await self.ask(who, text, input=given))[name]

    async def change(self, who: Actor | str, name: str, shown: str = "", /, **given: Any) -> Any:
        """The same of one that must not be refused."""
        payload = await self.tried(who, name, shown, **given)
        assert payload["errors"] == [], (name, payload)
        return payload

    async def step(self, who: Actor | str, name: str, row_id: str, /, **given: Any) -> None:
        """One mutation of a row as it stands, which must not be refused."""
        found = await self.codes(who, name, row_id, **given)
        assert found == [], (name, found)

    async def codes(self, who: Actor | str, name: str, row_id: str, /, **given: Any) -> list[str]:
        """Why one mutation of a row as it stands is refused."""
        key = SUBJECTS[row_id[:3]][1]
        version = (await self.read(who, row_id, "version"))["version"]
        payload = await self.tried(who, name, **{key: row_id, "expectedVersion": version}, **given)
        return [each["code"] for each in payload["errors"]]

    async def read(self, who: Actor | str, row_id: str, shown: str) -> Any:
        """A row as somebody sees it."""
        text = f"query($id: ID!) {{ node(id: $id) {{ ... on {SUBJECTS[row_id[:3]][0]} {{ {shown} }} }} }}"
        return (await self.ask(who, text, id=row_id))["node"]

    async def send(self, address: str, content: bytes, content_type: str) -> None:
        """Hands a file in, where a ticket says."""
        answer = await self.http.put(path_of(address), content=content, headers={"content-type": content_type})
        assert answer.status_code == 200, answer.text

    async def work(self) -> None:
        """The workers do what is due, and what follows from it."""
        with self.calendar.now():
            for _ in range(ROUNDS):
                await Tortoise.get_connection("default").execute_query(DUE, [clock.now()])
                if not await work(self.database, tuple(Queue)):
                    return
        raise AssertionError("the workers find no end")


def path_of(address: str) -> str:
    """An address without its host."""
    found = urlsplit(address)
    return f"{found.path}?{found.query}" if found.query else found.path


async def _session(who: Actor) -> Session:
    ids: dict[str, Any] = {
        "staff_id": who.staff_id, "customer_id": who.customer_id, "partner_id": who.partner_id
    }  # fmt: skip
    kinds = zip((Principal.STAFF, Principal.CUSTOMER, Principal.API_KEY), ids.values(), strict=True)
    principal = next(kind for kind, found in kinds if found)
    scopes = sorted(ApiScope) if principal is Principal.API_KEY else []
    return await Session.create(
        principal=principal, roles=sorted(who.roles), scopes=scopes, expires_at=datetime.now(UTC) + LIFE, **ids
    )


def _next_morning() -> datetime:
    ten = clock.start_of(clock.today()) + timedelta(hours=10)
    return ten if ten >= clock.now() else ten + timedelta(days=1)


@asynccontextmanager
async def opened(database: str, bank: TestBank) -> AsyncIterator[World]:
    """A world over a database, a month before the present, on a morning: quiet hours are no part of its stories."""
    usual: dict[str, Any] = {
        "env": Environment.TEST, "DATABASE_URL": database, "REDIS_URL": "redis://127.0.0.1:1",
        "secret_key": SecretStr("x" * 32), "documents": Documents.OPEN, "AFTERCARE_RATE_SCALE": 1000,
    }  # fmt: skip
    calendar = Calendar(_next_morning() - datetime.now(UTC) - timedelta(days=30))
    timed = cast(Starlette, Timed(create_app(Settings(**usual)), calendar))
    async with (
        served(timed) as url,
        httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
        mail_server() as mail,
    ):
        use_mailer(mail.mailer)
        yield World(database, calendar, http, bank, mail)
