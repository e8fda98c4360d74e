"""Where partners hand in files of sales: one address outside GraphQL, with the credentials they have for GraphQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.bodies import arriving
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
from domain.policies.uploading import Received, receive

PATH = "/uploads/policies"
MEDIA = "text/csv"
POINTS = 200  # of a rate, as much as two hundred small queries
AT_ONCE = 4  # files that come in side by side to one process, each of another partner
PATIENCE = 300.0  # seconds in which a file must have come
SILENCE = 10.0  # seconds in which something more of it must have come
MINUTE = 60.0
LEAST = 64 * 1024  # bytes that must come in a minute, on the average of all that have passed
AGAIN = 30  # seconds after which somebody who got no turn may ask again
GUARDS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
ANONYMOUS = Actor.anonymous()


def upload_routes(
    callers: Callers, rates: Rates, is_live: Callable[[Actor], Awaitable[bool]], proxies: int
) -> list[BaseRoute]:
    """The route by which files are handed in. `is_live` says whether a session still counts.

    Units: `proxies` that stand in front of the process.
    """
    turns = Turns()

    async def upload(request: Request) -> Response:
        """Takes in a file of sales; the same one under the same name is known again. Nothing is sold by it."""
        reader = language(request.headers.get("accept-language", "").encode("latin-1"))
        try:
            actor = await _caller(request, callers, rates, proxies)
            _expect_file(request, live=await is_live(actor))
            with turns.taken_by(actor.partner_id):
                found = await _received(request, actor)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
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


class Busy(RequestError):
    """There is no turn for another file now."""

    wait = AGAIN

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(code, ({"message": message, "extensions": {"code": code.value}},))


class Turns:
    """The turns of this process to send files: one for each partner, and so many in all. Nobody waits for one."""

    def __init__(self) -> None:
        self._under_way: set[UUID | None] = set()

    @contextmanager
    def taken_by(self, partner_id: UUID | None) -> Iterator[None]:
        """Holds a partner's turn.

        Raises: Busy while a file of the partner is on its way, or as many of others as may be.
        """
        if partner_id in self._under_way:
            raise Busy(Code.THROTTLED, f"Another file of yours is on its way; try again in {AGAIN} s.")
        if len(self._under_way) >= AT_ONCE:
            raise Busy(Code.SERVICE_UNAVAILABLE, f"Too many files are on their way; try again in {AGAIN} s.")
        self._under_way.add(partner_id)
        try:
            yield
        finally:
            self._under_way.discard(partner_id)


async def _received(request: Request, actor: Actor) -> Received:
    """Takes the file in, as long as it comes at a pace."""
    name = request.query_params.get("name", "")
    async with asyncio.timeout(PATIENCE):
        return await receive(steady(request.stream()), name=name, store=store_in_use(), actor=actor)


async def steady(
    chunks: AsyncIterator[bytes], *, silence: float = SILENCE, now: Callable[[], float] = time.monotonic
) -> AsyncIterator[bytes]:
    """A file while it arrives at a pace that does not hold its turn for nothing.

    Only waiting for the sender counts, not what is done with the bytes. Units: `silence` in seconds.

    Raises: TimeoutError for a sender that pauses too long, or trickles.
    """
    waited, size, coming = 0.0, 0, arriving(chunks, silence)
    while True:
        began = now()
        chunk = await anext(coming, None)
        if chunk is None:
            return
        waited, size = waited + now() - began, size + len(chunk)
        if waited > MINUTE and size * MINUTE < LEAST * waited:
            raise TimeoutError
        yield chunk


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
    headers = GUARDS | ({"retry-after": str(error.wait)} if isinstance(error, Throttled | Busy) else {})
    return JSONResponse({"errors": in_language(found.errors, reader)}, HTTP_STATUS[found.code], headers=headers)
