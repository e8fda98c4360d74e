"""`make bench-claims`: a hundred claims with customer, policy, papers, payouts and timeline, beside SQL by hand.

One process a side on the loopback, rounds that alternate, the answers compared before. Usage: `python -m
bench.reads.watching [--policies 5000] [--rounds 5] [--seconds 3]`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.reads import load
from bench.reads.limit import INSTANT, SETTINGS, money_sql, public_id_sql
from bench.reads.load import Figures
from bench.reads.questions import Asked
from bench.reads.seed import TIME_ID, seed
from bench.reads.serving import DATABASE_URL, POOL, serve
from bench.reads.sides import Side, python_side
from commands.servers.embedded import EmbeddedServers
from domain.access.models import Session
from domain.access.reading import session_live_sql
from domain.access.terms import Principal
from domain.access.tokens import issue_token, read_token
from domain.connections import database
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.ids import new_id
from domain.migrating import migrate
from domain.staff.models import Staff
from domain.timelines.events import EVENTS

NAME = "bench_claims"
RESULTS = Path(__file__).parent.parent / "results" / "claims.json"
MOST = 1.3  # times the cost of the same answer by hand
WARM_UP = 1.0  # seconds
QUERY = """{ claims(first: 100) { nodes {
  id claimNumber state cause lossOn reportedAt claimed { amount currency } paid { amount currency }
  customer { id phone mail } policy { id policyNumber state }
  documents { id kind state requestedAt }
  payouts { id state settledAt amount { amount currency } }
  timeline { id kind at party }
} } }"""
PAPERS = """
INSERT INTO claim_document (id, claim_id, customer_id, partner_id, kind, state, round, requested_at, received_at)
SELECT gen_random_uuid(), id, customer_id, partner_id, kind, 'RECEIVED', 1, reported_at, reported_at + interval '1 day'
FROM claim, unnest(ARRAY['PROOF_OF_PURCHASE', 'DAMAGE_PHOTOS']) kind;
"""
PAYOUTS = """
INSERT INTO payout (id, subject_kind, subject_id, decision_no, instalment, customer_id, partner_id, state, amount_minor,
  currency, barred, attempt, round, maker_id, made_at, payee_name, account_sealed, account_mask, account_blind,
  approved_at, submitted_at, settled_at, created_at, version)
SELECT gen_random_uuid(), 'CLAIM', id, 1, 1, customer_id, partner_id, 'SETTLED', paid_minor, currency, '[]', 1, 1,
  (SELECT id FROM staff LIMIT 1), decided_at, 'Zhang San', 'x'::bytea, '****', 'x'::bytea, decided_at, decided_at,
  paid_at, decided_at, 5
FROM claim WHERE paid_minor > 0;
"""
AUDIT = """
INSERT INTO audit_entry (id, at, actor, action, subject_kind, subject_id, before, after)
SELECT pg_temp.time_id(reported_at + n * interval '1 h', c.id || action), reported_at + n * interval '1 h',
  CASE WHEN n = 1 THEN 'customer:' || customer_id ELSE 'staff:' || (SELECT id FROM staff LIMIT 1) END, action, 'CLAIM',
  c.id, '{}', '{}'
FROM claim c, unnest(ARRAY['claim:report', 'claim:register', 'claim:start_assessment', 'claim:set_lines',
  'claim:propose', 'claim:approve', 'claim:agree', 'claim:paid']) WITH ORDINALITY AS done(action, n);
INSERT INTO audit_entry (id, at, actor, action, subject_kind, subject_id, before, after)
SELECT pg_temp.time_id(p.created_at + n * interval '1 m', p.id || action), p.created_at + n * interval '1 m',
  'system:payouts.execute', action, 'PAYOUT', p.id, '{}', '{}'
FROM payout p, unnest(ARRAY['payout:request', 'payout:make_ready', 'payout:approve', 'payout:submit',
  'payout:settle']) WITH ORDINALITY AS done(action, n);
"""
LIVE = session_live_sql([Role.CLAIMS_MANAGER]).format(id="$1::uuid")
KINDS = " ".join(f"WHEN '{action}' THEN '{event.kind}'" for action, event in EVENTS.items())
TOLD = ", ".join(f"'{action}'" for action in EVENTS)
EVENT = f"""SELECT {public_id_sql("cev", "e.id")} AS id, CASE e.action {KINDS} END AS kind,
  {INSTANT.format("e.at")} AS at, upper(split_part(e.actor, ':', 1)) AS party, e.id AS place FROM audit_entry e"""
TIMELINE = f"""
SELECT coalesce(json_agg(json_build_object('id', id, 'kind', kind, 'at', at, 'party', party) ORDER BY place), '[]')
FROM (
  {EVENT} WHERE e.subject_id = c.id AND e.subject_kind = 'CLAIM' AND e.action IN ({TOLD})
  UNION ALL {EVENT} JOIN payout p ON p.id = e.subject_id
    WHERE p.subject_id = c.id AND p.subject_kind = 'CLAIM' AND e.subject_kind = 'PAYOUT' AND e.action IN ({TOLD})
  UNION ALL {EVENT} JOIN repair_order r ON r.id = e.subject_id
    WHERE r.claim_id = c.id AND e.subject_kind = 'REPAIR_ORDER' AND e.action IN ({TOLD})) t
"""
CLAIMS = f"""
SELECT {public_id_sql("clm", "c.id")} AS id, c.claim_number AS "claimNumber", c.state, c.cause,
  c.loss_on AS "lossOn", {INSTANT.format("c.reported_at")} AS "reportedAt", {money_sql("c", "claimed")} AS claimed,
  {money_sql("c", "paid")} AS paid,
  (SELECT row_to_json(o) FROM (SELECT {public_id_sql("cus", "k.id")} AS id, k.phone_mask AS phone, k.mail_mask AS mail
    FROM customer k WHERE k.id = c.customer_id) o) AS customer,
  (SELECT row_to_json(o) FROM (SELECT {public_id_sql("pol", "p.id")} AS id, p.policy_number AS "policyNumber", p.state
    FROM policy p WHERE p.id = c.policy_id) o) AS policy,
  (SELECT coalesce(json_agg(o), '[]') FROM (SELECT {public_id_sql("cld", "d.id")} AS id, d.kind, d.state,
    {INSTANT.format("d.requested_at")} AS "requestedAt" FROM claim_document d WHERE d.claim_id = c.id ORDER BY d.id) o)
    AS documents,
  (SELECT coalesce(json_agg(o), '[]') FROM (SELECT {public_id_sql("pay", "p.id")} AS id, p.state,
    {INSTANT.format("p.settled_at")} AS "settledAt", {money_sql("p", "amount")} AS amount
    FROM payout p WHERE p.subject_id = c.id AND p.subject_kind = 'CLAIM' ORDER BY p.id) o) AS payouts,
  ({TIMELINE}) AS timeline
FROM claim c ORDER BY c.id DESC LIMIT 100
"""
ANSWER = f"SELECT CASE WHEN {LIVE} THEN (SELECT convert_to(json_agg(o)::text, 'UTF8') FROM ({CLAIMS}) o) END"


class ByHand:
    """One route over one pool."""

    def __init__(self) -> None:
        self.pool: asyncpg.Pool | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Holds the pool open while the application runs."""
        async with asyncpg.create_pool(
            os.environ[DATABASE_URL], min_size=2, max_size=POOL, server_settings=SETTINGS
        ) as self.pool:
            yield

    async def claims(self, request: Request) -> Response:
        """The newest claims."""
        assert self.pool is not None
        actor = read_token(request.headers["authorization"].removeprefix("Bearer "))
        if actor is None:
            raise HTTPException(401)
        found = await self.pool.fetchval(ANSWER, actor.session_id)
        return Response(found or b"", 200 if found else 401, media_type="application/json")


async def fill(url: str, policies: int) -> UUID:
    """A book of claims with all that hangs on them; the session of the manager who reads it."""
    await seed(url, policies)
    async with database(url):
        row = await Staff.create(name="Manager", email="manager@bench.example", roles=[Role.CLAIMS_MANAGER])
        session = await Session.create(
            id=new_id(), principal=Principal.STAFF, staff_id=row.id, roles=[Role.CLAIMS_MANAGER], scopes=[],
            expires_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
    connection = await asyncpg.connect(url)
    await connection.execute(TIME_ID)
    for part in (PAPERS, PAYOUTS, AUDIT):
        await connection.execute(part)
    await connection.execute("VACUUM (ANALYZE)")
    await connection.close()
    return session.id


async def measure(url: str, session_id: UUID, rounds: int, seconds: float) -> dict[str, list[Figures]]:
    """Rounds over both sides in turn, after answers that were alike and a round that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        sides = {
            "ours": python_side("ours", "bench.reads.ours", url, lambda *_: [], Path(folder), bare=False),
            "by hand": python_side("hand", "bench.reads.watching", url, lambda *_: [], Path(folder), bare=False),
        }
        asked = {
            "ours": [Asked("POST", "/graphql", json.dumps({"query": QUERY}))], "by hand": [Asked("GET", "/claims")]
        }  # fmt: skip
        sides["by hand"].command.append("--serve")
        try:
            for side in sides.values():
                side.start()
            await compare(sides, asked, await _token(session_id))
            found: dict[str, list[Figures]] = {name: [] for name in sides}
            for number in range(rounds + 1):
                for name, side in sides.items():
                    figures = await asyncio.to_thread(
                        load.send, side.port, asked[name], await _token(session_id), seconds if number else WARM_UP
                    )
                    if number:
                        found[name].append(figures)
            return found
        finally:
            for side in sides.values():
                side.stop()


async def compare(sides: dict[str, Side], asked: dict[str, list[Asked]], token: str) -> None:
    """Stops the run when the sides answer differently."""
    ours, hand = [json.loads(await load.once(sides[name].port, asked[name][0], token)) for name in ("ours", "by hand")]
    rows: list[Any] = ours["data"]["claims"]["nodes"] if ours.get("data") else []
    if len(rows) != 100 or rows != hand or not any(len(row["timeline"]) > 10 for row in rows):
        differing = next((pair for pair in zip(rows, hand, strict=False) if pair[0] != pair[1]), str(ours)[:300])
        raise SystemExit(f"the sides differ: {differing}")


async def _token(session_id: UUID) -> str:
    return issue_token(await Session.get(id=session_id), at=clock.now())[0]


async def run(server: str, policies: int, rounds: int, seconds: float) -> None:
    """Measures, prints and writes the figures down."""
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {NAME}")
    url = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
    await migrate(url)
    session_id = await fill(url, policies)
    async with database(url):
        found = await measure(url, session_id, rounds, seconds)
    await connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    await connection.close()
    rates = {name: round(median(each.rate for each in figures), 1) for name, figures in found.items()}
    pairs = zip(found["by hand"], found["ours"], strict=True)
    times = round(median(hand.rate / ours.rate for hand, ours in pairs), 2)
    print(f"100 claims: {rates['ours']} a second, by hand {rates['by hand']}: {times} times the cost, at most {MOST}")
    RESULTS.write_text(json.dumps({"rates": rates, "times_the_cost": times, "most": MOST}, indent=2) + "\n")


def main() -> None:
    """Reads the options and runs, or serves the side by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--serve", action="store_true", help="be the side by hand")
    options = parser.parse_args()
    if options.serve:
        hand = ByHand()
        serve(Starlette(routes=[Route("/claims", hand.claims)], lifespan=hand.lifespan))
        return
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1")  # neither side waits for it
    os.environ["AFTERCARE_RATE_SCALE"] = "1000000"
    servers = EmbeddedServers()
    with tempfile.TemporaryDirectory() as home:
        addresses = servers.start(Path(home))
        os.environ["DATABASE_URL"] = addresses.database_url
        try:
            asyncio.run(run(addresses.database_url, options.policies, options.rounds, options.seconds))
        finally:
            servers.stop()


if __name__ == "__main__":
    main()
