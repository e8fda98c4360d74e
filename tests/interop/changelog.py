"""`make schema-changelog`: what changed in the schema since its last release, by the judgement of graphql-inspector.

A change that can break a client must stand in `docs/schema/declared.toml` with its reason. `make schema-release
VERSION=…` gives what is unreleased a version and begins anew.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from domain.kernel import clock
from tests.commands.processes import ROOT
from tests.interop.tools import Node

FILE = ROOT / "CHANGELOG-schema.md"
SCHEMA = ROOT / "schema.graphql"
RELEASED = ROOT / "docs" / "schema" / "released.graphql"
DECLARED = ROOT / "docs" / "schema" / "declared.toml"
HEAD = """# Changelog of the schema

Written by `make schema-changelog`; what is unreleased is the difference between docs/schema/released.graphql and
schema.graphql as graphql-inspector sees it. Descriptions may change at any time and are left out.

"""
UNRELEASED = "## Unreleased\n"
LEVELS = {
    "BREAKING": "Breaks clients that use it",
    "DANGEROUS": "May surprise clients",
    "NON_BREAKING": "Breaks nobody",
}


class NotDeclared(SystemExit):
    """A change can break a client and is not declared, or a declaration is of no change; the text names them."""


@dataclass(frozen=True)
class Change:
    """A difference between two schemas. `level` is a key of LEVELS."""

    level: str
    kind: str
    path: str
    message: str

    @property
    def name(self) -> str:
        """The kind and the place."""
        return f"{self.kind} {self.path}"

    def line(self, declared: Mapping[str, str]) -> str:
        """The change as a line of the changelog, with its reason where it needs one."""
        reason = next((reason for key, reason in declared.items() if fnmatchcase(self.name, key)), None)
        told = f": {reason}" if reason and self.level != "NON_BREAKING" else ""
        return f"- {self.message.replace(chr(39), '`')}{told}"


def changes(node: Node, before: Path, after: Path) -> list[Change]:
    """What changed from one schema to another."""
    found: list[dict[str, Any]] = node.told("changes.mjs", str(before), str(after))
    made = [Change(each["level"], each["type"], each["path"], each["message"]) for each in found]
    return sorted(made, key=lambda each: (list(LEVELS).index(each.level), each.path, each.kind))


def judge(found: list[Change], declared: Mapping[str, str]) -> None:
    """Lets pass what breaks nobody, and what is declared.

    Raises: NotDeclared.
    """
    serious = [each.name for each in found if each.level != "NON_BREAKING"]
    missing = [name for name in serious if not any(fnmatchcase(name, key) for key in declared)]
    unneeded = [key for key in declared if not any(fnmatchcase(name, key) for name in serious)]
    faults = [f"not declared: {name}" for name in missing] + [f"no such change: {key}" for key in unneeded]
    faults += [f"no reason: {key}" for key, reason in declared.items() if not reason.strip()]
    if faults:
        raise NotDeclared("\n".join([*faults, f"Change the schema back, or {DECLARED.relative_to(ROOT)}."]))


def section(found: list[Change], declared: Mapping[str, str]) -> str:
    """What is unreleased, the most serious first."""
    return "".join(_lines(found, declared)) or "\nNothing changed since the last release.\n"


def _lines(found: list[Change], declared: Mapping[str, str]) -> Iterator[str]:
    for level, title in LEVELS.items():
        if lines := [each.line(declared) for each in found if each.level == level]:
            yield "\n".join(["", f"### {title}", "", *lines, ""])


def written(text: str, unreleased: str) -> str:
    """The changelog with what is unreleased now; what was released before stays as it was written."""
    _, _, rest = text.partition(UNRELEASED)
    _, begins, released = rest.partition("\n## ")
    return f"{HEAD}{UNRELEASED}{unreleased}{begins}{released}"


def main(*arguments: str) -> str:
    """Writes the changelog; with a version, releases what is unreleased.

    Raises: NotDeclared, NoNode.
    """
    declared: dict[str, str] = tomllib.loads(DECLARED.read_text())
    found = changes(Node.ready(), RELEASED, SCHEMA)
    judge(found, declared)
    text = written(FILE.read_text() if FILE.exists() else "", section(found, declared))
    if arguments:
        text = released(text, arguments[0])
        RELEASED.write_text(SCHEMA.read_text())
        DECLARED.write_text("".join(line for line in DECLARED.open() if line.startswith("#")))
    FILE.write_text(text)
    return f"{FILE.name}: {len(found)} changes since the last release."


def released(text: str, version: str) -> str:
    """The changelog when what is unreleased becomes a version of today."""
    nothing = f"{UNRELEASED}{section([], {})}\n"
    return text.replace(UNRELEASED, f"{nothing}## {version} - {clock.today().isoformat()}\n", 1)


if __name__ == "__main__":
    sys.stdout.write(f"{main(*sys.argv[1:])}\n")
