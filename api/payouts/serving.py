"""Where payment files are fetched: one address outside GraphQL, by a link that names its reader."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from api.files import GUARDS, fetched
from api.origin import origin, origin_of
from api.rates import Rates
from domain.access.viewers import viewer
from domain.documents.fetching import File
from domain.documents.keeping import store_in_use
from domain.kernel.ids import own_id
from domain.kernel.retries import retrying
from domain.payouts.file_links import PATH, fetch_payments, viewer_of
from domain.payouts.reading import PAYMENT_FILE


def payment_file_routes(rates: Rates, proxies: int) -> list[BaseRoute]:
    """The route by which payment files are fetched. Units: `proxies` that stand in front of the process."""

    async def find(request: Request) -> File | None:
        origin.set(origin_of(request.scope, proxies))
        return await _asked_for(request)

    return [fetched(PATH, find, _attached, rates, proxies)]


async def _asked_for(request: Request) -> File | None:
    public, asked = request.path_params["id"], request.query_params
    party = viewer_of(public, asked.get("viewer", ""), asked.get("until", ""), asked.get("signature", ""))
    file_id = own_id(PAYMENT_FILE.prefix, public)
    if party is None or file_id is None:
        return None
    actor = await retrying(lambda: viewer(party))
    if actor is None:
        return None
    noted = request.method == "GET"
    return await retrying(lambda: fetch_payments(file_id, store=store_in_use(), actor=actor, noted=noted))


def _attached(found: File) -> Response:
    headers = GUARDS | {"content-disposition": f'attachment; filename="{found.name}"'}
    return Response(found.content, media_type=found.content_type, headers=headers)
