"""A register of identities that knows nobody: `python -m sandbox.identity --port 8101`.

It speaks the real interface (signed questions, one word as the answer) and fails by plan. Every name and number belong
together, but for names that begin with MISMATCH or 不一致, and for numbers that a plan names. It keeps nothing, and
shares no code with the insurer, so that both sides must agree on the interface and not on a mistake.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HOST = "127.0.0.1"
WINDOW = 300  # seconds a signed request stays good
SILENCE = 3.0  # seconds without an answer, after which the line is dead
MARKS = ("MISMATCH", "不一致")
KINDS = ("PERSON", "COMPANY")


class IdentityFault(StrEnum):
    """What may go wrong with one question."""

    NONE = "NONE"
    MISMATCH = "MISMATCH"
    """Whoever is asked about, the answer is that they do not belong together."""
    ERROR = "ERROR"
    """Status 500."""
    BUSY = "BUSY"
    """Status 503: not looked at."""
    SILENCE = "SILENCE"
    """Nobody answers."""
    NONSENSE = "NONSENSE"
    """An answer that says nothing."""
    STRANGER = "STRANGER"
    """An answer to another question."""


class PlanUnreadable(ValueError):
    """A plan names a fault that there is none of."""


@dataclass
class IdentityPlan:
    """Which fault comes next, used up in order, and which numbers belong to nobody of the name given."""

    faults: list[IdentityFault] = field(default_factory=list)
    mismatches: frozenset[str] = frozenset()

    def take(self) -> IdentityFault:
        """The fault of the next question."""
        return self.faults.pop(0) if self.faults else IdentityFault.NONE


def read_plan(given: Mapping[str, Any]) -> IdentityPlan:
    """A plan from `{"faults": [name], "mismatches": [number]}`; each part may be left out.

    Raises: PlanUnreadable.
    """
    faults, mismatches = given.get("faults", []), given.get("mismatches", [])
    if not isinstance(faults, list) or not isinstance(mismatches, list):
        raise PlanUnreadable("faults and mismatches are lists")
    try:
        return IdentityPlan([IdentityFault(each) for each in faults], frozenset(map(str, mismatches)))
    except ValueError as wrong:
        raise PlanUnreadable(f"{wrong}; the faults are {', '.join(IdentityFault)}") from None


class SandboxRegister:
    """The register and its plan. `requests` counts the questions that were signed and could be read."""

    def __init__(self, secret: str, plan: IdentityPlan | None = None, silence: float = SILENCE) -> None:
        self.plan = plan or IdentityPlan()
        self.requests = 0
        self._secret, self._silence = secret.encode(), silence

    def app(self) -> Starlette:
        """The register's HTTP interface."""
        routes = [
            Route("/checks", self.check, methods=["POST"]),
            Route("/plan", self.replan, methods=["POST"]),
            Route("/health", self.health, methods=["GET"]),
        ]
        return Starlette(routes=routes)

    async def health(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Whether the register is open."""
        return JSONResponse({"open": True})

    async def replan(self, request: Request) -> Response:
        """Takes a new plan."""
        try:
            self.plan = read_plan(await request.json())
        except (PlanUnreadable, ValueError, AttributeError) as wrong:
            return JSONResponse({"code": "BAD_PLAN", "reason": str(wrong)}, 400)
        return JSONResponse({"planned": True})

    async def check(self, request: Request) -> Response:
        """Whether a name and a number belong together, or a failure by plan."""
        body = await request.body()
        if not self._is_signed(request, body):
            return JSONResponse({"code": "BAD_SIGNATURE"}, 401)
        asked = _read(body)
        if asked is None:
            return JSONResponse({"code": "BAD_REQUEST"}, 400)
        self.requests += 1
        return await self._answer(asked, self.plan.take())

    async def _answer(self, asked: Mapping[str, str], fault: IdentityFault) -> Response:
        match fault:
            case IdentityFault.ERROR:
                return JSONResponse({"code": fault}, 500)
            case IdentityFault.BUSY:
                return JSONResponse({"code": fault}, 503)
            case IdentityFault.SILENCE:
                await asyncio.sleep(self._silence)
                return Response(status_code=504)
            case IdentityFault.NONSENSE:
                return JSONResponse({"request_no": asked["request_no"], "result": "PERHAPS"})
            case IdentityFault.STRANGER:
                return JSONResponse({"request_no": "another", "result": "MATCH"})
            case _:
                planned = fault is IdentityFault.MISMATCH or asked["number"] in self.plan.mismatches
                is_other = planned or asked["name"].startswith(MARKS)
                return JSONResponse({"request_no": asked["request_no"], "result": "MISMATCH" if is_other else "MATCH"})

    def _is_signed(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-identity-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit()) or abs(time.time() - int(timestamp)) > WINDOW:
            return False
        text = f"{timestamp}.{request.method} {request.url.path}.".encode() + body
        expected = hmac.new(self._secret, text, "sha256").hexdigest()
        return hmac.compare_digest(expected, request.headers.get("x-identity-signature", ""))


def _read(body: bytes) -> Mapping[str, str] | None:
    """The question that a request asks, or None when it cannot be read."""
    try:
        given: dict[str, Any] = json.loads(body)
        asked = {name: given[name] for name in ("request_no", "kind", "name", "number")}
    except (ValueError, KeyError, TypeError):
        return None
    is_whole = all(isinstance(each, str) and each for each in asked.values())
    return asked if is_whole and asked["kind"] in KINDS else None


def main() -> None:
    """The command line. The secret comes from AFTERCARE_IDENTITY_SECRET, never from an argument that others can see."""
    parser = argparse.ArgumentParser(description="A register of identities that knows nobody and can be made to fail.")
    parser.add_argument("--port", type=int, default=8101)
    given = parser.parse_args()
    secret = os.environ.get("AFTERCARE_IDENTITY_SECRET", "development-only-secret-of-32-bytes")
    uvicorn.run(SandboxRegister(secret).app(), host=HOST, port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
