"""What neighbours call with a signed body: the bank and the payment gateway, heard in the same way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.bodies import read_body
from domain.kernel.retries import retrying

MOST = 16_384  # bytes of one call


async def heard(
    request: Request,
    neighbour: str,
    receive: Callable[..., Awaitable[object]],
    secret: str,
    *,
    refused: type[Exception],
    unreadable: type[Exception],
) -> Response:
    """Takes in a neighbour's word; anything but a 200 makes it say it again.

    `receive` takes `body`, `timestamp`, `signature` and `secret`; the headers are `x-<neighbour>-timestamp` and so on.
    """
    body = await read_body(request, MOST)
    if body is None:
        return _answer(413)
    try:
        await retrying(
            lambda: receive(
                body=body,
                timestamp=request.headers.get(f"x-{neighbour}-timestamp", ""),
                signature=request.headers.get(f"x-{neighbour}-signature", ""),
                secret=secret,
            )
        )
    except refused:
        return _answer(401)
    except unreadable:
        return _answer(400)
    return _answer(200)


def _answer(status: int) -> Response:
    return JSONResponse({"heard": status == 200}, status)
