"""Where the bank calls: one address outside GraphQL, open to whoever signs with the bank's secret."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.calls import heard
from domain.kernel.settings import settings
from domain.payouts import callbacks
from domain.payouts.refusals import CallbackRefused, CallbackUnreadable

PATH = "/bank/callback"


def routes() -> list[BaseRoute]:
    """The routes of the bank's calls."""
    return [Route(PATH, callback, methods=["POST"])]


async def callback(request: Request) -> Response:
    """Takes in the bank's word; anything but a 200 makes the bank say it again."""
    secret = settings().bank_secret.get_secret_value()
    return await heard(
        request, "bank", callbacks.receive, secret, refused=CallbackRefused, unreadable=CallbackUnreadable
    )
