"""The API as it is served, over servers of its own, for what is measured over HTTP."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from commands.children import choose_port
from commands.servers.embedded import EmbeddedServers
from domain.migrating import migrate


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The API as `aftercare serve` runs it, over servers of its own."""
    servers = EmbeddedServers()
    addresses = servers.start(home)
    port = choose_port(8980, set())
    asyncio.run(migrate(addresses.database_url))
    environment = os.environ | {
        "DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url, "AFTERCARE_PORT": str(port),
        "AFTERCARE_RATE_SCALE": "1000000", "AFTERCARE_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "commands", "serve"], env=environment)
    try:
        _wait_for(url := f"http://127.0.0.1:{port}")
        yield url
    finally:
        process.terminate()
        process.wait(20)
        servers.stop()


def _wait_for(url: str) -> None:
    """Waits until the API is ready.

    Raises: TimeoutError after half a minute.
    """
    for _ in range(150):
        try:
            if httpx.get(f"{url}/health/ready", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise TimeoutError("the API did not become ready")
