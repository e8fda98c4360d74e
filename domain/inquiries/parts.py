"""The parts of a mail, found in one pass for each level and no deeper than mails are.

The email package's own parser compares every line with the boundary of every level above it and calls itself for each:
a letter of a few megabytes holds it up for minutes or ends it. Its readers of parameters are used, on short values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value

from domain.inquiries.decoding import from_transfer, header_text, words_of

MOST_PARTS = 200
DEEPEST = 8
MOST_HEADERS = 262_144  # bytes of the head that are looked at
LONGEST_HEADER = 8_000  # bytes of one value
LONGEST_PARAMETERS = 2_000  # characters of a value whose parameters are read, in time of their square
LONGEST_BOUNDARY = 200
END_OF_HEAD = re.compile(rb"\r?\n(?=\r?\n)|\A(?=\r?\n)")
FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,80}")
UNKNOWN_TYPE = "application/octet-stream"
NO_PARAMETERS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the email package raises on parameters that are none."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers by lower-case name, each value as it came, and its body as it travelled."""

    headers: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    body: bytes = field(repr=False)

    def text(self, name: str) -> str:
        """The first value of a header as text, its encoded words not yet read; empty where there is none."""
        return header_text(self.headers.get(name, (b"",))[0])

    @property
    def content_type(self) -> str:
        """Its type in lower case; a letter that says none is plain text."""
        said = self.text("content-type").partition(";")[0].strip().lower()
        if not said:
            return "text/plain"
        return said if TYPE.fullmatch(said) else UNKNOWN_TYPE

    @property
    def charset(self) -> str | None:
        """The charset that it says it is in."""
        return _parameter(self.text("content-type"), "charset") or None

    @property
    def is_attached(self) -> bool:
        """Whether it is a file beside the letter and no words of it."""
        return self.text("content-disposition").strip().lower().startswith("attachment") or bool(self.file_name)

    @property
    def file_name(self) -> str:
        """What its sender calls it; empty where nothing is said."""
        disposition, kind = self.text("content-disposition"), self.text("content-type")
        return words_of(_parameter(disposition, "filename") or _parameter(kind, "name"))

    @property
    def content(self) -> bytes:
        """Its bytes as they were before they travelled."""
        return from_transfer(self.body, self.text("content-transfer-encoding"))


def part_of(raw: bytes) -> Part:
    """The head and the body of a mail or of a part of one."""
    found = END_OF_HEAD.search(raw)
    end = found.end() if found else len(raw)
    return Part(_headers(raw[: min(end, MOST_HEADERS)]), raw[end:].removeprefix(b"\r").removeprefix(b"\n"))


def _headers(head: bytes) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, list[bytes]] = {}
    for line in re.sub(rb"\r?\n(?=[ \t])", b"", head).splitlines():
        if (name := FIELD.match(line)) is not None:
            value = line[name.end() : name.end() + LONGEST_HEADER].strip()
            found.setdefault(name[1].decode("ascii").lower(), []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _parameter(value: str, name: str) -> str:
    """One parameter of a header's value, whichever way it is written; empty where there is none."""
    short = value[:LONGEST_PARAMETERS]
    if ";" not in short:
        return ""
    message = Message()
    try:
        message["x"] = short
        return collapse_rfc2231_value(message.get_param(name, "", "x")).strip()
    except NO_PARAMETERS:
        return ""


class Reader:
    """Goes through one mail, and remembers how many parts it has seen."""

    def __init__(self) -> None:
        self.left = MOST_PARTS

    def leaves(self, part: Part, depth: int = 0) -> list[Part]:
        """The parts that hold something, in order; of several forms of the same words, the plainest."""
        kind = part.content_type
        if not kind.startswith("multipart/"):
            return [part]
        if depth >= DEEPEST:
            return [Part({"content-type": (UNKNOWN_TYPE.encode(),)}, part.body)]
        inner = [self.leaves(each, depth + 1) for each in self._inside(part)]
        if not inner:
            return [Part({}, part.body)]
        return _plainest(inner) if kind == "multipart/alternative" else [each for leaves in inner for each in leaves]

    def _inside(self, part: Part) -> Iterator[Part]:
        """The parts between a part's boundaries."""
        boundary = _parameter(part.text("content-type"), "boundary").encode("utf-8", "replace")
        if not 0 < len(boundary) <= LONGEST_BOUNDARY:
            return
        start = None
        for line in re.finditer(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", part.body, re.MULTILINE):
            if start is not None and self.left > 0:
                self.left -= 1
                yield part_of(part.body[start : line.start()].removesuffix(b"\n").removesuffix(b"\r"))
            start = line.end() + 1
            if line[1]:
                return
        if start is not None and self.left > 0:
            self.left -= 1
            yield part_of(part.body[start:])


def _plainest(forms: list[list[Part]]) -> list[Part]:
    """The form whose words are plain, with the files of every form; the last form where none is plain."""
    plain = (leaves for leaves in forms if any(_is_plain(each) for each in leaves))
    chosen = next(plain, forms[-1])
    others = [each for leaves in forms if leaves is not chosen for each in leaves if not is_words(each)]
    return [*chosen, *others]


def is_words(part: Part) -> bool:
    """Whether a part is words of the letter itself and no file beside it."""
    return part.content_type in {"text/plain", "text/html"} and not part.is_attached


def _is_plain(part: Part) -> bool:
    return is_words(part) and part.content_type == "text/plain" and bool(part.content.strip())
