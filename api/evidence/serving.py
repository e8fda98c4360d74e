"""Where files that were handed in are fetched: one address outside GraphQL, by a link that names its reader."""

from __future__ import annotations

import logging
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from api.files import GUARDS, POINTS
from api.origin import origin, origin_of
from api.rates import Rates, Throttled
from domain.access.viewers import viewer
from domain.documents.fetching import File
from domain.documents.keeping import NotStored, StoreUnavailable, store_in_use
from domain.evidence.fetching import fetch_file
from domain.evidence.links import PATH, viewer_of
from domain.evidence.reading import EVIDENCE_FILE
from domain.kernel.actor import Actor
from domain.kernel.ids import own_id
from domain.kernel.retries import retrying

log = logging.getLogger("aftercare.api")
STRANGER = Actor.anonymous()


def evidence_routes(rates: Rates, proxies: int) -> list[BaseRoute]:
    """The route by which files are fetched. Units: `proxies` that stand in front of the process."""

    async def fetch(request: Request) -> Response:
        """Answers with the file of a link, to whoever it was made for and while that one sees it; else with nothing."""
        address = origin_of(request.scope, proxies)
        origin.set(address)
        try:
            rates.bucket(STRANGER, address).spend(POINTS)
        except Throttled as throttled:
            return _plain("Too many requests.", 429, {"retry-after": str(throttled.wait)})
        try:
            found = await _asked_for(request)
        except (StoreUnavailable, NotStored) as error:
            log.error("a file cannot be given out: %s", error)  # noqa: TRY400 - where is known, and what is enough
            return _plain("The file cannot be had at the moment.", 503, {"retry-after": "30"})
        return _plain("There is no such file.", 404) if found is None else _attached(found)

    return [Route(f"{PATH}/{{id}}", fetch, methods=["GET"])]


async def _asked_for(request: Request) -> File | None:
    public, asked = request.path_params["id"], request.query_params
    party = viewer_of(public, asked.get("viewer", ""), asked.get("until", ""), asked.get("signature", ""))
    file_id = own_id(EVIDENCE_FILE.prefix, public)
    if party is None or file_id is None:
        return None
    actor = await retrying(lambda: viewer(party))
    if actor is None:
        return None
    noted = request.method == "GET"
    return await retrying(lambda: fetch_file(file_id, store=store_in_use(), actor=actor, noted=noted))


def _attached(found: File) -> Response:
    """The file under its own name; a program that knows ASCII only is told a plain one."""
    plain = f"paper.{found.name.rpartition('.')[2]}"
    name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
    return Response(found.content, media_type=found.content_type, headers=GUARDS | {"content-disposition": name})


def _plain(text: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(text, status, headers=GUARDS | (headers or {}))
