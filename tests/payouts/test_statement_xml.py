"""Reading statements: good ones of both versions, and files that were made to do harm."""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.money import Currency, Money
from domain.payouts.refusals import StatementRefused
from domain.payouts.statement_reading import Said, read_statement
from domain.payouts.statement_xml import MOST_ENTRIES, StatementParser
from domain.payouts.terms import EntryDirection, StatementFault
from tests.factories.statements import Entry, statement

GOOD = statement(Entry("1.00", "A1"), Entry("2.50", way="CRDT"))
HEAD = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
DOCTYPE = """<!DOCTYPE Document [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
LAUGHS = DOCTYPE.encode() + HEAD + b"<Stmt>&d;</Stmt>"
OUTSIDE = b"""<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>""" + HEAD + b"<Stmt><Id>&x;"
ELSEWHERE = b"""<?xml version="1.0"?><!DOCTYPE Document SYSTEM "http://127.0.0.1:1/x.dtd">""" + HEAD
PARAMETER = b"""<!DOCTYPE Document [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>""" + HEAD


def read(content: bytes, size: int = 700) -> Said:
    """A statement that came in pieces."""
    parser = StatementParser()
    for start in range(0, len(content), size):
        parser.feed(content[start : start + size])
    return read_statement(parser.close(), currency=Currency.CNY)


def fault_of(content: bytes) -> StatementFault:
    with pytest.raises(StatementRefused) as raised:
        read(content)
    return raised.value.fault


@pytest.mark.parametrize("version", ["02", "08"])
@pytest.mark.parametrize("size", [1, 64, 100_000])
def test_a_statement_is_read_alike_in_both_versions_and_in_whatever_pieces(version: str, size: int) -> None:
    said = read(statement(Entry("1.00", "A1", returned="AC04"), Entry("2.50", way="CRDT"), version=version), size)
    assert (said.opening, said.closing) == (Money(100_000_000), Money(100_000_150))
    first, second = said.movements
    assert (first.amount, first.direction, first.end_to_end_id) == (Money(100), EntryDirection.DEBIT, "A1")
    assert (first.is_return, first.reason_code) == (True, "AC04")
    assert (second.direction, second.end_to_end_id, second.is_return) == (EntryDirection.CREDIT, None, False)


def test_an_overdrawn_account_adds_up_below_zero() -> None:
    said = read(statement(Entry("30.00"), opening="10.00"))
    assert (said.opening.minor, said.closing.minor) == (1000, -2000)


@pytest.mark.parametrize("hostile", [LAUGHS, OUTSIDE, ELSEWHERE, PARAMETER], ids=["laughs", "file", "dtd", "parameter"])
def test_a_document_type_is_refused_before_anything_of_it_is_looked_at(hostile: bytes) -> None:
    began = time.perf_counter()
    assert fault_of(hostile) is StatementFault.UNREADABLE
    assert time.perf_counter() - began < 1


def test_a_document_type_is_refused_in_any_encoding() -> None:
    assert fault_of(LAUGHS.decode().encode("utf-16")) is StatementFault.UNREADABLE


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", StatementFault.UNREADABLE),
        (b"\x00" * 100, StatementFault.UNREADABLE),
        (b"%PDF-1.7", StatementFault.UNREADABLE),
        (GOOD + b"<more/>", StatementFault.UNREADABLE),
        (GOOD.replace(b"<Stmt>", b"<Stmt>&undeclared;"), StatementFault.UNREADABLE),
        (GOOD.replace(b"UTF-8", b"no-such-encoding"), StatementFault.UNREADABLE),
        (b"<html/>", StatementFault.NOT_CAMT_053),
        (GOOD.replace(b"camt.053.001.08", b"camt.054.001.08"), StatementFault.NOT_CAMT_053),
        (GOOD.replace(b"camt.053.001.08", b"camt.053.001.04"), StatementFault.NOT_CAMT_053),
        (HEAD + b"</BkToCstmrStmt></Document>", StatementFault.NOT_CAMT_053),
        (GOOD.replace(b"</Stmt>", b"</Stmt><Stmt><Id>2</Id></Stmt>"), StatementFault.NOT_CAMT_053),
        (HEAD + b"<a>" * 30, StatementFault.TOO_LARGE),
        (HEAD + b"<a>" * 100_000, StatementFault.TOO_LARGE),
        (HEAD + b"<Stmt><Id>" + b"x" * 20_000 + b"</Id></Stmt>", StatementFault.TOO_LARGE),
        (HEAD + b"<Stmt>" + b"<Ntry/>" * (2 * MOST_ENTRIES + 1), StatementFault.TOO_LARGE),
        (GOOD.replace(b"CLBD", b"CLAV"), StatementFault.INCOMPLETE),
        (GOOD.replace(b"OPBD", b"CLBD"), StatementFault.INCOMPLETE),
        (GOOD.replace(b"<Id>S-2026-001</Id>", b""), StatementFault.INCOMPLETE),
        (GOOD.replace(b"<Id>S-2026-001</Id>", "<Id>对账单</Id>".encode()), StatementFault.INCOMPLETE),
        (GOOD.replace(b">DBIT<", b">OUT<"), StatementFault.INCOMPLETE),
        (GOOD.replace(b">1.00<", b">NaN<"), StatementFault.INCOMPLETE),
        (GOOD.replace(b">1.00<", b">1e2<"), StatementFault.INCOMPLETE),
        (GOOD.replace(b">1.00<", "> １.00<".encode()), StatementFault.INCOMPLETE),  # noqa: RUF001 - a wide digit
        (GOOD.replace(b"2026-11-30</Dt>", b"2026-13-30</Dt>"), StatementFault.INCOMPLETE),
        (GOOD.replace(b'<Amt Ccy="CNY">1.00', b"<Amt>1.00"), StatementFault.OTHER_CURRENCY),
    ],
)
def test_each_wrong_file_is_refused_for_what_is_wrong_with_it(content: bytes, fault: StatementFault) -> None:
    assert fault_of(content) is fault


def test_elements_of_another_namespace_say_nothing() -> None:
    strange = b'<x:Ntry xmlns:x="urn:x"><x:Amt Ccy="CNY">5.00</x:Amt></x:Ntry></Stmt>'
    assert len(read(GOOD.replace(b"</Stmt>", strange)).movements) == 2


def test_a_large_file_of_nothing_is_refused_within_its_bounds() -> None:
    hostile = HEAD + b"<Stmt>" + b"<a/>" * 3_000_000  # 12 MB
    tracemalloc.start()
    assert fault_of(hostile) is StatementFault.TOO_LARGE
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300 * 1024 * 1024


def test_a_large_honest_statement_is_read() -> None:
    content = statement(*(Entry("1.00", f"E{number}") for number in range(15_000)))
    assert len(read(content, 65_536).movements) == 15_000


@given(st.binary(max_size=300), st.integers(0, len(GOOD)))
def test_whatever_comes_is_read_or_refused(noise: bytes, place: int) -> None:
    with suppress(StatementRefused):
        read(GOOD[:place] + noise + GOOD[place + len(noise) :])
