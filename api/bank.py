"""Where the bank calls: one address outside GraphQL, open to whoever signs with the bank's secret."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.bodies import read_body
from domain.kernel.retries import retrying
from domain.kernel.settings import settings
from domain.payouts import callbacks
from domain.payouts.refusals import CallbackRefused, CallbackUnreadable

PATH = "/bank/callback"
MOST = 16_384  # bytes of one callback


def routes() -> list[BaseRoute]:
    """The routes of the bank's calls."""
    return [Route(PATH, callback, methods=["POST"])]


async def callback(request: Request) -> Response:
    """Takes in the bank's word; anything but a 200 makes the bank say it again."""
    body = await read_body(request, MOST)
    if body is None:
        return JSONResponse({"heard": False}, 413)
    try:
        await retrying(
            lambda: callbacks.receive(
                body=body,
                timestamp=request.headers.get("x-bank-timestamp", ""),
                signature=request.headers.get("x-bank-signature", ""),
                secret=settings().bank_secret.get_secret_value(),
            )
        )
    except CallbackRefused:
        return JSONResponse({"heard": False}, 401)
    except CallbackUnreadable:
        return JSONResponse({"heard": False}, 400)
    return JSONResponse({"heard": True})
