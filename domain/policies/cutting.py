"""Cuts a file of comma-separated rows into pieces while it comes in, so that it is never whole in memory. Pure.

Source: RFC 4180: a row ends at a line break that no quotation marks enclose. Only a mark at the beginning of a field
opens a quotation; one inside a field is a character of it, as `csv.reader` reads it. Empty lines are no rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.kernel.refusals import Invalid

PART_ROWS = 1_000
MAX_ROW = 8_192
"""Bytes of one row, at most."""
LINE_FIELD = 16
"""Bytes of the field that is kept before a row, at most."""
MAX_ROWS = 100_000
MARK = b"\xef\xbb\xbf"
FILE = ("file",)
_OPENING = re.compile(rb'(?:^|,)"')
_CLOSING = re.compile(rb'(?:[^"]|"")*+"')


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it came. Units: `line` is the line of the file where it begins, from 1."""

    line: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file."""

    rows: tuple[Row, ...]

    @property
    def first_line(self) -> int:
        """The line of its first row."""
        return self.rows[0].line

    @property
    def kept(self) -> bytes:
        """What is kept of it: its rows, before each of them its line as one more field."""
        return b"".join(b"%d,%b" % (each.line, each.text) for each in self.rows)


class Rows:
    """Finds the rows in the bytes of a file. Units: `most` bytes in one row."""

    def __init__(self, most: int = MAX_ROW) -> None:
        self._most = most
        self._rest = b""
        self._row = b""
        self._quoted = False
        self._lines = 0
        self._begin = 1

    def feed(self, chunk: bytes) -> Iterator[Row]:
        """The rows that are whole with this chunk.

        Raises: Invalid for a row that is too long.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            yield from self._line(line + b"\n")
        if len(self._row) + len(self._rest) > self._most:
            raise Invalid("csv_record", str(self._most), path=FILE)

    def end(self) -> Iterator[Row]:
        """What stands after the last line break."""
        last, self._rest, self._row = self._row + self._rest, b"", b""
        if last.strip():
            yield Row(self._begin, last)

    def _line(self, line: bytes) -> Iterator[Row]:
        self._row += line
        self._lines += 1
        self._quoted = _is_open(line, quoted=self._quoted)
        if len(self._row) > self._most:
            raise Invalid("csv_record", str(self._most), path=FILE)
        if self._quoted:
            return
        whole, self._row = Row(self._begin, self._row), b""
        self._begin = self._lines + 1
        if whole.text.strip():
            yield whole


def _is_open(line: bytes, *, quoted: bool) -> bool:
    """Whether a quotation is open at the end of a line; `quoted` says whether one was at its beginning."""
    place = 0
    while True:
        if not quoted:
            if (opening := _OPENING.search(line, place)) is None:
                return False
            place = opening.end()
        if (closing := _CLOSING.match(line, place)) is None:
            return True
        place, quoted = closing.end(), False


class Cutter:
    """Cuts a file into its header and pieces of so many rows."""

    def __init__(self) -> None:
        self.header: bytes | None = None
        self.count = 0
        self._rows, self._kept = Rows(), list[Row]()

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

    def _take(self, row: Row) -> Iterator[Piece]:
        if self.header is None:
            self.header = row.text.removeprefix(MARK)
            return
        self.count += 1
        if self.count > MAX_ROWS:
            raise Invalid("csv_rows", str(MAX_ROWS), path=FILE)
        self._kept.append(row)
        if len(self._kept) == PART_ROWS:
            yield self._piece()

    def _piece(self) -> Piece:
        piece = Piece(tuple(self._kept))
        self._kept.clear()
        return piece


def rows_of(kept: bytes) -> Iterator[Row]:
    """The rows of a piece that was kept."""
    rows = Rows(MAX_ROW + LINE_FIELD)
    for each in (*rows.feed(kept), *rows.end()):
        line, _, text = each.text.partition(b",")
        yield Row(int(line), text)
