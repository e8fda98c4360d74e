"""Where mail is handed in: one address outside GraphQL, for a mail server that signs what it passes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.bodies import read_body
from domain.inquiries.arriving import take_in
from domain.inquiries.letters import Letter, Unreadable
from domain.inquiries.parsing import letter_of
from domain.kernel.actor import Actor
from domain.kernel.retries import retrying
from domain.kernel.signed_calls import is_genuine

PATH = "/mail/arrived"
AT_ONCE = 4  # mails that are read side by side: before the last byte nobody knows who sent them, and they are large
PATIENCE = 30.0  # seconds in which a mail must have come


def mail_routes(
    secret: str | None, limit: int, receive: Callable[[Letter], Awaitable[None]], *, patience: float = PATIENCE
) -> list[BaseRoute]:
    """The route by which letters are handed in; without a secret there is none.

    `receive` must know a letter again that came before: whoever handed it in says it again until the answer is a 200.

    Units: `limit` in bytes, `patience` in seconds.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def arrived(request: Request) -> Response:
        """Takes in one mail, as RFC 5322 has it; nothing of it is in the answer."""
        async with turns:
            try:
                body = await asyncio.wait_for(read_body(request, limit), patience)
            except TimeoutError:
                return _answer(408, taken=False)
            if body is None:
                return _answer(413, taken=False)
            if not is_genuine(
                body=body,
                timestamp=request.headers.get("x-mail-timestamp", ""),
                signature=request.headers.get("x-mail-signature", ""),
                secret=secret or "",
            ):
                return _answer(401, taken=False)
            try:
                letter = await asyncio.to_thread(letter_of, body, most=limit)
            except Unreadable as unreadable:
                return _answer(422, taken=False, fault=unreadable.fault.value)
            await retrying(lambda: receive(letter))
            return _answer(200, taken=True)

    return [Route(PATH, arrived, methods=["POST"])] if secret else []


def routes(secret: SecretStr | None, limit: int) -> list[BaseRoute]:
    """The route into the inquiries room."""
    house = Actor.system("mail.arrived")

    async def into_inquiries(letter: Letter) -> None:
        await take_in(letter, actor=house)

    return mail_routes(secret.get_secret_value() if secret else None, limit, into_inquiries)


def _answer(status: int, **said: bool | str) -> Response:
    return JSONResponse(said, status)
