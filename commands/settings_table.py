"""The table of all settings for the README, made from the settings themselves; `python -m commands.settings_table`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from domain.kernel.settings import DEVELOPMENT_SECRET, Settings, variable

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- settings -->\n", "<!-- end of settings -->\n"
LAUNCHER = (
    ("AFTERCARE_POSTGRES_BIN", "the system's, else `wheel`", "PostgreSQL's programs: system, wheel, or a folder"),
    ("AFTERCARE_VALKEY_BIN", "the system's, else `wheel`", "Valkey or Redis: system, wheel, or the program's path"),
    ("AFTERCARE_TEST_POSTGRES", "`wheel`", "the server of the tests: wheel or system"),
)
"""Variables of the embedded servers and of the tests, which the system itself never reads."""


def settings_table() -> str:
    """Every variable with its default and what it is for, as a table in Markdown."""
    rows = [(variable(name), _default(field), _what(field)) for name, field in Settings.model_fields.items()]
    lines = [f"| `{name}` | {default} | {what} |" for name, default, what in (*rows, *LAUNCHER)]
    return "\n".join(["| variable | default | what |", "|---|---|---|", *lines]) + "\n"


def with_table(text: str) -> str:
    """A README with the table between its two marks.

    Raises: ValueError for a text without them.
    """
    head, tail = text.index(BEGIN) + len(BEGIN), text.index(END)
    return f"{text[:head]}\n{settings_table()}\n{text[tail:]}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "embedded"
    if field.default is None:
        return "none"
    if field.annotation is SecretStr or SecretStr in get_args(field.annotation):
        return "the development's; refused in production" if _is_open(field.default) else "`…`"
    return f"`{field.default}`"


def _is_open(default: object) -> bool:
    return isinstance(default, SecretStr) and default.get_secret_value() == DEVELOPMENT_SECRET


def _what(field: FieldInfo) -> str:
    return (field.description or "").replace("|", "\\|")


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
