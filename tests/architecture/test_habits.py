"""Habits that the design rests on: who sends messages, where SQL stands, and how money is counted."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.sources import Source, imported, sources

# The relay sends tickets of jobs; nothing else may put a message before a worker.
SENDERS = frozenset({"workers/relay.py", "workers/broker.py"})
SENDING = frozenset({"send", "send_with_options", "enqueue", "message", "message_with_options"})


def broker_calls(source: Source) -> list[str]:
    """Calls by which Dramatiq would be handed a message: methods of an actor or a broker."""
    if not any(name.split(".")[0] in {"dramatiq", "workers"} for name, _ in imported(source.tree)):
        return []
    return [
        f"{source.path}:{node.lineno} .{node.func.attr}("
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING
        and not _is_module(node.func.value, source)
    ]  # fmt: skip


def _is_module(value: ast.expr, source: Source) -> bool:
    """Whether a call is one of a module's functions, as `sending.send(…)`, not of an object."""
    modules = {
        (each.asname or each.name)
        for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom) and node.module
        if node.module.startswith("domain") for each in node.names
    }  # fmt: skip
    return isinstance(value, ast.Name) and value.id in modules


def test_only_the_relay_sends_messages() -> None:
    assert [call for each in sources() if each.path not in SENDERS for call in broker_calls(each)] == []


def test_a_message_sent_elsewhere_is_caught() -> None:
    for line in ("perform.send(1)", "broker.enqueue(message)", "perform.send_with_options(args=(1,))"):
        assert broker_calls(Source("workers/claims.py", f"import dramatiq\n{line}\n")), line


def test_dramatiq_is_known_to_the_workers_alone() -> None:
    """Commands start worker processes; they need not know what carries messages there."""
    knowing = {each.path for each in sources() for name, _ in imported(each.tree) if name.startswith("dramatiq")}
    assert knowing == {"workers/actors.py", "workers/boot.py", "workers/broker.py", "workers/process.py"}


# A statement begins with a verb in capitals and names a table; English sentences do not look like that.
STATEMENT = re.compile(
    r"^\s*(SELECT\s+\S|INSERT INTO\s+\w|UPDATE\s+\w+(\s+\w+)?\s+SET\s|DELETE FROM\s+\w|WITH\s+\w+\s+AS\s"
    r"|CREATE\s+(TABLE|ROLE|DATABASE|INDEX)|ALTER\s+(TABLE|ROLE)|TRUNCATE\s+\w)"
)


def statements(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield f"{source.path}:{node.lineno}"


def sql_may_stand_in(path: str) -> bool:
    """The domain, where rows are, and the commands, which start, back up and examine the database itself."""
    return path.startswith(("domain/", "commands/"))


def test_sql_stands_only_where_the_database_is_spoken_to() -> None:
    assert [each for source in sources() if not sql_may_stand_in(source.path) for each in statements(source)] == []


def test_rules_and_terms_hold_no_sql() -> None:
    pure = [each for each in sources("domain") if each.path.endswith(("rules.py", "terms.py", "lifecycle.py"))]
    assert [place for each in pure for place in statements(each)] == []


@pytest.mark.parametrize("text", ["SELECT id FROM job", "UPDATE job SET state = 'DEAD'", "\n  DELETE FROM claim"])
def test_sql_elsewhere_is_caught(text: str) -> None:
    assert list(statements(Source("api/claims/queries.py", f"Q = {text!r}\n")))


# A float has its place in seconds and in statistics, never near an amount.
MONEY = re.compile(r"(?i)amount|minor|money|premium|price|deductible|reserve|limit_|_limit|rate$|fee|share|balance")


def float_money(source: Source) -> list[str]:
    found = []
    for node in ast.walk(source.tree):
        for name, annotation in _annotated(node):
            if annotation is not None and MONEY.search(name) and "float" in ast.unparse(annotation):
                found.append(f"{source.path}:{annotation.lineno} {name}: float")
        if _makes_float(node) or (isinstance(node, ast.Constant) and isinstance(node.value, float)):
            found += _near_money(source, node)
    return found


def _annotated(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.arg):
        yield node.arg, node.annotation
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id, node.annotation
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name, node.returns


def _makes_float(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"


def _near_money(source: Source, node: ast.AST) -> list[str]:
    line = source.text.splitlines()[node.lineno - 1]  # type: ignore[attr-defined]  # only located nodes come here
    code = line.split("#")[0]
    return [f"{source.path}:{node.lineno} {code.strip()}"] if MONEY.search(code) else []  # type: ignore[attr-defined]


def test_no_amount_is_a_float() -> None:
    assert [fault for each in sources("domain", "api", "workers", "gateways") for fault in float_money(each)] == []


@pytest.mark.parametrize(
    "line", ["amount = float(text)", "premium: float = 0", "def share(amount: float) -> int: ...", "fee = price * 0.1"]
)
def test_an_amount_as_a_float_is_caught(line: str) -> None:
    assert float_money(Source("domain/claims/rules.py", line + "\n"))


def test_no_float_column_is_declared() -> None:
    assert [each.path for each in sources("domain") if re.search(r"FloatField|double precision", each.text)] == []


def test_the_present_is_asked_of_the_clock_alone() -> None:
    present: Callable[[Source], list[str]] = lambda source: [  # noqa: E731 - one line, used twice
        f"{source.path}:{node.lineno}" for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}
    ]  # fmt: skip
    assert [p for each in sources("domain") if each.path != "domain/kernel/clock.py" for p in present(each)] == []
    assert present(Source("domain/claims/intake.py", "at = datetime.now()\n"))
