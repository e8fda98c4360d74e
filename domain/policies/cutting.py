"""Cuts a file of comma-separated rows into pieces while it comes in, so that it is never whole in memory. Pure.

Source: RFC 4180: a row ends at a line break that no quotation mark encloses. Empty lines are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.kernel.refusals import Invalid

PART_ROWS = 1_000
MAX_ROW = 8_192
"""Bytes of one row, at most."""
MAX_ROWS = 100_000
MARK = b"\xef\xbb\xbf"
FILE = ("file",)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file as they came. Units: `first_line` counts the header as line 1."""

    first_line: int
    rows: tuple[bytes, ...]


class Rows:
    """Finds the rows in the bytes of a file."""

    def __init__(self) -> None:
        self._rest = b""
        self._row = b""
        self._quoted = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The rows that are whole with this chunk.

        Raises: Invalid for a row that is too long.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            yield from self._line(line + b"\n")
        if len(self._row) + len(self._rest) > MAX_ROW:
            raise Invalid("csv_record", str(MAX_ROW), path=FILE)

    def end(self) -> Iterator[bytes]:
        """What stands after the last line break."""
        last, self._rest, self._row = self._row + self._rest, b"", b""
        if last.strip():
            yield last

    def _line(self, line: bytes) -> Iterator[bytes]:
        self._row += line
        self._quoted ^= bool(line.count(b'"') & 1)
        if len(self._row) > MAX_ROW:
            raise Invalid("csv_record", str(MAX_ROW), path=FILE)
        if not self._quoted:
            whole, self._row = self._row, b""
            if whole.strip():
                yield whole


class Cutter:
    """Cuts a file into its header and pieces of so many rows."""

    def __init__(self) -> None:
        self.header: bytes | None = None
        self.count = 0
        self._rows, self._kept = Rows(), list[bytes]()

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """The pieces that are full with this chunk.

        Raises: Invalid for a row that is too long, and for too many rows.
        """
        for row in self._rows.feed(chunk):
            yield from self._take(row)

    def end(self) -> Iterator[Piece]:
        """The last piece.

        Raises: Invalid for a file without rows.
        """
        for row in self._rows.end():
            yield from self._take(row)
        if not self.count:
            raise Invalid("csv_rows", str(MAX_ROWS), path=FILE)
        if self._kept:
            yield self._piece()

    def _take(self, row: bytes) -> Iterator[Piece]:
        if self.header is None:
            self.header = row.removeprefix(MARK)
            return
        self.count += 1
        if self.count > MAX_ROWS:
            raise Invalid("csv_rows", str(MAX_ROWS), path=FILE)
        self._kept.append(row)
        if len(self._kept) == PART_ROWS:
            yield self._piece()

    def _piece(self) -> Piece:
        piece = Piece(self.count - len(self._kept) + 2, tuple(self._kept))
        self._kept.clear()
        return piece


def rows_of(text: bytes) -> list[bytes]:
    """The rows of a piece that was kept."""
    rows = Rows()
    return [*rows.feed(text), *rows.end()]
