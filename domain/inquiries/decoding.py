"""Bytes of a mail as text that can be stored, whatever they claim to be; every step is linear in their number."""

from __future__ import annotations

import binascii
import codecs
import re

MOST_TEXT = 1_000_000  # bytes of one part that are looked at; what is kept of them is far less
CHINESE = "gb18030"  # holds GB2312 and GBK
FAMILIES = {
    "gb2312": CHINESE, "gbk": CHINESE, "gb18030": CHINESE, "x-gbk": CHINESE, "gb_2312-80": CHINESE,
    "x-mac-simp-chinese": CHINESE, "big5": "big5hkscs", "cp950": "big5hkscs", "x-big5": "big5hkscs",
    "utf8mb4": "utf-8", "shift_jis": "cp932", "shift-jis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
    "iso-2022-jp": "iso2022_jp_2", "iso-8859-1": "cp1252", "latin-1": "cp1252",
}  # fmt: skip
"""Names that mails use for more than they say, and the codec that reads it all."""
TEXTS = re.compile(
    r"utf_?8(_sig)?|utf_?(7|16|32)(_[bl]e)?|ascii|gb18030|gbk|gb2312|hz|big5(hkscs)?|cp\d{3,4}|iso8859_\d{1,2}"
    r"|iso2022_(jp(_\w+)?|kr)|shift_jis\w*|euc_\w+|johab|koi8_\w|mac_\w+|tis_620"
)
"""Codecs of texts alone: others decompress, decode domain names, or take time in the square of the length."""
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
"""A word of a header in a charset of its own (RFC 2047)."""


def storable(text: str) -> str:
    """The text without what no database stores and nobody reads, with its lines ended alike."""
    return UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_of(content: bytes, charset: str | None) -> str:
    """The text of a part: as it says, else as it looks, else with marks for what cannot be read.

    Much mail from China says one charset and uses another.
    """
    named = _codec(charset)
    for codec in (named, "utf-8", CHINESE):
        if codec is not None and (found := _strictly(content, codec)) is not None:
            return storable(found)
    return storable(content[:MOST_TEXT].decode(named or "utf-8", "replace"))


def header_text(raw: bytes) -> str:
    """The raw value of a header as text, its encoded words not yet read."""
    return text_of(raw, None)


def words_of(text: str) -> str:
    """A header's text with its encoded words read, on one line.

    Neighbours in one charset are joined before they are read: many writers cut in the middle of a character.
    """
    found, charset, held, end = [], "", b"", 0
    for each in WORD.finditer(text):
        between = text[end : each.start()]
        is_same = end > 0 and not between.strip() and each[1].lower() == charset
        if not is_same:
            found.append(text_of(held, charset) if held else "")
            found.append("" if end > 0 and not between.strip() else between)
            held = b""
        charset, held, end = each[1].lower(), held + _bytes_of(each[2], each[3]), each.end()
    found += [text_of(held, charset) if held else "", text[end:]]
    return one_line("".join(found))


def one_line(text: str) -> str:
    """A text on one line, with single spaces."""
    return " ".join(storable(text).split())


def from_base64(content: bytes) -> bytes:
    """The bytes of a base64 text as far as there are any, whatever stands between."""
    digits = NOT_BASE64.sub(b"", content)
    digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def from_transfer(content: bytes, encoding: str) -> bytes:
    """The bytes of a part, from the encoding in which it travelled."""
    match encoding.strip().lower():
        case "base64":
            return from_base64(content)
        case "quoted-printable":
            return binascii.a2b_qp(content)
        case _:
            return content


def _codec(charset: str | None) -> str | None:
    """The codec of texts by this name, if there is one."""
    name = (charset or "").strip().strip("\"'").lower()
    if not name.isascii() or len(name) > 40:
        return None
    try:
        found = codecs.lookup(FAMILIES.get(name, name)).name.replace("-", "_")
    except (LookupError, ValueError):
        return None
    return FAMILIES.get(found, found) if TEXTS.fullmatch(found) else None


def _strictly(content: bytes, codec: str) -> str | None:
    """The text if every byte fits; of a long one its beginning, which may end within a character."""
    is_whole = len(content) <= MOST_TEXT
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(content[:MOST_TEXT], is_whole)
    except (UnicodeError, LookupError):
        return None


def _bytes_of(encoding: str, word: str) -> bytes:
    raw = word.encode("utf-8", "replace")
    return from_base64(raw) if encoding in "bB" else binascii.a2b_qp(raw, header=True)
