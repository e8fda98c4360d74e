"""The load: wrk with one thread and some connections, or, without wrk, a client of our own over asyncio."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.reads.questions import Asked

CONNECTIONS = 8
TIMEOUT = 30  # seconds for one answer
SCRIPT = Path(__file__).with_name("asking.lua")


class Failed(RuntimeError):
    """A side answered something else than what it answered before the load."""


@dataclass(frozen=True)
class Figures:
    """What one round measured: requests a second, mean bytes of an answer with its head, latencies in ms."""

    rate: float
    mean_bytes: float
    p50: float
    p99: float


def generator() -> str:
    """The name of the load generator that is used here."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def send(
    port: int, asked: Sequence[Asked], token: str | None, seconds: float, connections: int = CONNECTIONS
) -> Figures:
    """Asks the requests in turn at some connections, each as soon as the last was answered.

    Raises: Failed when an answer is no success.
    """
    if generator() == "wrk":
        return _wrk(port, asked, token, seconds, connections)
    return asyncio.run(_own(port, asked, token, seconds, connections))


def _wrk(port: int, asked: Sequence[Asked], token: str | None, seconds: float, connections: int) -> Figures:
    with tempfile.NamedTemporaryFile("w", suffix=".requests") as file:
        file.writelines(f"{each.method} {each.path} {each.body}\n" for each in asked)
        file.flush()
        times = [f"-d{max(seconds, 1):.0f}s", "--timeout", f"{TIMEOUT}s"]
        options = ["-t1", f"-c{connections}", *times, "-s", str(SCRIPT)]
        command = ["wrk", *options, f"http://127.0.0.1:{port}", "--", file.name, *([token] if token else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("figures "))
    found = json.loads(line.removeprefix("figures "))
    if found["errors"]:
        raise Failed(f"{found['errors']} of {found['requests']} answers failed")
    count = max(found["requests"], 1)
    return Figures(count / found["microseconds"] * 1e6, found["bytes"] / count, found["p50"] / 1e3, found["p99"] / 1e3)


def head(asked: Asked, token: str | None) -> bytes:
    """The bytes of one HTTP/1.1 request."""
    body = asked.body.encode()
    lines = [f"{asked.method} {asked.path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "Accept: application/json", "", ""]).encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, int, bytes]:
    """Status, length of the head, and body of one request on an open connection."""
    writer.write(request)
    top = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in top.split(b"\r\n")[1:] if b": " in line)
    status = int(top.split(b" ", 2)[1])
    if fields.get(b"transfer-encoding") == b"chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
        return status, len(top), body
    return status, len(top), await reader.readexactly(int(fields[b"content-length"]))


async def once(port: int, asked: Asked, token: str | None) -> bytes:
    """The body of the answer to one request.

    Raises: Failed when it is no success.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    try:
        status, _, body = await ask(reader, writer, head(asked, token))
    finally:
        writer.close()
    if status != 200:
        raise Failed(f"{asked.path}: {status} {body[:300]!r}")
    return body


async def _own(port: int, asked: Sequence[Asked], token: str | None, seconds: float, connections: int) -> Figures:
    requests = [head(each, token) for each in asked]
    times: list[float] = []
    size, place, ends = 0, 0, time.perf_counter() + seconds

    async def connection() -> None:
        nonlocal size, place
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        while (begun := time.perf_counter()) < ends:
            place += 1
            status, top, body = await ask(reader, writer, requests[place % len(requests)])
            if status != 200:
                raise Failed(f"{status} {body[:300]!r}")
            times.append(time.perf_counter() - begun)
            size += top + len(body)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    times.sort()
    count = len(times)
    return Figures(count / seconds, size / count, times[count // 2] * 1e3, times[count * 99 // 100] * 1e3)
