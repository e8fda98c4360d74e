"""How long it takes to refuse a document that asks for more than it looks like: over HTTP, on the API as it is served.

Beside it, in the same rounds, the least that a request costs: a document of one field.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx

from bench.served import served
from tests.face.attacks import ATTACKS

ROUNDS = 20
RESULTS = Path(__file__).parent / "results" / "attacks.json"
LEAST = "the least that a request costs"


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
        found = measure(url)
    rows = {name: {"median": round(median(times), 2), "worst": round(max(times), 2)} for name, times in found.items()}
    for name, row in sorted(rows.items(), key=lambda item: -item[1]["median"]):
        print(f"{row['median']:8.2f} ms  {row['worst']:8.2f} ms worst  {name}")
    worst = max(row["median"] for row in rows.values())
    print(f"{len(ATTACKS)} attacks; the slowest is refused in {worst:.2f} ms at the median of {ROUNDS} rounds")
    RESULTS.write_text(json.dumps({"rounds": ROUNDS, "milliseconds": rows}, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
