"""Writes the committed face of the API, and tells when it is not what the code says."""

from __future__ import annotations

import difflib
from pathlib import Path

from api.schema import SCHEMA

FILE = Path(__file__).parent.parent / "schema.graphql"


class SchemaChanged(SystemExit):
    """The committed schema is not the code's; the text is the difference."""


def printed() -> str:
    """The schema as it is committed."""
    return f"{SCHEMA.as_str().rstrip()}\n"


def write_or_check(*, check: bool) -> str:
    """Writes the schema, or compares it with the committed one.

    Raises: SchemaChanged when they differ.
    """
    now = printed()
    if not check:
        FILE.write_text(now)
        return f"{FILE.name}: {len(now.splitlines())} lines."
    before = FILE.read_text() if FILE.exists() else ""
    if before != now:
        lines = difflib.unified_diff(before.splitlines(), now.splitlines(), FILE.name, "the code", lineterm="", n=2)
        raise SchemaChanged("\n".join([*lines, "", "Run `make schema` and commit the change if it is meant."]))
    return f"{FILE.name} is what the code says."
