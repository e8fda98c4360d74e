"""SQL that models cannot say, a file for each room and one that takes it back."""

from __future__ import annotations

from pathlib import Path


def statements(name: str) -> str:
    """The text of one file, by its name without the ending."""
    return (Path(__file__).parent / f"{name}.sql").read_text()
