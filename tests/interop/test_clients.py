"""Other people's clients and audits against the API as it runs; they need Node, which pip installs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.nodejs import NoNode, find_node, install
from commands.children import choose_port
from domain.access.passwords import set_password
from domain.kernel.actor import Actor, Role
from domain.staff.models import Staff
from tests.commands.processes import wait_until
from tests.factories.claims import claim_notified
from tests.factories.insured import staff

pytestmark = pytest.mark.interop
FOLDER = Path(__file__).parent
OLDEST = 20
PASSWORD = "a password of tests"


@pytest.fixture(scope="session")
def node() -> str:
    """Node with what stands in the lock file."""
    try:
        found = find_node(OLDEST)
        install(FOLDER, OLDEST)
    except NoNode as none:
        pytest.skip(f"NOT RUN, other people's clients: {none}")
    return found


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    """The API as a process of its own, answering any document."""
    port = choose_port(8970, set())
    environment = os.environ | {"DATABASE_URL": database_url, "AFTERCARE_PORT": str(port), "AFTERCARE_ENV": "test"}
    process = subprocess.Popen([sys.executable, "-m", "commands", "serve"], env=environment)
    address = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return httpx.get(f"{address}/health/ready", timeout=2).is_success
        except httpx.HTTPError:
            return False

    try:
        assert wait_until(ready, 30)
        yield f"{address}/graphql"
    finally:
        process.terminate()
        process.wait(20)


def run(node: str, script: str, *arguments: str) -> Any:
    """What a script prints as JSON."""
    ran = subprocess.run(
        [node, script, *arguments], cwd=FOLDER, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_every_audit_of_graphql_over_http_is_ok(node: str, url: str) -> None:
    told = run(node, "audit.mjs", url)
    assert told["found"] == []
    assert told["count"] == 61


async def test_urql_and_apollo_sign_in_list_and_understand_what_is_refused(
    node: str, url: str, database: str
) -> None:
    for _ in range(3):
        await claim_notified()
    handler = await staff(Role.CLAIMS_HANDLER)
    assert handler.staff_id is not None
    await set_password(handler.staff_id, password=PASSWORD, actor=Actor.system("test"))
    person = await Staff.get(id=handler.staff_id)
    told = run(node, "clients.mjs", url, person.email, PASSWORD)
    for client in ("urql", "apollo"):
        assert told[client] == {
            "nodes": 2,
            "refused": [{"__typename": "NotFoundError", "code": "NOT_FOUND"}],
            "wrong": ["BAD_USER_INPUT"],
        }, client

