"""What was measured, as a table on the screen and as JSON with machine, versions, rates and ratios."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.reads.load import CONNECTIONS, Figures, generator
from bench.reads.questions import Question
from bench.reads.seed import Seeded

RESULTS = Path(__file__).parent.parent / "results" / "reads.json"
LOCK = Path(__file__).parent / "postgraphile" / "package-lock.json"
NEEDED = {"postgraphile": 1.2, "limit": 0.8, "usual": 7.0}  # ours against each, at least
MOST = 1.3  # how much dearer a deep page, or ten times the rows, may be
LIBRARIES = ("starlette", "uvicorn", "uvloop", "asyncpg", "strawberry-graphql", "graphql-core", "tortoise-orm")
TITLES = {"ours": "ours", "postgraphile": "PostGraphile", "limit": "by hand", "usual": "usual"}
Rounds = Mapping[str, list[Figures]]


@dataclass
class Measured:
    """The figures of one run."""

    seeded: Seeded
    rounds: int
    seconds: float
    guarded: dict[Question, Rounds] = field(default_factory=dict)
    bare: dict[Question, Rounds] = field(default_factory=dict)
    growth: dict[Question, Rounds] = field(default_factory=dict)
    trees: dict[str, Rounds] = field(default_factory=dict)
    depth: Rounds = field(default_factory=dict)
    grown: Seeded | None = None
    postgres: str = ""


def rate(figures: list[Figures]) -> float:
    """The median rate of a side's rounds."""
    return median(each.rate for each in figures)


def ratio(one: list[Figures], other: list[Figures]) -> float:
    """The median of the ratios within a round."""
    return median(a.rate / b.rate for a, b in zip(one, other, strict=True))


def _ratios(found: Rounds) -> dict[str, float]:
    return {name: round(ratio(found["ours"], figures), 2) for name, figures in found.items() if name != "ours"}


def show(measured: Measured) -> None:
    """Prints the tables."""
    print(f"\nrequests/s at {CONNECTIONS} connections, one process a side, by {generator()}; x: ours against it\n")
    print(f"{'':34}" + "".join(f"{title:>20}" for title in TITLES.values()))
    for words, found in (("", measured.guarded), (" bare", measured.bare)):
        for question, each in found.items():
            print(_line(f"{question.words}, customer, claims{words}", each))
    needed = ", ".join(f"{TITLES[name]} {least}" for name, least in NEEDED.items())
    print(f"\nbare: without token, session and visibility. At least: {needed}. {_verdict(measured)}")
    for title, dearer in _comparisons(measured).items():
        print(f"{title}: {dearer:.2f} times the cost, at most {MOST}")
    for words, found in measured.trees.items():
        times = ratio(found["now"], found["before"])
        print(f"{words}: {times:.2f} times the rate before, {_slower(found):+.0f} µs a request")


def _slower(found: Rounds) -> float:
    """How much longer a request takes than before. Units: microseconds of the one process."""
    pairs = zip(found["now"], found["before"], strict=True)
    return round(median(1e6 / now.rate - 1e6 / before.rate for now, before in pairs), 1)


def _line(words: str, found: Rounds) -> str:
    ratios = _ratios(found)
    cells = [f"{rate(found[name]):,.0f}" + (f" x{ratios[name]:.2f}" if name in ratios else "") for name in TITLES]
    return f"{words:34}" + "".join(f"{cell:>20}" for cell in cells)


def _comparisons(measured: Measured) -> dict[str, float]:
    """How much dearer: a deep page, and each question over more rows."""
    found: dict[str, float] = {}
    if measured.depth:
        first, deep = measured.depth
        found[f"{deep} against {first}"] = round(ratio(measured.depth[first], measured.depth[deep]), 2)
    for question, rounds in measured.growth.items():
        found[f"{question.words} of {_grown(measured)}"] = round(ratio(rounds["rows"], rounds["more"]), 2)
    return found


def _grown(measured: Measured) -> str:
    return f"{measured.grown.policies:,}" if measured.grown else "more"


def missed(measured: Measured) -> list[str]:
    """What falls short of the figures that are promised."""
    short = [
        f"{question.words} against {name}: {found} of {NEEDED[name]}"
        for question, rounds in measured.guarded.items()
        for name, found in _ratios(rounds).items()
        if found < NEEDED[name]
    ]
    dearer = [f"{title}: {found} of {MOST}" for title, found in _comparisons(measured).items() if found > MOST]
    return short + dearer


def _verdict(measured: Measured) -> str:
    short = missed(measured)
    return "All met." if not short else "Missed: " + "; ".join(short)


def save(measured: Measured) -> None:
    """Writes the JSON."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(_document(measured), indent=2, ensure_ascii=False) + "\n")
    print(f"\n{RESULTS}")


def _document(measured: Measured) -> dict[str, Any]:
    return {
        "machine": {"cpu": _cpu(), "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"},
        "versions": _versions(measured),
        "load": {
            "generator": generator(),
            "connections": CONNECTIONS,
            "rounds": measured.rounds,
            "seconds": measured.seconds,
        },
        "rows": {"policies": measured.seeded.policies, "claims": measured.seeded.claims},
        "answers": _answers(measured.guarded),
        "answers_bare": _answers(measured.bare),
        "before": {
            words: {
                "rates": {name: round(rate(figures), 1) for name, figures in found.items()},
                "ratio": round(ratio(found["now"], found["before"]), 2),
                "microseconds_more": _slower(found),
            }
            for words, found in measured.trees.items()
        },
        "dearer": _comparisons(measured),
        "growth": {
            question.words: {name: round(rate(figures), 1) for name, figures in found.items()}
            for question, found in measured.growth.items()
        },
        "needed": {**NEEDED, "dearer": MOST},
        "missed": missed(measured),
    }


def _answers(found: Mapping[Question, Rounds]) -> dict[str, Any]:
    return {
        question.words: {
            "rates": {name: round(rate(figures), 1) for name, figures in each.items()},
            "ratios": _ratios(each),
            "p50_ms": {name: median(one.p50 for one in figures) for name, figures in each.items()},
            "p99_ms": {name: median(one.p99 for one in figures) for name, figures in each.items()},
            "bytes": {name: round(figures[0].mean_bytes) for name, figures in each.items()},
        }
        for question, each in found.items()
    }


def _versions(measured: Measured) -> dict[str, str]:
    packages = json.loads(LOCK.read_text())["packages"]
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    found |= {"python": platform.python_version(), "postgresql": measured.postgres}
    found["postgraphile"] = packages["node_modules/postgraphile"]["version"]
    if wrk := shutil.which("wrk"):
        told = subprocess.run([wrk, "-v"], capture_output=True, text=True, check=False).stdout
        found["wrk"] = told.split("[")[0].strip()
    return found


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
