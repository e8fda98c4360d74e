"""Our side: the API process as `aftercare serve` runs it, in one process on a given port.

Without token, session and visibility it takes everybody for a member of staff who sees all, which the API itself
never does: the endpoint's authentication is replaced here.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.routing import Route

from api.app import create_app
from api.http import GraphQLEndpoint
from bench.reads.serving import is_bare, serve
from commands.serving import keep_for_good
from domain.kernel.actor import Actor, Role
from domain.kernel.settings import settings

EVERYBODY = Actor(frozenset({Role.CLAIMS_MANAGER}))


async def _everybody(_: Mapping[bytes, bytes]) -> Actor:
    return EVERYBODY


def application() -> Starlette:
    """The API, open to everybody where this process is a bare one."""
    app = create_app(settings())
    if is_bare():
        for route in app.routes:
            if isinstance(route, Route) and isinstance(route.endpoint, GraphQLEndpoint):
                route.endpoint.authenticate = _everybody
    keep_for_good()
    return app


if __name__ == "__main__":
    serve(application())
