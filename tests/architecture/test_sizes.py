"""Files, functions and nesting stay small enough to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, sources

FILE = 400
FUNCTION = 50
NESTING = 3
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    return (each for each in ast.walk(tree) if isinstance(each, Function))


def depth(node: ast.AST) -> int:
    """How deep blocks stand in each other. An `elif` is no deeper than its `if`; a function inside counts anew."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.Lambda | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        step = 1 if isinstance(child, BLOCKS) and not is_elif else 0
        deepest = max(deepest, step + depth(child))
    return deepest


def too_large(source: Source) -> list[str]:
    found = [f"{source.path}: {source.lines} lines"] if source.lines > FILE else []
    for function in functions(source.tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        place = f"{source.path}:{function.lineno} {function.name}"
        if length >= FUNCTION:
            found.append(f"{place}: {length} lines")
        if (nesting := depth(function)) > NESTING:
            found.append(f"{place}: blocks nested {nesting} deep")
    return found


def test_files_functions_and_nesting_stay_small() -> None:
    assert [fault for each in sources() for fault in too_large(each)] == []


DEEP = "def f():\n for a in b:\n  if a:\n   with a:\n    while a:\n     pass\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x = 1\n" * (FILE + 1), "401 lines"),
        ("def f():\n" + "    x = 1\n" * (FUNCTION - 1), "50 lines"),
        (DEEP, "nested 4 deep"),
    ],
)
def test_what_is_too_large_is_caught(text: str, fault: str) -> None:
    assert fault in "".join(too_large(Source("domain/planted.py", text)))


def test_an_elif_is_not_deeper_than_its_if() -> None:
    text = "def f():\n" + "    if a:\n        pass\n" + "    elif a:\n        pass\n" * 6
    assert too_large(Source("domain/planted.py", text)) == []
