"""Whatever bytes arrive: a letter or `Unreadable`, in little time, and every text of it can be stored."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.inquiries.letters import Letter, Unreadable
from domain.inquiries.parsing import LONGEST_NAME, LONGEST_SUBJECT, LONGEST_TEXT, MOST_ATTACHMENTS, letter_of
from tests.conftest import SERVER

MOST = 10_485_760
QUICK = 10.0  # seconds for the largest letter, which takes half a second; what is not linear takes minutes or days
SENDER = b"From: a@example.com\r\n"

HEADERS = st.sampled_from(
    [b"From", b"Sender", b"Subject", b"Date", b"Message-ID", b"References", b"In-Reply-To", b"Content-Type",
     b"Content-Disposition", b"Content-Transfer-Encoding", b"Auto-Submitted", b"Return-Path", b"X"]
)  # fmt: skip
SCRAPS = st.sampled_from(
    [b"a@b.example", b"<", b">", b'"', b"(", b")", b"\\", b",", b";", b":", b"\r\n", b"\n", b"\r", b"\r\n ", b"\x00",
     b"=?utf-8?b?", b"=?gbk?q?=00=D0", b"?=", b"=?utf-7?q?+2AA-?=", b"=?punycode?q?a-?=", b"multipart/mixed",
     b"multipart/alternative", b"message/rfc822", b"text/html", b"text/plain", b"boundary=b", b"boundary*0*=",
     b"\r\n--b\r\n", b"--b--", b"charset=", b"charset=iso2022_jp", b"charset=utf-16", b"charset*=a'b'%00",
     b"filename*1*=%FF", b"filename=..", b"base64", b"quoted-printable", b"x-uuencode", b"begin 666 a\n", b"<script",
     b"<!--", b"&#99999999999;", b"&#xD800;", b"\xd5\xc5\xce\xb0", b"\xff\xfe", "发件人:".encode(), b"> ", b"=",
     b"On 1 wrote:", b"Mon, 1 Jun 2026 10:00:00 +9999"]
)  # fmt: skip
VALUES = st.lists(st.one_of(SCRAPS, st.binary(max_size=12)), max_size=8).map(b"".join)
LINES = st.lists(st.tuples(HEADERS, VALUES).map(b": ".join), max_size=10).map(b"\r\n".join)
MAILS = st.tuples(LINES, VALUES).map(b"\r\n\r\n".join)


def texts(letter: Letter) -> list[str]:
    return [
        letter.message_id, letter.sender, letter.sender_name, letter.subject, letter.text, *letter.in_reply_to,
        *(part for each in letter.attachments for part in (each.name, each.content_type)),
    ]  # fmt: skip


def expect_storable(letter: Letter) -> None:
    for text in texts(letter):
        assert "\x00" not in text
        text.encode()  # half a character has no bytes
    assert letter.sender.isprintable() and letter.sender == letter.sender.lower() and letter.sender.count("@") == 1
    assert letter.sent_at is None or letter.sent_at.utcoffset() == timedelta(0)
    assert len(letter.text) <= LONGEST_TEXT and len(letter.subject) <= LONGEST_SUBJECT
    assert len(letter.attachments) <= MOST_ATTACHMENTS
    assert all(0 < len(each.name) <= LONGEST_NAME and each.size == len(each.content) for each in letter.attachments)


@settings(max_examples=1_000)
@given(st.one_of(st.binary(max_size=400), MAILS, MAILS.map(SENDER.__add__)))
def test_any_bytes_are_a_letter_or_unreadable(raw: bytes) -> None:
    try:
        letter = letter_of(raw, most=MOST)
    except Unreadable:
        return
    expect_storable(letter)
    assert letter_of(raw, most=MOST) == letter


def body(kind: bytes, content: bytes) -> bytes:
    return SENDER + b"Content-Type: " + kind + b"\r\n\r\n" + content


def filled(piece: bytes, size: int = 10_000_000) -> bytes:
    return piece * (size // len(piece))


def numbered(piece: bytes, times: int) -> bytes:
    return b"".join(piece.replace(b"%", str(number).encode()) for number in range(times))


PART = b"Content-Type: multipart/mixed; boundary=b%\r\n\r\n--b%\r\n"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "brackets": lambda: body(b"text/html", filled(b"<")),
    "tags without an end": lambda: body(b"text/html", filled(b"<a ")),
    "comments without an end": lambda: body(b"text/html", filled(b"<!-- <!-- --")),
    "scripts without an end": lambda: body(b"text/html", filled(b"<script></script ")),
    "entities": lambda: body(b"text/html", filled(b"&#1114112;&")),
    "cells": lambda: body(b"text/html", filled(b"<td> ")),
    "spaces": lambda: body(b"text/plain", filled(b" ") + b"x"),
    "blank lines": lambda: body(b"text/plain", filled(b"\n") + b"x"),
    "quoted lines": lambda: body(b"text/plain", filled(b">\n")),
    "lines of who wrote": lambda: body(b"text/plain", filled(b"On 1 wrote \n")),
    "lines of who sent": lambda: body(b"text/plain", filled(b"* From: a\n")),
    "comments in the sender": lambda: b"From: " + filled(b"("),
    "quotes in the sender": lambda: b"From: " + filled(b'"\\'),
    "senders": lambda: b"From: " + filled(b"a@b,")[:10_000_000],
    "folded lines": lambda: SENDER + b"X: a" + filled(b"\r\n\tb"),
    "headers": lambda: SENDER + filled(b"X: a\r\n"),
    "bare carriage returns": lambda: SENDER + filled(b"\r"),
    "encoded words without an end": lambda: SENDER + b"Subject: " + filled(b"=?utf-8?q?a"),
    "encoded words": lambda: SENDER + b"Subject: " + filled(b"=?utf-8?q?a?= "),
    "parameters": lambda: body(b"text/plain;" + filled(b'a="\\;'), b""),
    "continued parameters": lambda: body(b"multipart/mixed" + numbered(b"; boundary*%*=a", 400_000), b""),
    "boundaries": lambda: body(b"multipart/mixed; boundary=a", filled(b"--a\r\n")),
    "boundaries on one line": lambda: body(b"multipart/mixed; boundary=a", filled(b"--a \t")),
    "parts within parts": lambda: SENDER + numbered(PART, 150_000),
    "parts within parts of one name": lambda: SENDER + filled(PART),
    "letters within letters": lambda: SENDER + filled(b"Content-Type: message/rfc822\r\n\r\n"),
    "forms of the same": lambda: body(
        b"multipart/alternative; boundary=a", filled(b"--a\r\n\r\n" + b"x" * 40_000 + b"\n")
    ),
    "broken base64": lambda: body(b"image/png\r\nContent-Transfer-Encoding: base64", filled(b"A= \x00")),
    "broken quoted-printable": lambda: body(
        b"text/plain\r\nContent-Transfer-Encoding: quoted-printable", filled(b"= =3")
    ),
    "punycode": lambda: body(b"text/plain; charset=punycode", filled(b"a-")),
    "utf-7": lambda: body(b"text/plain; charset=utf-7", filled(b"+2AA-")),
    "iso-2022": lambda: body(b"text/plain; charset=iso-2022-jp-3", filled(b"\x1b$B\x1b(B")),
    "hz": lambda: body(b"text/plain; charset=hz", filled(b"~{~}")),
    "references": lambda: SENDER + b"References: " + filled(b"<a"),
    "a date": lambda: SENDER + b"Date: " + filled(b"1"),
    "noise": lambda: SENDER + b"\r\n" + random.Random(1).randbytes(10_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_largest_letter_of_each_hostile_kind_takes_little_time(name: str) -> None:
    raw = HOSTILE[name]()
    begun = time.process_time()
    assert 5_000_000 < len(raw) <= MOST
    try:
        expect_storable(letter_of(raw, most=MOST))
    except Unreadable:
        assert name.endswith("sender")
    assert time.process_time() - begun < QUICK


async def test_the_database_stores_every_text_of_hostile_letters() -> None:
    connection = await asyncpg.connect(os.environ[SERVER])
    try:
        for hostile in HOSTILE.values():
            try:
                letter = letter_of(hostile()[:100_000], most=MOST)
            except Unreadable:
                continue
            assert await connection.fetchval("SELECT $1::text[]", texts(letter)) == texts(letter)
    finally:
        await connection.close()
