"""The register of identities by HTTP: signed questions, and answers that are read strictly or not at all."""

from __future__ import annotations

import hmac
import json
import time
from uuid import uuid4

import httpx

from domain.customers.identity_register import (
    IdentityAnswer,
    IdentityQuestion,
    RegisterAnswerLost,
    RegisterUnavailable,
)
from domain.kernel.tracing import Side, span, traceparent

TIMEOUT = httpx.Timeout(10.0, connect=3.0)  # seconds; together well below the time limit of the job
PATH = "/checks"
TURNED_AWAY = (401, 403, 429, 503)  # the register did not look at the question; ours to mend, or for later
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class HttpIdentityRegister:
    """A client of the register's interface. One for each process, on one event loop."""

    def __init__(self, url: str, secret: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._secret = secret.encode()
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False)

    async def check(self, asked: IdentityQuestion) -> IdentityAnswer:
        """Whether name and number belong together. Raises: RegisterUnavailable, RegisterAnswerLost."""
        request_no = uuid4().hex
        body = {"request_no": request_no, "kind": asked.kind, "name": asked.name, "number": asked.number}
        answer = await self._send(json.dumps(body, ensure_ascii=False).encode())
        return _read(answer, request_no)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _send(self, body: bytes) -> httpx.Response:
        """The register's answer, unless it is none."""
        timestamp = str(int(time.time()))
        text = f"{timestamp}.POST {PATH}.".encode() + body
        headers = {
            "content-type": "application/json",
            "x-identity-timestamp": timestamp,
            "x-identity-signature": hmac.new(self._secret, text, "sha256").hexdigest(),
        }
        try:
            with span("identity POST", side=Side.CLIENT):
                if (trace := traceparent()) is not None:
                    headers["traceparent"] = trace
                answer = await self._client.post(PATH, content=body, headers=headers)
        except UNSENT as error:
            raise RegisterUnavailable(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise RegisterAnswerLost(type(error).__name__) from None
        if answer.status_code in TURNED_AWAY:
            raise RegisterUnavailable(f"status {answer.status_code}")
        return answer


def _read(answer: httpx.Response, request_no: str) -> IdentityAnswer:
    """What a good answer to this very question says; anything else says nothing about anybody."""
    if answer.status_code != httpx.codes.OK:
        raise RegisterAnswerLost(f"status {answer.status_code}")
    try:
        found = answer.json()
        if found["request_no"] != request_no:
            raise RegisterAnswerLost("an answer to another question")
        return IdentityAnswer(found["result"])
    except (ValueError, KeyError, TypeError):
        raise RegisterAnswerLost("an answer that cannot be read") from None
