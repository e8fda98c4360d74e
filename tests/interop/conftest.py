"""Other people's tools, and the API as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bench.nodejs import NoNode
from commands.children import choose_port
from tests.commands.processes import wait_until
from tests.interop.tools import FOLDER, Node


@contextmanager
def serving(database_url: str, **settings: str) -> Iterator[str]:
    """The address of an API that runs as a process of its own."""
    port = choose_port(8970, set())
    given = {"DATABASE_URL": database_url, "AFTERCARE_PORT": str(port), "AFTERCARE_ENV": "test"}
    process = subprocess.Popen([sys.executable, "-m", "commands", "serve"], env=os.environ | given | settings)
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


@pytest.fixture(scope="session")
def node() -> Node:
    """Node with what stands in the lock file."""
    try:
        return Node.ready()
    except NoNode as none:
        pytest.skip(f"NOT RUN, other people's clients: {none}")


@pytest.fixture(scope="session")
def typed(node: Node) -> Path:
    """What graphql-codegen makes of every documented operation."""
    folder = FOLDER / "build" / "typed"
    shutil.rmtree(folder, ignore_errors=True)
    node.clean("node_modules/@graphql-codegen/cli/esm/bin.js", "--config", "codegen.mjs")
    return folder


@pytest.fixture(scope="session")
def manifest(typed: Path) -> Path:
    """The manifest of trusted documents that graphql-codegen emits."""
    return typed / "persisted-documents.json"


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    """The API, answering any document."""
    with serving(database_url) as address:
        yield address
