"""Tables for spreadsheets: read back as they were written, and nothing in them is reckoned."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from domain.documents.tables import Table


def read(table: Table) -> list[list[str]]:
    """The lines of a table."""
    return list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))


def test_a_table_is_marked_as_utf_8_and_read_as_it_was_written() -> None:
    table = Table(("名称", "amount"))
    table.add([("张三, 李四", Decimal("12.00")), ('15" One', 3)])
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert read(table) == [["名称", "amount"], ["张三, 李四", "12.00"], ['15" One', "3"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@A1", "\t=1", "＝1+1"])  # noqa: RUF001
def test_a_text_that_would_be_reckoned_stands_behind_an_apostrophe(text: str) -> None:
    table = Table(("one",))
    table.add([(text,)])
    assert read(table)[1:] == [["'" + text]]


def test_numbers_stay_numbers() -> None:
    table = Table(("one", "two"))
    table.add([(Decimal("-12.50"), -3)])
    assert read(table)[1:] == [["-12.50", "-3"]]
