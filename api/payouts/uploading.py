"""Where bank statements are handed in: one address outside GraphQL, open to whoever holds a ticket that we gave."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.bodies import arriving
from api.errors import Code, RequestError, in_language, mutation_error, refusal_of
from api.http import HTTP_STATUS, language
from api.origin import origin, origin_of
from api.rates import Rates, Throttled
from domain.kernel.actor import Actor
from domain.kernel.ids import public_id
from domain.kernel.refusals import Refusal
from domain.payouts.reading import BANK_STATEMENT
from domain.payouts.refusals import StatementTicketUnknown
from domain.payouts.statements import MAX_BYTES, PATH, read_ticket, receive

POINTS = 50  # of a rate, as much as fifty small queries
AT_ONCE = 2  # files that come in side by side to one process, each of which it holds in memory as it is read
PATIENCE = 120.0  # seconds in which a file must have come
SILENCE = 15.0  # seconds without a byte
ACCEPTED = frozenset({"application/xml", "text/xml", "application/octet-stream"})
GUARDS = {"cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
STRANGER = Actor.anonymous()


def statement_routes(rates: Rates, proxies: int, silence: float = SILENCE) -> list[BaseRoute]:
    """The route by which bank statements are handed in.

    Units: `proxies` that stand in front of the process; `silence` in seconds.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def upload(request: Request) -> Response:
        """Takes in the statement of a ticket; one that was taken in before is answered as the first time."""
        reader = language(request.headers.get("accept-language", "").encode("latin-1"))
        try:
            address = origin_of(request.scope, proxies)
            origin.set(address)
            rates.bucket(STRANGER, address).spend(POINTS)
            ticket = read_ticket(request.path_params["ticket"])
            _expect_file(request)
            async with turns, asyncio.timeout(PATIENCE):
                found = await receive(ticket, arriving(request.stream(), silence))
        except Refusal as refused:
            status = 404 if isinstance(refused, StatementTicketUnknown) else 422
            return JSONResponse({"errors": [mutation_error(refused, reader)]}, status, headers=GUARDS)
        except Exception as error:  # noqa: BLE001 - nothing of a fault but its id leaves the server
            return _failed(error, reader)
        shown = {
            "id": public_id(BANK_STATEMENT.prefix, found.statement_id), "entries": found.entry_count,
            "size": found.size, "sha256": found.sha256,
        }  # fmt: skip
        return JSONResponse(shown, 201 if found.is_new else 200, headers=GUARDS)

    return [Route(f"{PATH}/{{ticket}}", upload, methods=["PUT", "POST"])]


def _expect_file(request: Request) -> None:
    """Raises: RequestError for what is not sent as one file, or says that it is larger than any may be."""
    kind = request.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
    if kind not in ACCEPTED:
        raise RequestError.of(Code.BAD_REQUEST, f"Send the bytes of the file alone, as {', '.join(sorted(ACCEPTED))}.")
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_BYTES:
        raise RequestError.of(Code.BAD_REQUEST, f"A file may have at most {MAX_BYTES} bytes.")


def _failed(error: Exception, reader: str) -> Response:
    if isinstance(error, ClientDisconnect):
        error = RequestError.of(Code.BAD_REQUEST, "The file did not come to its end.")
    found = refusal_of(error)
    headers = GUARDS | ({"retry-after": str(error.wait)} if isinstance(error, Throttled) else {})
    return JSONResponse({"errors": in_language(found.errors, reader)}, HTTP_STATUS[found.code], headers=headers)
