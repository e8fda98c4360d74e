"""What looks at files: an inspector that makes a harmless one of each, and a scanner that knows harmful ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from domain.evidence.terms import FileType, Unfitness


@dataclass(frozen=True, slots=True)
class Harmless:
    """What was made of a file: pictures are drawn anew without what they tell of place and camera."""

    type: FileType
    content: bytes = field(repr=False)


@dataclass(eq=False)
class Unfit(Exception):
    """The file is not to be given out."""

    why: Unfitness


class InspectorBroken(RuntimeError):
    """The inspector does not run, whatever the file; files wait until somebody has mended it."""


class ScannerUnavailable(ConnectionError):
    """The scanner does not answer as it should; files wait for it."""


class Inspector(Protocol):
    """Judges files by their bytes and makes what is given out of them."""

    async def inspect(self, content: bytes, announced: FileType) -> Harmless:
        """What may be given out of a file.

        Raises: Unfit, InspectorBroken.
        """
        ...


class Scanner(Protocol):
    """Knows harmful files."""

    async def scan(self, content: bytes) -> str | None:
        """The name of what a file was found to be, or None for a file that nothing is known of.

        Raises: ScannerUnavailable.
        """
        ...


class NoInspector(RuntimeError):
    """The process was put together without an inspector."""


_inspectors: list[Inspector] = []
_scanners: list[Scanner] = []


def use_inspector(inspector: Inspector) -> None:
    """Lets this process check files; said once, where the process is put together."""
    _inspectors[:] = [inspector]


def inspector_in_use() -> Inspector:
    """The inspector of this process.

    Raises: NoInspector.
    """
    if not _inspectors:
        raise NoInspector("no inspector was given to this process")
    return _inspectors[0]


def use_scanner(scanner: Scanner | None) -> None:
    """Lets this process ask a scanner, or none."""
    _scanners[:] = [] if scanner is None else [scanner]


def scanner_in_use() -> Scanner | None:
    """The scanner of this process, or None where the house has none."""
    return _scanners[0] if _scanners else None
