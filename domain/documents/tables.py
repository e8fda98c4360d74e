"""Writes tables for spreadsheets: comma-separated, known as UTF-8, and nothing in them is computed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = str | int | Decimal
MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""
COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - read as the narrow ones
"""What a text begins with that a spreadsheet computes. Source: OWASP, CSV Injection."""


class Table:
    """A table while it is written; its first line names the columns."""

    def __init__(self, header: Sequence[str]) -> None:
        self._text = io.StringIO(newline="")
        self._text.write(MARK)
        self._writer = csv.writer(self._text)
        self._writer.writerow(header)

    def add(self, rows: Iterable[Iterable[Cell]]) -> None:
        """Adds lines. Texts are shown as they are, numbers may be reckoned with."""
        self._writer.writerows([shown(cell) for cell in row] for row in rows)

    @property
    def content(self) -> bytes:
        """The file."""
        return self._text.getvalue().encode()


def shown(cell: Cell) -> Cell:
    """A cell as it is written: a text that would be computed stands behind an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(COMPUTED) else cell
