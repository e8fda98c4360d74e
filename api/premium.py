"""Where the payment gateway calls: one address outside GraphQL, open to whoever signs with the gateway's secret."""

from __future__ import annotations

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.bodies import read_body
from domain.billing import paying
from domain.billing.refusals import PremiumCallRefused, PremiumCallUnreadable
from domain.kernel.retries import retrying

PATH = "/premium/callback"
MOST = 16_384  # bytes of one call


def routes(secret: SecretStr | None) -> list[BaseRoute]:
    """The route of the gateway's calls; without a secret there is none."""
    if secret is None:
        return []

    async def callback(request: Request) -> Response:
        """Takes in the gateway's word; anything but a 200 makes the gateway say it again.

        A word that is repeated, or that fits nothing and was kept as an exception, is a 200: the gateway has done its
        duty.
        """
        body = await read_body(request, MOST)
        if body is None:
            return _answer(413)
        try:
            await retrying(
                lambda: paying.receive(
                    body=body,
                    timestamp=request.headers.get("x-premium-timestamp", ""),
                    signature=request.headers.get("x-premium-signature", ""),
                    secret=secret.get_secret_value(),
                )
            )
        except PremiumCallRefused:
            return _answer(401)
        except PremiumCallUnreadable:
            return _answer(400)
        return _answer(200)

    return [Route(PATH, callback, methods=["POST"])]


def _answer(status: int) -> Response:
    return JSONResponse({"heard": status == 200}, status)
