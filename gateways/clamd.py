"""A scanner that speaks the protocol of clamd: the file is streamed to it, and it answers in one line.

Source: clamd(8), the command INSTREAM.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator

from domain.evidence.inspecting import ScannerUnavailable
from domain.kernel.scanner_address import ScannerAddress

PATIENCE = 45.0  # seconds for one file, less than a job has
PIECE = 64 * 1024  # bytes
MAX_ANSWER = 4 * 1024  # bytes
CLEAN, FOUND = "OK", " FOUND"


class ClamdScanner:
    """One scanner, by TCP or by a socket of this machine. Units: `patience` in seconds."""

    def __init__(self, address: ScannerAddress, patience: float = PATIENCE) -> None:
        self.address, self.patience = address, patience

    async def scan(self, content: bytes) -> str | None:
        """The name of what a file was found to be, or None for a file that nothing is known of.

        Raises: ScannerUnavailable when it does not answer, or answers with neither.
        """
        try:
            async with asyncio.timeout(self.patience):
                told = await self._ask(content)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as lost:
            raise ScannerUnavailable(f"the scanner does not answer ({type(lost).__name__})") from None
        verdict = told.removeprefix("stream: ")
        if verdict == CLEAN:
            return None
        if verdict.endswith(FOUND):
            return verdict.removesuffix(FOUND)
        raise ScannerUnavailable("the scanner did not judge the file")

    async def _ask(self, content: bytes) -> str:
        address = self.address
        if address.path is not None:
            reader, writer = await asyncio.open_unix_connection(address.path, limit=MAX_ANSWER)
        else:
            reader, writer = await asyncio.open_connection(address.host, address.port, limit=MAX_ANSWER)
        try:
            writer.write(b"zINSTREAM\0")
            for piece in _pieces(content):
                writer.write(piece)
                await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace").strip()
        finally:
            writer.close()


def _pieces(content: bytes) -> Iterator[bytes]:
    """The file as it is streamed: pieces with their length before them, and an empty one at its end."""
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        yield struct.pack("!L", len(piece)) + piece
    yield struct.pack("!L", 0)
