"""Where files that were handed in are fetched: one address outside GraphQL, by a link that names its reader."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from api.files import GUARDS, fetched
from api.origin import origin, origin_of
from api.rates import Rates
from domain.access.viewers import viewer
from domain.documents.fetching import File
from domain.documents.keeping import store_in_use
from domain.evidence.fetching import fetch_file
from domain.evidence.links import PATH, viewer_of
from domain.evidence.reading import EVIDENCE_FILE
from domain.kernel.ids import own_id
from domain.kernel.retries import retrying


def evidence_routes(rates: Rates, proxies: int) -> list[BaseRoute]:
    """The route by which files are fetched. Units: `proxies` that stand in front of the process."""

    async def find(request: Request) -> File | None:
        origin.set(origin_of(request.scope, proxies))
        return await _asked_for(request)

    return [fetched(PATH, find, _attached, rates, proxies)]


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
