"""The other side: a bare handler that sends the statements of a recording again, for rows of its own, over asyncpg.

Nothing is checked, decided, encrypted or made into JSON here: it is what the statements alone cost. Ids, numbers and
keys that the recorded request made are made anew for every request, so that all of it is written again.
"""

from __future__ import annotations

import itertools
import os
import pickle
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.reads.serving import DATABASE_URL, POOL, serve
from bench.writes.recording import ENDS, Recording
from domain.connections import SERVER_SETTINGS
from domain.kernel.ids import new_id

FOLDER = "BENCH_RECORDINGS"
MARK = "BENCH_MARK"
"""An id made just before the recording: whatever is younger was made by the request."""
NEW = ("PL20", "SN-BENCH", "SNBENCH")  # what numbers begin with that are used once
IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
numbers = itertools.count(int.from_bytes(os.urandom(4)) * 1_000_000)


class Again:
    """A recording with what must be new each time marked in it; `rows` says which rows stand there instead."""

    def __init__(self, recording: Recording, mark: UUID) -> None:
        self.recording = recording
        self._rows = iter(recording.rows)
        texts = [text for _, given, _ in recording.statements for each in given for text in _texts(each)]
        named = {UUID(each) for text in texts for each in IDS.findall(text)}
        self._made = sorted((each for each in named if each > mark), key=str)
        self._named = sorted({each for each in texts if each.startswith(NEW)}, key=len, reverse=True)

    def statements(self) -> list[tuple[str, list[Any], bool]]:
        """The statements for rows of their own, with their arguments or many rows of them."""
        ids = {each: new_id() for each in self._made} | next(self._rows, {})
        number = next(numbers)
        names = {each: f"{each[:2]}{number:020d}" for each in self._named}
        names |= {str(each): str(new) for each, new in ids.items()}
        return [
            (text, [self._anew(each, ids, names) for each in given], is_many)
            for text, given, is_many in self.recording.statements
        ]

    def _anew(self, given: Any, ids: dict[UUID, UUID], names: dict[str, str]) -> Any:
        if isinstance(given, tuple | list):  # an array, or one row of many
            return type(given)(self._anew(each, ids, names) for each in given)
        if isinstance(given, UUID):
            return ids.get(given, given)
        if isinstance(given, bytes):
            return secrets.token_bytes(len(given))
        if isinstance(given, str):
            for old, new in names.items():
                given = given.replace(old, new)
        return given


def _texts(given: Any) -> list[str]:
    """All that was said in an argument, as text."""
    return [text for each in given for text in _texts(each)] if isinstance(given, tuple | list) else [str(given)]


async def _replay(request: Request) -> Response:
    again: Again = request.app.state.recordings[request.path_params["name"]]
    await request.body()
    pool: asyncpg.Pool = request.app.state.pool
    async with pool.acquire() as connection:
        for text, given, is_many in again.statements():
            if text.lstrip().upper().startswith(ENDS):
                await connection.execute(text)
            elif is_many:
                await connection.executemany(text, given)
            else:
                await connection.fetch(text, *given)
    return Response(again.recording.answer, media_type="application/json")


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    settings = {**SERVER_SETTINGS, "jit": "off"}
    async with asyncpg.create_pool(
        os.environ[DATABASE_URL], min_size=POOL, max_size=POOL, server_settings=settings
    ) as pool:
        app.state.pool, mark = pool, UUID(os.environ[MARK])
        app.state.recordings = {name: Again(each, mark) for name, each in _recordings().items()}
        yield


def _recordings() -> dict[str, Recording]:
    """What the bench wrote down just before."""
    return {path.stem: pickle.loads(path.read_bytes()) for path in Path(os.environ[FOLDER]).glob("*.recording")}


app = Starlette(routes=[Route("/{name}", _replay, methods=["POST"])], lifespan=_lifespan)

if __name__ == "__main__":
    serve(app)
