"""A mail server's bad days: a wire that breaks at a certain word, and a server that says what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Wire = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Between:
    """A wire between a client and a server. `fault` gets each piece that the server says, to pass it on or not."""

    server: int
    fault: Wire | None = None
    forbidden: bytes = b"\0"
    """A word of the client at which the connection is cut."""
    port: int = 0
    connections: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """That the client ended a connection."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.server)
        answers = asyncio.create_task(self._answers(from_server, writer))
        with suppress(ConnectionError):
            while (said := await reader.read(65_536)) and self.forbidden not in said:
                to_server.write(said)
        self.ended.set()
        answers.cancel()
        to_server.close()
        writer.close()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while said := await reader.read(65_536):
                if self.fault is not None:
                    await self.fault(said, writer)
                else:
                    writer.write(said)
        writer.close()


@asynccontextmanager
async def between(server: int) -> AsyncIterator[Between]:
    """Lays a wire to a server for the time of a block."""
    found = Between(server)
    listening = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = listening.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        listening.close()


async def hang(said: bytes, writer: asyncio.StreamWriter) -> None:
    """Passes on half of a letter, and nothing more."""
    if b"BODY[" not in said:
        writer.write(said)
        return
    writer.write(said[: len(said) // 2])
    await asyncio.Event().wait()


async def drip(said: bytes, writer: asyncio.StreamWriter) -> None:
    """Passes on a letter so slowly that there is never a silence and never an end."""
    if b"BODY[" not in said:
        writer.write(said)
        return
    for byte in said:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


SELECTED = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE NAMESPACE ID\r\n$ OK done\r\n",
    b"NAMESPACE": b'* NAMESPACE (("INBOX." ".")) NIL NIL\r\n$ OK done\r\n',
    b"SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 99] .\r\n$ OK [READ-WRITE] done\r\n",
    b"LIST": b"$ OK done\r\n",
}
"""What a server says that lets us in, keeps its folders below the inbox, and cannot take a name in secret."""


@dataclass
class Scripted:
    """A server that answers each command by its first words; what it is told stands in `told`."""

    greeting: bytes
    answers: Mapping[bytes, bytes]
    told: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(self.greeting)
            while line := await reader.readline():
                tag, _, command = line.rstrip(b"\r\n").partition(b" ")
                self.told.append(command)
                answer = next(
                    (said for words, said in self.answers.items() if command.startswith(words)), b"$ OK done\r\n"
                )
                writer.write(answer.replace(b"$", tag))
                if answer == b"":
                    break
        writer.close()


@asynccontextmanager
async def scripted(answers: Mapping[bytes, bytes], greeting: bytes = b"* OK ready\r\n") -> AsyncIterator[Scripted]:
    """Runs such a server on the loopback address for the time of a block."""
    found = Scripted(greeting, answers)
    listening = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = listening.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        listening.close()
