"""Where partners hand in files of sales: one address outside GraphQL, with the credentials they have for GraphQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.credentials import Callers
from api.errors import Code, RequestError, SignedOut, in_language, mutation_error, refusal_of
from api.http import HTTP_STATUS, language
from api.origin import origin, origin_of
from api.rates import REFUSED, Rates, Throttled
from api.scopes import expect_scope
from domain.access.terms import ApiScope
from domain.documents.keeping import store_in_use
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.refusals import Forbidden, Refusal, Refusals
from domain.policies.reading import REGISTRATION
from domain.policies.uploading import receive

PATH = "/uploads/policies"
MEDIA = "text/csv"
POINTS = 200  # of a rate, as much as two hundred small queries
AT_ONCE = 4  # files that come in side by side to one process
PATIENCE = 300.0  # seconds in which a file must have come
GUARDS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
ANONYMOUS = Actor.anonymous()


def upload_routes(
    callers: Callers, rates: Rates, is_live: Callable[[Actor], Awaitable[bool]], proxies: int
) -> list[BaseRoute]:
    """The route by which files are handed in. `is_live` says whether a session still counts.

    Units: `proxies` that stand in front of the process.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def upload(request: Request) -> Response:
        """Takes in a file of sales; the same one under the same name is known again. Nothing is sold by it."""
        reader = language(request.headers.get("accept-language", "").encode("latin-1"))
        try:
            actor = await _caller(request, callers, rates, proxies)
            _expect_file(request, live=await is_live(actor))
            async with turns, asyncio.timeout(PATIENCE):
                name = request.query_params.get("name", "")
                found = await receive(request.stream(), name=name, store=store_in_use(), actor=actor)
        except (Refusal, Refusals) as refused:
            return _refused(refused, reader)
        except Exception as error:  # noqa: BLE001 - nothing of a fault but its id leaves the server
            return _failed(error, reader)
        told = {
            "id": public_id(REGISTRATION.prefix, found.registration_id),
            "rows": found.row_count,
            "size": found.size,
            "sha256": found.sha256,
        }
        return JSONResponse(told, 201 if found.is_new else 200, headers=GUARDS)

    return [Route(PATH, upload, methods=["POST"])]


async def _caller(request: Request, callers: Callers, rates: Rates, proxies: int) -> Actor:
    """The partner that hands a file in.

    Raises: RequestError for whoever is none, or has a key that is not made for selling.
    """
    address = origin_of(request.scope, proxies)
    origin.set(address)
    try:
        actor = await callers(dict(request.scope["headers"]))
    except RequestError:
        rates.bucket(ANONYMOUS, address).spend(REFUSED)
        raise
    rates.bucket(actor, address).spend(POINTS)
    if not actor.has(Role.PARTNER):
        code = Code.UNAUTHENTICATED if actor.has(Role.ANONYMOUS) else Code.FORBIDDEN
        raise RequestError.of(code, "Only partners hand in files of sales.")
    expect_scope(actor, ApiScope.SELL, f"POST {PATH}")
    return actor


def _expect_file(request: Request, *, live: bool) -> None:
    """Raises: RequestError for a session that has ended, and for what is not sent as such a file."""
    if not live:
        raise SignedOut
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA:
        raise RequestError.of(Code.BAD_REQUEST, f"Send the file as {MEDIA}, in UTF-8.")


def _refused(refused: Refusal | Refusals, reader: str) -> Response:
    several = refused.all if isinstance(refused, Refusals) else (refused,)
    status = 403 if isinstance(several[0], Forbidden) else 422
    return JSONResponse({"errors": [mutation_error(each, reader) for each in several]}, status, headers=GUARDS)


def _failed(error: Exception, reader: str) -> Response:
    found = refusal_of(error)
    headers = GUARDS | ({"retry-after": str(error.wait)} if isinstance(error, Throttled) else {})
    return JSONResponse({"errors": in_language(found.errors, reader)}, HTTP_STATUS[found.code], headers=headers)
