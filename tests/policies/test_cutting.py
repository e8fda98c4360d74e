"""How a file is cut into rows: as `csv.reader` reads it, whatever stands in it, and each with its line in the file."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from domain.policies.cutting import Cutter, Piece, Row, Rows, rows_of

WRITING = st.text(alphabet='a,"\n', max_size=40)


def cut(text: str, size: int = 3) -> list[Row]:
    """The rows of a text that comes in small chunks."""
    rows, content = Rows(), text.encode()
    chunks = [content[begin : begin + size] for begin in range(0, len(content), size)]
    return [*(row for chunk in chunks for row in rows.feed(chunk)), *rows.end()]


@given(WRITING)
def test_rows_end_where_a_reader_of_such_files_ends_them(text: str) -> None:
    expected = [fields for fields in csv.reader(io.StringIO(text, newline="")) if fields]
    found = [fields for row in cut(text) for fields in csv.reader([row.text.decode()])]
    assert found == expected


@given(WRITING)
def test_what_is_kept_of_a_piece_is_read_as_it_was_cut(text: str) -> None:
    rows = cut(text)
    if rows:
        assert list(rows_of(Piece(tuple(rows)).kept)) == rows


def test_a_row_has_the_line_where_it_begins() -> None:
    text = 'head\r\n\r\none\r\n"two\r\nand more"\r\n\r\n\r\nthree'
    assert [row.line for row in cut(text)] == [1, 3, 4, 8]
    cutter = Cutter()
    pieces = [*cutter.feed(text.encode()), *cutter.end()]
    assert [(piece.first_line, len(piece.rows)) for piece in pieces] == [(3, 3)]


def test_a_mark_inside_a_field_opens_nothing() -> None:
    assert [row.text for row in cut('a,15" One\nb,"O"ne"\nc')] == [b'a,15" One\n', b'b,"O"ne"\n', b"c"]
