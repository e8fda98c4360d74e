"""The code as text and trees, for tests that read it; each test can be given another root with a fault in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("api", "domain", "workers", "gateways", "sandbox", "commands")


@dataclass(frozen=True)
class Source:
    """One file of code. `path` is relative to the root, with slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> int:
        """How long it is."""
        return self.text.count("\n")


def sources(*packages: str, root: Path = ROOT) -> Iterator[Source]:
    """Every Python file of these packages, or of all that are shipped."""
    for package in packages or PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield Source(path.relative_to(root).as_posix(), path.read_text())


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The modules that a file imports, save for type checkers, with their lines; `from a import b` may mean both."""
    for node in _at_run_time(tree):
        if isinstance(node, ast.Import):
            yield from ((each.name, node.lineno) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module, node.lineno


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _at_run_time(child)
