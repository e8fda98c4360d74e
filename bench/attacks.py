"""How long it takes to refuse a document that asks for more than it looks like: over HTTP, on the API as it is served.

Beside it, in the same rounds, the least that a request costs: a document of one field.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx

from commands.children import choose_port
from commands.servers.embedded import EmbeddedServers
from domain.migrating import migrate
from tests.face.attacks import ATTACKS

ROUNDS = 20
RESULTS = Path(__file__).parent / "results" / "attacks.json"
LEAST = "the least that a request costs"


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
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        servers.stop()


def wait_for(url: str) -> None:
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


def measure(url: str) -> dict[str, list[float]]:
    """Milliseconds of each attack, in rounds of all of them."""
    bodies = {LEAST: json.dumps({"query": "{ __typename }"})}
    bodies |= {
        name: json.dumps({"query": attack.text, "variables": dict(attack.variables)})
        for name, attack in ATTACKS.items()
    }
    found: dict[str, list[float]] = {name: [] for name in bodies}
    headers = {"content-type": "application/json"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
        for turn in range(ROUNDS + 2):
            for name, body in bodies.items():
                begun = time.perf_counter()
                client.post("/graphql", content=body)
                if turn >= 2:
                    found[name].append((time.perf_counter() - begun) * 1000)
    return found


def main() -> None:
    """Measures, shows and saves."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as url:
        wait_for(url)
        found = measure(url)
    rows = {name: {"median": round(median(times), 2), "worst": round(max(times), 2)} for name, times in found.items()}
    for name, row in sorted(rows.items(), key=lambda item: -item[1]["median"]):
        print(f"{row['median']:8.2f} ms  {row['worst']:8.2f} ms worst  {name}")
    worst = max(row["median"] for row in rows.values())
    print(f"{len(ATTACKS)} attacks; the slowest is refused in {worst:.2f} ms at the median of {ROUNDS} rounds")
    RESULTS.write_text(json.dumps({"rounds": ROUNDS, "milliseconds": rows}, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
