"""Asks the API over HTTP at whichever of its processes, and says what became of each change.

A change is `ok` when it was acknowledged, `refused` with its code, `absent` when it certainly left nothing behind (no
process took it, or the answer says so), and else `unknown`.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from commands.tour import STORY, operations
from domain.kernel.ids import any_id

PATIENCE = httpx.Timeout(8.0, connect=2.0)  # seconds; the API itself takes at most five
LOOK = """
query Look($id: ID!) {
  claim(id: $id) {
    id state version approved { amount } lines { position }
    payouts { id state version approvals { approver { id } } }
  }
}
"""
REPORTED = "query Reported($id: ID!) { policy(by: {id: $id}) { claims(first: 5) { nodes { id state version } } } }"
OPERATIONS: Mapping[str, str] = operations(STORY.read_text()) | {"Look": LOOK, "Reported": REPORTED}
ACTIONS: Mapping[str, str] = {
    "Report": "claim:report",
    "Register": "claim:register",
    "StartAssessment": "claim:start_assessment",
    "SetLines": "claim:set_lines",
    "Propose": "claim:propose",
    "Approve": "claim:approve",
    "Agree": "claim:agree",
    "MakeReady": "payout:make_ready",
    "ApprovePayout": "payout:approve",
}
"""The audit's word for each change."""
NOTHING_CHANGED = "SERVICE_UNAVAILABLE"
NOT_KNOWN = "OUTCOME_UNKNOWN"


class Log:
    """Lines that are with the operating system before the caller goes on."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, action: str, subject: object, **more: object) -> None:
        """Adds a line."""
        known = {"what": what, "action": action, "subject": subject, "at": f"{time.time():.3f}", **more}
        line = {name: str(value) for name, value in known.items()}
        os.write(self._file, json.dumps(line).encode() + b"\n")


@dataclass(frozen=True)
class Became:
    """What became of a change; `row` is the claim or payout of an acknowledged one."""

    what: str
    code: str = ""
    row: Mapping[str, Any] | None = None


class Api:
    """The processes of the API, each asked now and then."""

    def __init__(self, addresses: Sequence[str], log: Log, dice: random.Random) -> None:
        self._clients = [httpx.AsyncClient(base_url=each, timeout=PATIENCE, trust_env=False) for each in addresses]
        self._log, self._dice = log, dice

    async def read(self, name: str, token: str, **variables: str) -> Mapping[str, Any] | None:
        """The data of a query, or None when it was not answered."""
        try:
            answer = await self._post(self._dice.choice(self._clients), name, token, variables)
            found: Mapping[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        return None if "errors" in found else found["data"]

    async def change(
        self, name: str, token: str, subject: str, given: Mapping[str, Any], process: int | None = None
    ) -> Became:
        """Asks for one change of a subject, at one process, and writes down what became of it."""
        row_id, request = any_id(subject), uuid4().hex
        self._log.write("invoke", ACTIONS[name], row_id, request=request)
        client = self._dice.choice(self._clients) if process is None else self._clients[process]
        try:
            became = read_answer(await self._post(client, name, token, {"input": given}, request))
        except httpx.ConnectError:
            became = Became("absent", "ConnectError")
        except (httpx.HTTPError, ValueError) as lost:
            became = Became("unknown", type(lost).__name__)
        row = became.row or {}
        more = {"version": row["version"], "amount": (row.get("approved") or {}).get("amount", "")} if row else {}
        self._log.write(became.what, ACTIONS[name], row_id, request=request, code=became.code, **more)
        return became

    async def close(self) -> None:
        """Lets all connections go."""
        for each in self._clients:
            await each.aclose()

    @staticmethod
    async def _post(
        client: httpx.AsyncClient, name: str, token: str, variables: Mapping[str, Any], request: str | None = None
    ) -> httpx.Response:
        body = {"query": OPERATIONS[name], "variables": variables}
        headers = {"authorization": f"Bearer {token}"} | ({"x-request-id": request} if request else {})
        return await client.post("/graphql", json=body, headers=headers)


def read_answer(answer: httpx.Response) -> Became:
    """What an answer to one mutation says of it. Raises: ValueError when it is no answer."""
    found: Mapping[str, Any] = answer.json()
    codes = [error["extensions"]["code"] for error in found.get("errors", ())]
    if codes:
        return Became("absent" if set(codes) == {NOTHING_CHANGED} else "unknown", codes[0])
    (payload,) = found["data"].values()
    if refusals := [error["code"] for error in payload["errors"]]:
        return Became("unknown" if NOT_KNOWN in refusals else "refused", refusals[0])
    return Became("ok", row=payload.get("claim") or payload.get("payout"))
