"""`make bench-writes`: how many price previews and sales a second, and how many statements each takes, beside the same
statements sent by hand.

One process a side on the loopback, eight connections, rounds that alternate; what counts are the medians of the ratios
within a round. Usage: `python -m bench.writes [--rounds 5] [--seconds 4]`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg

from bench.reads import load
from bench.reads.load import CONNECTIONS, Figures
from bench.reads.questions import Asked
from bench.reads.sides import Side, python_side
from bench.writes.hand import FOLDER, MARK
from bench.writes.recording import Recording, recorder
from commands.servers.embedded import EmbeddedServers
from domain.access.models import Session
from domain.access.terms import ApiScope, Principal
from domain.access.tokens import issue_token
from domain.connections import database
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import new_id, public_id
from domain.kernel.money import Money
from domain.migrating import migrate
from domain.partners import introduction
from domain.partners.introduction import License
from domain.partners.terms import PartnerKind
from domain.products import catalogue, review
from domain.products.reading import PRODUCT_VERSION
from domain.products.terms import Exclusion, Peril, PerilTerms, ProductKind, VersionTerms
from domain.staff.terms import ProductGrade

NAME = "bench_writes"
RESULTS = Path(__file__).parent.parent / "results" / "writes.json"
LEAST = 0.5  # of the rate of the same statements by hand
WARM_UP = 1.0  # seconds
MOST_SALES = 1_500  # a second, that there are devices for
OFFICE = Actor.system("bench")
PREVIEW = """query($id: ID!, $device: QuotedDeviceInput!) {
  productVersion(id: $id) { offer(device: $device) { premium { amount } net { amount } tax { amount } endsOn } } }"""
SALE = """mutation($input: PolicyRegisterInput!) { policyRegister(input: $input) {
  policy { policyNumber premium { amount } startsOn endsOn } errors { code } } }"""


@dataclass
class Bench:
    """One run."""

    url: str
    folder: Path
    rounds: int
    seconds: float
    version_id: str = ""
    session: UUID = field(default_factory=new_id)
    sides: list[Side] = field(default_factory=list)

    def preview(self) -> str:
        """A preview of what a phone would cost."""
        device = {"category": "PHONE", "price": {"amount": "5999.00"}, "purchasedOn": clock.today().isoformat()}
        return json.dumps({"query": PREVIEW, "variables": {"id": self.version_id, "device": device}})

    def sale(self, serial: str, phone: str) -> str:
        """A sale of a cover of one phone to somebody new."""
        device = {
            "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": serial,
            "purchasedOn": clock.today().isoformat(), "price": {"amount": "5999.00"},
        }  # fmt: skip
        customer = {"fullName": "Zhang San", "phone": phone, "mail": f"{phone}@example.com"}
        given = {"productVersionId": self.version_id, "device": device, "customer": customer}
        return json.dumps({"query": SALE, "variables": {"input": given}})

    async def token(self) -> str:
        """A fresh access token of the partner's session; one lives for ten minutes only."""
        return issue_token(await Session.get(id=self.session), at=clock.now())[0]


async def _seed(bench: Bench) -> None:
    """A partner with a session, and a product that it sells."""
    partner_id = await introduction.introduce(
        code="bench", name="Bench", kind=PartnerKind.RETAILER, commission_rate=Decimal("0.15"),
        licence=License("31000020260001", clock.today() + timedelta(days=365)), actor=OFFICE,
    )  # fmt: skip
    phone = {"category": {"PHONE": Decimal("1.20")}}
    terms = VersionTerms(
        grade=ProductGrade.P2, months=24, base_rate=Decimal("0.042"), minimum_premium=Money.of("15.00"),
        perils=dict.fromkeys((Peril.DROP, Peril.SCREEN, Peril.LIQUID), PerilTerms()), per_claim_limit=Money.of("5000"),
        deductible=Money.of("200.00"), exclusions=(Exclusion("WEAR", "自然磨损。", "Wear and tear."),),
        relativities=phone,
    )  # fmt: skip
    version_id = await catalogue.draft(
        code="bench", kind=ProductKind.ACCIDENTAL_DAMAGE, name_zh="全保", name_en="Full cover", terms=terms,
        actor=OFFICE,
    )  # fmt: skip
    underwriter, compliance = (
        Actor(frozenset({role}), staff_id=uuid4()) for role in (Role.UNDERWRITER, Role.COMPLIANCE)
    )
    await review.submit(version_id, expected_version=1, actor=underwriter)
    await review.put_on_sale(version_id, reason="bench", expected_version=2, actor=compliance)
    bench.version_id = public_id(PRODUCT_VERSION.prefix, version_id)
    await Session.create(
        id=bench.session, principal=Principal.API_KEY, partner_id=partner_id, roles=[Role.PARTNER],
        scopes=sorted(ApiScope), expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip


def _phone(number: int) -> str:
    return f"13{number:09d}"


async def _record(bench: Bench) -> tuple[dict[str, Recording], UUID]:
    """What a preview and a sale say to the database; both are written down for the other side."""
    async with recorder() as listening:
        mark = new_id()
        token = await bench.token()
        sale = bench.sale("SN-BENCH-{n}", "1390000000{n}")
        found = {"preview": await listening.record(bench.preview(), token), "sale": await listening.record(sale, token)}
    for name, recording in found.items():
        recording.save(bench.folder / f"{name}.recording")
    return found, mark


def _asked(bench: Bench) -> dict[str, dict[str, list[Asked]]]:
    """For each question and side, its requests; every sale is of another device to somebody else."""
    enough = int(MOST_SALES * (bench.seconds * bench.rounds + WARM_UP))
    sales = [Asked("POST", "/graphql", bench.sale(f"SN{number:09d}", _phone(number))) for number in range(enough)]
    return {
        "preview": {"ours": [Asked("POST", "/graphql", bench.preview())], "by hand": [Asked("POST", "/preview", "{}")]},
        "sale": {"ours": sales, "by hand": [Asked("POST", "/sale", "{}")]},
    }


async def _measure(bench: Bench, mark: UUID) -> dict[str, dict[str, list[Figures]]]:
    """Rounds over both sides in turn, after one that is not counted."""
    hand = python_side("hand", "bench.writes.hand", bench.url, lambda *_: [], bench.folder, bare=False)
    hand.environment = {**hand.environment, FOLDER: str(bench.folder), MARK: str(mark)}
    ours = python_side("ours", "bench.reads.ours", bench.url, lambda *_: [], bench.folder, bare=False)
    ours.environment = {**ours.environment, "AFTERCARE_RATE_SCALE": "1000000"}
    for side in (ours, hand):
        bench.sides.append(side)
        side.start()
    ports = {"ours": ours.port, "by hand": hand.port}
    found: dict[str, dict[str, list[Figures]]] = {}
    for question, sides in _asked(bench).items():
        found[question] = {name: [] for name in sides}
        place = 0
        for number in range(bench.rounds + 1):
            seconds = bench.seconds if number else WARM_UP
            for name, asked in sides.items():
                some = asked[place:] if len(asked) > 1 else asked
                figures = await asyncio.to_thread(load.send, ports[name], some, await bench.token(), seconds)
                place += int(figures.rate * seconds) + 100 if len(asked) > 1 else 0
                if number:
                    found[question][name].append(figures)
    return found


def _show(recordings: dict[str, Recording], found: dict[str, dict[str, list[Figures]]], bench: Bench) -> None:
    """Prints the table and writes it down."""
    rows: dict[str, Any] = {}
    print(f"\nrequests/s at {CONNECTIONS} connections, one process a side, by {load.generator()}\n")
    print(f"{'':10}{'statements':>12}{'ours':>10}{'p99 ms':>10}{'by hand':>10}{'ratio':>8}")
    for question, sides in found.items():
        rates = {name: median(each.rate for each in figures) for name, figures in sides.items()}
        pairs = zip(sides["ours"], sides["by hand"], strict=True)
        times, slowest = median(a.rate / b.rate for a, b in pairs), median(each.p99 for each in sides["ours"])
        count = recordings[question].count
        rows[question] = {
            "statements": count, "rate": round(rates["ours"], 1), "p99_ms": round(slowest, 1),
            "by_hand": round(rates["by hand"], 1), "ratio": round(times, 2),
        }  # fmt: skip
        print(
            f"{question:10}{count:>12}{rates['ours']:>10,.0f}{slowest:>10.1f}{rates['by hand']:>10,.0f}{times:>8.2f}"
        )
    verdict = "held" if all(row["ratio"] >= LEAST for row in rows.values()) else "NOT held"
    print(f"\nAt least {LEAST} of the rate of the same statements by hand: {verdict}.")
    machine = {"python": platform.python_version(), "processors": os.cpu_count()}
    written = {"rounds": bench.rounds, "seconds": bench.seconds, "machine": machine, "found": rows}
    RESULTS.write_text(json.dumps(written, indent=2) + "\n")


async def _sold(bench: Bench) -> int:
    """How many policies stand in the database at the end."""
    connection = await asyncpg.connect(bench.url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM policy"))
    finally:
        await connection.close()


async def _run(server: str, redis: str, rounds: int, seconds: float) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {NAME}")
    url = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = url, redis
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(url, Path(folder), rounds, seconds)
        await migrate(url)
        async with database(url):
            await _seed(bench)
        recordings, mark = await _record(bench)
        try:
            async with database(url):
                found = await _measure(bench, mark)
        finally:
            for side in bench.sides:
                side.stop()
        print(f"{await _sold(bench):,} policies were sold")
        _show(recordings, found, bench)
    await connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    await connection.close()


def main() -> None:
    """Measures, prints and writes `bench/results/writes.json`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    servers = EmbeddedServers()
    with tempfile.TemporaryDirectory() as home:
        addresses = servers.start(Path(home))
        try:
            asyncio.run(_run(addresses.database_url, addresses.redis_url, options.rounds, options.seconds))
        finally:
            servers.stop()


if __name__ == "__main__":
    main()
