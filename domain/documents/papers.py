"""What a paper says, as values: other rooms compose one of their rows, a renderer sets it. All is text, no markup.

A paper holds personal data, so that none of its parts shows itself in logs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: what it is, and what it is here."""

    label: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts below a heading, one under the other."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose head is repeated on every page; `shares` are the relative widths of its columns.

    One that is `marked` cannot be overlooked: what the law wants drawn to the reader's attention.
    """

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    shares: tuple[int, ...]
    note: str = ""
    marked: bool = False

    def __post_init__(self) -> None:
        if {len(self.head), len(self.shares), *map(len, self.rows)} != {len(self.head)}:
            raise ValueError("a row of the table has another number of cells than its head")


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs below a heading."""

    heading: str
    paragraphs: tuple[str, ...] = field(repr=False)


Part: TypeAlias = Facts | Grid | Prose


@dataclass(frozen=True, slots=True)
class Proof:
    """How a reader checks that a paper is genuine: an address, shown as a QR code, and what to do with it."""

    address: str = field(repr=False)
    caption: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper in one language (`zh` or `en`).

    `dated` is the day that it bears, never that of its making, so that the same paper is made of the same bytes again.
    """

    title: str
    number: str
    language: str
    dated: datetime
    issuer: str
    parts: tuple[Part, ...] = field(repr=False)
    proof: Proof
    footer: str
