"""schemathesis asks whatever the schema allows, as several people: nothing of it is a fault of the server.

AFTERCARE_FUZZ_SECONDS is how long it asks altogether.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from graphql import GraphQLScalarType

from api.schema import SCHEMA
from domain.kernel.actor import Role
from domain.kernel.ids import public_id
from tests.commands.processes import ROOT
from tests.face.conftest import signed_in
from tests.factories.claims import claim_awaiting_decision
from tests.factories.insured import staff
from tests.interop import fuzzing

pytestmark = pytest.mark.interop
SECONDS = int(os.environ.get("AFTERCARE_FUZZ_SECONDS", "15"))
BUILT_IN = {"Boolean", "Float", "Int", "String"}
ENDS_ITSELF = r"\.sessionEnd$"  # whoever asks it is signed out, and the rest of the time would be lost
GENERATED = re.compile(r"(\d+) generated, (\d+) passed")
FAILED = b'{"data": null, "errors": [{"message": "no", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}'


def fuzz(url: str, folder: Path, seconds: int, *options: str, ids: str = "") -> subprocess.CompletedProcess[str]:
    """How schemathesis ended."""
    program = Path(sys.executable).with_name("schemathesis")
    argv = [
        str(program), "run", *options, "--checks", "not_a_server_error", "--phases", "fuzzing", "--seed", "1",
        "--continue-on-failure", "--max-time", str(seconds), "--no-color", "--generation-database", "none", url,
    ]  # fmt: skip
    hooks = {"SCHEMATHESIS_HOOKS": "tests.interop.fuzzing", "PYTHONPATH": str(ROOT), "AFTERCARE_FUZZ_IDS": ids}
    return subprocess.run(
        argv, env=os.environ | hooks, cwd=folder, capture_output=True, text=True, check=False, timeout=seconds + 60
    )


def test_every_scalar_has_values_to_try() -> None:
    scalars = {
        name
        for name, each in SCHEMA._schema.type_map.items()
        if isinstance(each, GraphQLScalarType) and name not in BUILT_IN
    }
    assert "Decimal" in scalars and scalars - set(fuzzing.STRATEGIES) == set()


async def test_nothing_that_the_schema_allows_is_a_fault_of_the_server(
    url: str, database: str, tmp_path: Path
) -> None:
    case = await claim_awaiting_decision()
    people = {
        "anonymous": None, "customer": case.customer, "partner": case.insured.partner, "handler": case.handler,
        "admin": await staff(Role.ADMIN),
    }  # fmt: skip
    rows = {"clm": case.claim.id, "pol": case.insured.policy_id, "cus": case.insured.customer_id}
    ids = ",".join(public_id(prefix, each) for prefix, each in rows.items())
    for who, actor in people.items():
        headers = {"authorization": f"Bearer {await signed_in(actor)}"} if actor else {}
        options = [part for name, value in headers.items() for part in ("--header", f"{name}:{value}")]
        options += ["--exclude-name-regex", ENDS_ITSELF] if actor else []
        ran = fuzz(url, tmp_path, SECONDS // len(people), *options, ids=ids)
        assert ran.returncode == 0, f"{who}: {ran.stdout[-20_000:]}{ran.stderr}"
        told = GENERATED.search(ran.stdout)
        assert told and told[1] == told[2] and int(told[1]) > 0, f"{who}: {ran.stdout}"
        async with httpx.AsyncClient(headers=headers) as client:
            viewer = (await client.post(url, json={"query": "{ viewer { id } }"})).json()
        assert (viewer["data"]["viewer"] is None) is (actor is None), who


@contextmanager
def failing() -> Iterator[str]:
    """A server whose every answer is a fault of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(FAILED)))
            self.end_headers()
            self.wfile.write(FAILED)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/graphql"
        server.shutdown()


def test_a_fault_of_the_server_would_be_found(tmp_path: Path) -> None:
    with failing() as url:
        ran = fuzz(str(ROOT / "schema.graphql"), tmp_path, 10, "--url", url, "--max-failures", "1")
    assert ran.returncode == 1
    assert "INTERNAL_SERVER_ERROR" in ran.stdout and "1 failure" in ran.stdout, ran.stdout
