"""The limit: what somebody writes by hand who has only these three answers to give.

One statement for each answer, PostgreSQL makes the JSON, Starlette sends it. The token is checked, the session is
tested in the statement and every row is a row of the partner's own book, as on our side.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.reads.serving import DATABASE_URL, POOL, is_bare, serve
from domain.access.reading import session_live_sql
from domain.access.tokens import read_token
from domain.kernel.actor import Role

SETTINGS = {
    "default_transaction_read_only": "on",
    "TimeZone": "UTC",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}
INSTANT = "to_char({}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
BARE = is_bare()
LIVE = session_live_sql([Role.PARTNER]).format(id="$1::uuid")


def _own(alias: str) -> str:
    return "true" if BARE else f"{alias}.partner_id = $2"


def public_id_sql(prefix: str, column: str) -> str:
    return f"'{prefix}_' || encode(uuid_send({column}), 'hex')"


def money_sql(alias: str, name: str) -> str:
    amount = f"({alias}.{name}_minor * 0.01)::text"
    return f"(SELECT row_to_json(m) FROM (SELECT {amount} AS amount, {alias}.currency AS currency) m)"


CUSTOMER = f"""
SELECT row_to_json(o) FROM (
  SELECT {public_id_sql("cus", "c.id")} AS id, c.phone_mask AS phone, c.mail_mask AS mail,
    {INSTANT.format("c.created_at")} AS "createdAt", c.version
  FROM customer c WHERE c.id = p.customer_id AND {_own("c")}) o
"""
CLAIMS = f"""
SELECT row_to_json(o) FROM (SELECT (SELECT coalesce(json_agg(o), '[]'::json) FROM (
  SELECT {public_id_sql("clm", "c.id")} AS id, c.claim_number AS "claimNumber", c.state, c.cause, c.loss_on AS "lossOn",
    {INSTANT.format("c.reported_at")} AS "reportedAt", c.description, {money_sql("c", "claimed")} AS claimed,
    {money_sql("c", "paid")} AS paid
  FROM claim c WHERE c.policy_id = p.id AND {_own("c")} ORDER BY c.id DESC LIMIT 20) o) AS nodes) o
"""
POLICY = f"""
SELECT {public_id_sql("pol", "p.id")} AS id, p.policy_number AS "policyNumber", p.state,
  (SELECT row_to_json(d) FROM (SELECT p.category, p.brand, p.model) d) AS device,
  p.starts_on AS "startsOn", p.ends_on AS "endsOn",
  {INSTANT.format("p.issued_at")} AS "issuedAt", {money_sql("p", "sum_insured")} AS "sumInsured",
  {money_sql("p", "premium")} AS premium, p.version, ({CUSTOMER}) AS customer, ({CLAIMS}) AS claims
FROM policy p WHERE {_own("p")}
"""


def _statement(rows: str, found: str) -> str:
    answer = f"(SELECT convert_to({found}::text, 'UTF8') FROM ({rows}) o)"
    return f"SELECT {answer}" if BARE else f"SELECT CASE WHEN {LIVE} THEN {answer} END"


ONE = _statement(f"{POLICY} AND p.id = {'$1' if BARE else '$3'}", "row_to_json(o)")
PAGES = {
    size: _statement(f"{POLICY} ORDER BY p.id DESC LIMIT {size}", "coalesce(json_agg(o), '[]'::json)")
    for size in (20, 100)
}


class App:
    """The two routes over one pool."""

    def __init__(self) -> None:
        self.pool: asyncpg.Pool | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Holds the pool open while the application runs."""
        async with asyncpg.create_pool(
            os.environ[DATABASE_URL], min_size=2, max_size=POOL, server_settings=SETTINGS, reset=_as_it_is,
            max_cacheable_statement_size=0, max_cached_statement_lifetime=0,
        ) as self.pool:  # fmt: skip
            yield

    @staticmethod
    def caller(request: Request) -> tuple[UUID | None, ...]:
        """Session and partner of the bearer of a token; nothing where nobody asks."""
        if BARE:
            return ()
        actor = read_token(request.headers["authorization"].removeprefix("Bearer "))
        if actor is None:
            raise HTTPException(401)
        return actor.session_id, actor.partner_id

    async def one(self, request: Request) -> Response:
        """One policy."""
        policy_id = UUID(request.path_params["id"].removeprefix("pol_"))
        return await self.answer(ONE, *self.caller(request), policy_id)

    async def page(self, request: Request) -> Response:
        """The newest policies."""
        return await self.answer(PAGES[int(request.query_params["first"])], *self.caller(request))

    async def answer(self, statement: str, *arguments: Any) -> Response:
        """Sends what the statement makes; nothing means that the session is over."""
        assert self.pool is not None
        found = await self.pool.fetchval(statement, *arguments)
        return Response(found or b"", 200 if found else 401, media_type="application/json")


async def _as_it_is(_: object) -> None:
    """Gives a connection back unchanged: nothing that runs on it changes its state."""


def create_app() -> Starlette:
    """The application."""
    app = App()
    routes = [Route("/policies/{id}", app.one), Route("/policies", app.page)]
    return Starlette(routes=routes, lifespan=app.lifespan)


if __name__ == "__main__":
    serve(create_app())
