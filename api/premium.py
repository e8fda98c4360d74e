"""Where the payment gateway calls: one address outside GraphQL, open to whoever signs with the gateway's secret."""

from __future__ import annotations

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.calls import heard
from domain.billing import paying
from domain.billing.refusals import PremiumCallRefused, PremiumCallUnreadable

PATH = "/premium/callback"


def routes(secret: SecretStr | None) -> list[BaseRoute]:
    """The route of the gateway's calls; without a secret there is none."""
    if secret is None:
        return []

    async def callback(request: Request) -> Response:
        """Takes in the gateway's word; anything but a 200 makes the gateway say it again.

        A word that is repeated, or that fits nothing and was kept as an exception, is a 200: the gateway has done its
        duty.
        """
        return await heard(
            request, "premium", paying.receive, secret.get_secret_value(),
            refused=PremiumCallRefused, unreadable=PremiumCallUnreadable,
        )  # fmt: skip

    return [Route(PATH, callback, methods=["POST"])]
