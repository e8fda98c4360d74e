"""The bank by HTTP: signed requests, and for each way to fail whether the bank may have paid."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import httpx

from domain.kernel.money import Currency, Money
from domain.kernel.tracing import Side, span, traceparent
from domain.payouts.bank import (
    BankAnswerLost,
    BankRefused,
    BankStatus,
    BankUnavailable,
    NumberTaken,
    Receipt,
)

TIMEOUT = httpx.Timeout(10.0, connect=3.0)  # seconds; together well below the time limit of the job
TURNED_AWAY = (401, 403, 429, 503)  # the bank did not look at the request; ours to mend, or for later
TAKEN = 409
LONGEST = 64  # characters of a code or reference
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class HttpBank:
    """A client of the bank's interface. One for each process, on one event loop."""

    def __init__(self, url: str, secret: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._secret = secret.encode()
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False)

    async def pay(self, request_no: str, amount: Money, account: str, name: str) -> Receipt:
        """Pays. Raises: BankAnswerLost, BankUnavailable, BankRefused, NumberTaken."""
        body = {
            "request_no": request_no,
            "amount_minor": amount.minor,
            "currency": amount.currency,
            "account": account,
            "name": name,
        }
        answer = await self._send("POST", "/payments", json.dumps(body, ensure_ascii=False).encode())
        if answer.status_code == TAKEN:
            raise NumberTaken
        if answer.is_client_error:
            raise BankRefused(_code(answer))
        return _receipt(_object(answer), request_no)

    async def find(self, request_no: str) -> Receipt | None:
        """What became of a payment. Raises: BankAnswerLost, BankUnavailable."""
        answer = await self._send("GET", f"/payments/{request_no}")
        if answer.status_code == httpx.codes.NOT_FOUND and _code(answer) == "NOT_FOUND":
            return None
        return _receipt(_object(answer), request_no)

    async def list(self, day: date) -> list[Receipt]:
        """The settled payments of a day. Raises: BankAnswerLost, BankUnavailable."""
        answer = await self._send("GET", f"/payments?day={day.isoformat()}")
        found = _object(answer).get("payments")
        if not isinstance(found, list):
            raise BankAnswerLost("no list of payments")
        return [_receipt(each) for each in found]

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _send(self, method: str, target: str, body: bytes = b"") -> httpx.Response:
        """The bank's answer, unless it is none. A connection that never stood is the only certain failure."""
        timestamp = str(int(time.time()))
        text = f"{timestamp}.{method} {target}.".encode() + body
        headers = {
            "content-type": "application/json",
            "x-bank-timestamp": timestamp,
            "x-bank-signature": hmac.new(self._secret, text, "sha256").hexdigest(),
        }
        try:
            with span(f"bank {method}", side=Side.CLIENT):
                if (trace := traceparent()) is not None:
                    headers["traceparent"] = trace
                answer = await self._client.request(method, target, content=body, headers=headers)
        except UNSENT as error:
            raise BankUnavailable(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise BankAnswerLost(type(error).__name__) from None
        if answer.status_code in TURNED_AWAY:
            raise BankUnavailable(f"status {answer.status_code}")
        if answer.is_server_error or answer.is_redirect:
            raise BankAnswerLost(f"status {answer.status_code}")
        return answer


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    """The JSON object of a good answer; anything else tells nothing about the payment."""
    try:
        found = answer.json() if answer.is_success else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BankAnswerLost(f"status {answer.status_code} without an answer")
    return found


def _code(answer: httpx.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        found = None
    code = found.get("code") if isinstance(found, dict) else None
    return _short(code) or f"HTTP_{answer.status_code}"


def _receipt(found: Mapping[str, Any], request_no: str | None = None) -> Receipt:
    """The receipt that an answer describes; one for another number than was asked for is no answer."""
    try:
        receipt = Receipt(
            request_no=str(found["request_no"]),
            status=BankStatus(found["status"]),
            amount=Money(found["amount_minor"], Currency(found["currency"])),
            bank_ref=_short(found.get("bank_ref")),
            code=_short(found.get("code")),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BankAnswerLost("an answer that cannot be read") from error
    if request_no is not None and receipt.request_no != request_no:
        raise BankAnswerLost("an answer about another payment")
    return receipt


def _short(text: object) -> str | None:
    """A code or reference as far as it can be kept."""
    return "".join(filter(str.isprintable, str(text)))[:LONGEST] if text else None
