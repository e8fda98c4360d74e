"""A bank that pays nobody: `python -m sandbox.bank --port 8100 --home .aftercare/bank`.

It speaks the real interface (signed requests, one payment for each number, callbacks) and fails by plan. It shares no
code with the insurer, so that both sides must agree on the interface and not on a mistake.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.book import Book, Payment
from sandbox.faults import Fault, Plan, PlanUnreadable, demo_plan, read_plan

HOST = "127.0.0.1"
WINDOW = 300  # seconds a signed request stays good
SILENCE = 3.0  # seconds without an answer, after which the line is dead
CALLBACK_PAUSE = 0.05  # seconds until the ordinary callback
LATE = 1.0  # seconds until a late one
CALLBACK_TRIES = 5
ZONE = ZoneInfo("Asia/Shanghai")
WITHOUT_EFFECT = {Fault.ERROR: 500, Fault.BUSY: 429}
REFUSED_ACCOUNT = "ACCOUNT_CLOSED"


class SandboxBank:
    """The bank's book, its plan, and what it has promised to call back about."""

    def __init__(
        self, home: Path, secret: str, callback_url: str | None = None, plan: Plan | None = None, late: float = LATE
    ) -> None:
        self.book = Book(home / "book.jsonl")
        self.plan = plan or demo_plan()
        self.requests = 0
        self._secret, self._callback_url, self._late = secret.encode(), callback_url, late
        self._calls: set[asyncio.Task[None]] = set()

    def app(self) -> Starlette:
        """The bank's HTTP interface."""
        routes = [
            Route("/payments", self.pay, methods=["POST"]),
            Route("/payments", self.list_day, methods=["GET"]),
            Route("/payments/{request_no}", self.find, methods=["GET"]),
            Route("/plan", self.replan, methods=["POST"]),
            Route("/health", self.health, methods=["GET"]),
        ]
        return Starlette(routes=routes, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:  # noqa: ARG002 - Starlette's signature
        yield
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        self.book.close()

    async def health(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Whether the bank is open."""
        return JSONResponse({"open": True})

    async def replan(self, request: Request) -> Response:
        """Takes a new plan of faults."""
        try:
            self.plan = read_plan(await request.json())
        except (PlanUnreadable, ValueError, AttributeError) as wrong:
            return JSONResponse({"code": "BAD_PLAN", "reason": str(wrong)}, 400)
        return JSONResponse({"planned": True})

    async def pay(self, request: Request) -> Response:
        """Pays once for each number, or fails by plan."""
        body = await request.body()
        if not self._is_signed(request, body):
            return JSONResponse({"code": "BAD_SIGNATURE"}, 401)
        asked = _read(body)
        if asked is None:
            return JSONResponse({"code": "BAD_REQUEST"}, 400)
        self.requests += 1
        if (known := self.book.find(asked.request_no)) is not None:
            if not known.says_the_same(asked):
                return JSONResponse({"code": "NUMBER_TAKEN"}, 409)
            return _answer(known)
        return await self._carry_out(asked, self.plan.take())

    async def _carry_out(self, asked: Payment, fault: Fault) -> Response:
        if fault in WITHOUT_EFFECT:
            return JSONResponse({"code": fault}, WITHOUT_EFFECT[fault])
        if fault is Fault.TIMEOUT_BEFORE:
            return await _silence()
        if fault is Fault.REFUSED:
            refused = replace(asked, status="FAILED", code=REFUSED_ACCOUNT)
            self.book.write(refused)
            return _answer(refused)
        done = replace(asked, status="PENDING" if fault is Fault.PENDING else "SETTLED")
        self.book.write(done)
        if fault is Fault.LOST_ANSWER:
            return await _silence()
        self._promise(done, fault)
        if fault is Fault.ERROR_AFTER:
            return JSONResponse({"code": fault}, 500)
        return _answer(done)

    async def find(self, request: Request) -> Response:
        """What became of a number."""
        if not self._is_signed(request, b""):
            return JSONResponse({"code": "BAD_SIGNATURE"}, 401)
        found = self.book.find(request.path_params["request_no"])
        return _answer(found) if found else JSONResponse({"code": "NOT_FOUND"}, 404)

    async def list_day(self, request: Request) -> Response:
        """The settled payments of one day in the bank's zone."""
        if not self._is_signed(request, b""):
            return JSONResponse({"code": "BAD_SIGNATURE"}, 401)
        try:
            day = date.fromisoformat(request.query_params.get("day", ""))
        except ValueError:
            return JSONResponse({"code": "BAD_REQUEST"}, 400)
        start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        found = self.book.settled_between(start, start + timedelta(days=1))
        return JSONResponse({"payments": [each.shown() for each in found]})

    def _is_signed(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-bank-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit()) or abs(time.time() - int(timestamp)) > WINDOW:
            return False
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        text = f"{timestamp}.{request.method} {target}.".encode() + body
        expected = hmac.new(self._secret, text, "sha256").hexdigest()
        return hmac.compare_digest(expected, request.headers.get("x-bank-signature", ""))

    def _promise(self, payment: Payment, fault: Fault) -> None:
        """Sees to it that the insurer is called about a payment, as the plan says."""
        if self._callback_url is None:
            return
        call = asyncio.create_task(self._call_about(payment, fault))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _call_about(self, payment: Payment, fault: Fault) -> None:
        await asyncio.sleep(self._late if fault in (Fault.LATE_CALLBACK, Fault.PENDING) else CALLBACK_PAUSE)
        if fault is Fault.PENDING:
            payment = replace(payment, status="SETTLED")
            self.book.write(payment)
        if fault is Fault.FORGED_CALLBACK:
            lie = {**payment.shown(), "status": "FAILED", "code": "FORGED"}
            await self._call(lie, b"not the bank's secret", tries=1)
        shown = payment.shown()
        if fault is Fault.WRONG_AMOUNT_CALLBACK:
            shown["amount_minor"] = payment.amount_minor + 1
        for _ in range(2 if fault is Fault.DOUBLE_CALLBACK else 1):
            await self._call(shown, self._secret, CALLBACK_TRIES)

    async def _call(self, shown: dict[str, object], secret: bytes, tries: int) -> None:
        """Calls until the insurer says that it heard."""
        body = json.dumps(shown).encode()
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            for turn in range(tries):
                timestamp = str(int(time.time()))
                signature = hmac.new(secret, f"{timestamp}.".encode() + body, "sha256").hexdigest()
                headers = {
                    "content-type": "application/json", "x-bank-timestamp": timestamp, "x-bank-signature": signature,
                }  # fmt: skip
                try:
                    heard = await client.post(self._callback_url or "", content=body, headers=headers)
                except httpx.HTTPError:
                    heard = None
                if heard is not None and heard.is_success:
                    return
                await asyncio.sleep(0.2 * 2**turn)


async def _silence() -> Response:
    """No answer for a while, then only that of a gateway in between, which knows nothing."""
    await asyncio.sleep(SILENCE)
    return Response(status_code=504)


def _answer(payment: Payment) -> Response:
    return JSONResponse(payment.shown())


def _read(body: bytes) -> Payment | None:
    """The payment that a request asks for, or None when it cannot be read."""
    try:
        given: dict[str, Any] = json.loads(body)
        asked = Payment(
            request_no=str(given["request_no"]),
            amount_minor=int(given["amount_minor"]),
            currency=str(given["currency"]),
            account=str(given["account"]),
            name=str(given["name"]),
            status="PENDING",
            bank_ref=f"BK{time.time_ns():x}",
            at=datetime.now(UTC).isoformat(),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return asked if asked.amount_minor > 0 and 0 < len(asked.request_no) <= 64 else None


def _callback_url() -> str | None:
    """Where the insurer listens, if the environment says where it is."""
    insurer = os.environ.get("AFTERCARE_PUBLIC_URL")
    return f"{insurer}/bank/callback" if insurer else None


def main() -> None:
    """The command line. The secret comes from AFTERCARE_BANK_SECRET, never from an argument that others can see."""
    parser = argparse.ArgumentParser(description="A bank that pays nobody and can be made to fail.")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--home", type=Path, default=Path(".aftercare/bank"))
    parser.add_argument("--callback-url", default=_callback_url(), help="where payments are reported")
    given = parser.parse_args()
    secret = os.environ.get("AFTERCARE_BANK_SECRET", "development-only-secret-of-32-bytes")
    bank = SandboxBank(given.home, secret, given.callback_url)
    uvicorn.run(bank.app(), host=HOST, port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
