"""Lifecycles, rules and terms import nothing but values: what decides can be tested without a database or a clock."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.architecture.sources import Source, imported, sources

PURE = ("lifecycle.py", "rules.py", "terms.py")
VALUES = frozenset({"actor", "clock", "days", "ids", "lifecycle", "masks", "money", "refusals", "subject"})
ARITHMETIC = frozenset({"croniter", "stdnum"})  # pure functions over texts and times
NOT_PURE = frozenset({"asyncio", "http", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess"})
CHANCE = {"domain/jobs/rules.py": "random"}  # the jitter of retries; the rule itself takes the pause as given


def impure(source: Source) -> list[str]:
    room = source.path.split("/")[1]
    return [f"{source.path}:{line} {name}" for name, line in imported(source.tree) if not allowed(source, room, name)]


def allowed(source: Source, room: str, name: str) -> bool:
    top, *rest = name.split(".")
    if top == "domain":
        return (
            (rest[0] == "kernel" and rest[1] in VALUES)
            or rest[-1] == "terms"
            or (rest[0] == room and f"{rest[-1]}.py" in (*PURE, "refusals.py"))
        )
    if top in NOT_PURE:
        return CHANCE.get(source.path) == top
    return top in sys.stdlib_module_names or top in ARITHMETIC


def pure_sources() -> list[Source]:
    return [each for each in sources("domain") if each.path.endswith(PURE) and each.path.count("/") == 2]


def test_lifecycles_rules_and_terms_import_values_only() -> None:
    found = [each for each in pure_sources() if "kernel" not in each.path]
    assert len(found) > 10
    assert [fault for each in found for fault in impure(each)] == []


def test_an_import_of_another_kind_is_caught() -> None:
    for line in ("import os", "from domain.claims.models import Claim", "import domain.kernel.rows", "import tortoise"):
        assert impure(Source("domain/claims/rules.py", line + "\n")), line


def test_nothing_imports_tests_or_benches() -> None:
    assert [
        f"{each.path}:{line}" for each in sources() for name, line in imported(each.tree)
        if name.split(".")[0] in {"tests", "bench"}
    ] == []  # fmt: skip


def test_a_room_for_everything_has_no_name_for_anything() -> None:
    vague = {"service.py", "services.py", "utils.py", "util.py", "helpers.py", "manager.py", "common.py", "misc.py"}
    assert [each.path for each in sources() if Path(each.path).name in vague] == []
