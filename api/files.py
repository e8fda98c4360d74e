"""Where files of documents are fetched: one address outside GraphQL, open to whoever holds a link that we signed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.origin import origin_of
from api.rates import Rates, Throttled
from domain.documents.fetching import File, fetch_file
from domain.documents.keeping import NotStored, StoreUnavailable, store_in_use
from domain.documents.links import PATH, is_genuine
from domain.documents.reading import DOCUMENT
from domain.kernel.actor import Actor
from domain.kernel.ids import own_id
from domain.kernel.retries import retrying

log = logging.getLogger("aftercare.api")
POINTS = 20  # of a rate, as much as twenty small queries
GUARDS = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
STRANGER = Actor.anonymous()


Find: TypeAlias = Callable[[Request], Awaitable[File | None]]
"""The file that a request asks for rightly; None for whatever leads nowhere."""


def file_routes(rates: Rates, proxies: int) -> list[BaseRoute]:
    """The route by which files are fetched. Units: `proxies` that stand in front of the process."""
    return [fetched(PATH, _asked_for, _attached, rates, proxies)]


def fetched(path: str, find: Find, show: Callable[[File], Response], rates: Rates, proxies: int) -> Route:
    """A route below a path that answers with the file of a link; one that is wrong, late or leads nowhere is not told
    from another. Units: `proxies` that stand in front of the process.
    """

    async def fetch(request: Request) -> Response:
        """Answers with a file, or with nothing."""
        try:
            rates.bucket(STRANGER, origin_of(request.scope, proxies)).spend(POINTS)
        except Throttled as throttled:
            return _plain("Too many requests.", 429, {"retry-after": str(throttled.wait)})
        try:
            found = await find(request)
        except (StoreUnavailable, NotStored) as error:
            log.error("a file cannot be given out: %s", error)  # noqa: TRY400 - where is known, and what is enough
            return _plain("The file cannot be had at the moment.", 503, {"retry-after": "30"})
        return _plain("There is no such file.", 404) if found is None else show(found)

    return Route(f"{path}/{{id}}", fetch, methods=["GET"])


async def _asked_for(request: Request) -> File | None:
    public, asked = request.path_params["id"], request.query_params
    if not is_genuine(public, asked.get("until", ""), asked.get("signature", "")):
        return None
    document_id = own_id(DOCUMENT.prefix, public)
    if document_id is None:
        return None
    noted = request.method == "GET"
    return await retrying(lambda: fetch_file(document_id, store=store_in_use(), actor=STRANGER, noted=noted))


def _attached(found: File) -> Response:
    headers = GUARDS | {"content-disposition": f'attachment; filename="{found.name}"'}
    return Response(found.content, media_type=found.content_type, headers=headers)


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(text, status, headers=GUARDS | (headers or {}))
