"""A small server that speaks clamd's protocol as clamd does: streamed pieces, one line of answer, a limit of size."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.kernel.scanner_address import ScannerAddress
from tests.factories.corpus import EICAR

COMMAND = b"zINSTREAM\0"


@dataclass
class ScannerServer:
    """Finds what every scanner knows. `answer` stands in place of its verdict; with `silent` it gives none."""

    limit: int = 25 * 1024 * 1024
    answer: bytes | None = None
    silent: bool = False
    seen: list[bytes] = field(default_factory=list)
    address: ScannerAddress = field(default_factory=lambda: ScannerAddress(None, None, None))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            if await reader.readexactly(len(COMMAND)) != COMMAND:
                writer.write(b"UNKNOWN COMMAND\0")
            else:
                writer.write(self.verdict(await self._content(reader)))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _content(self, reader: asyncio.StreamReader) -> bytes | None:
        content = b""
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
            if len(content) > self.limit:
                return None
        return content

    def verdict(self, content: bytes | None) -> bytes:
        """What clamd says."""
        if self.silent:
            return b""
        if self.answer is not None:
            return self.answer
        if content is None:
            return b"INSTREAM size limit exceeded. ERROR\0"
        self.seen.append(content)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@asynccontextmanager
async def scanner_server(path: Path | None = None, **how: Any) -> AsyncIterator[ScannerServer]:
    """A server on this machine, by TCP or by a socket at a path."""
    found = ScannerServer(**how)
    if path is not None:
        server = await asyncio.start_unix_server(found.serve, path)
        found.address = ScannerAddress(None, None, str(path))
    else:
        server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
        found.address = ScannerAddress("127.0.0.1", server.sockets[0].getsockname()[1], None)
    try:
        yield found
    finally:
        server.close()
        await server.wait_closed()
