"""Watches rows and sessions for all subscriptions of a process: one statement a table, each second and when told.

What counts is what the tables say. A hint only makes the watcher look at once at the row that it names.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar
from uuid import UUID

from domain.access.reading import LIVE_PLACES, roles_text
from domain.kernel.actor import Actor, Role
from domain.kernel.news import carrier, hear_here
from domain.kernel.projection.entity import Entity
from domain.kernel.projection.pool import Reading
from domain.kernel.subject import Subject, SubjectKind

log = logging.getLogger("aftercare.api")

LOOK = 1.0  # seconds between two looks when nobody tells of changes
GATHER = 0.01  # seconds in which hints come together

K = TypeVar("K")
V = TypeVar("V")
Row: TypeAlias = tuple[SubjectKind, UUID]
Credential: TypeAlias = tuple[UUID, frozenset[Role]]


@dataclass(eq=False)
class Watch:
    """One subscription's eye on a row. `seen` is the version that it has told last."""

    seen: int
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Says that the row is newer than what was seen, or gone."""
        self._woken.set()

    async def newer(self) -> None:
        """Returns once the row was found to be newer than what was seen, or gone."""
        await self._woken.wait()
        self._woken.clear()


class Watcher:
    """Looks at everything that is watched in this process, and wakes those for whom something is new."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.rounds = 0
        self.entities: dict[SubjectKind, Entity] = {}
        self.rows: dict[Row, set[Watch]] = {}
        self.sessions: dict[Credential, set[Callable[[], None]]] = {}
        self._hinted: set[Row] = set()
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._forget: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Begins to look, on the running loop."""
        self._forget = hear_here(self.hear)
        self._tasks = [asyncio.create_task(self._run(), name="watcher")]
        if (found := carrier()) is not None:
            self._tasks.append(asyncio.create_task(found.hear(self.hear), name="watcher-news"))

    async def close(self) -> None:
        """Stops looking."""
        self._forget()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hear(self, subject: Subject) -> None:
        """Takes a hint: the row, or session, is looked at at once if it is watched."""
        row = (subject.kind, subject.id)
        if row in self.rows or (subject.kind is SubjectKind.SESSION and self.sessions):
            self._hinted.add(row)
            self._woken.set()

    @contextmanager
    def watching(self, entity: Entity, row_id: UUID, seen: int) -> Iterator[Watch]:
        """Watches a row for the time of a block."""
        if entity.kind is None:
            raise TypeError(f"{entity.name} cannot be watched: it has no kind")
        self.entities[entity.kind] = entity
        watch = Watch(seen)
        with _kept(self.rows, (entity.kind, row_id), watch):
            yield watch

    @contextmanager
    def guarding(self, actor: Actor, over: Callable[[], None]) -> Iterator[None]:
        """Calls `over` when the actor's session ends within the block; nobody's session does."""
        if actor.session_id is None:
            yield
            return
        with _kept(self.sessions, (actor.session_id, actor.roles), over):
            yield

    async def _run(self) -> None:
        due = time.monotonic()
        while True:
            await self._rest(due)
            try:
                if time.monotonic() >= due:
                    due = time.monotonic() + LOOK
                    await self.look()
                else:
                    await self._look_at_hinted()
            except Exception as lost:  # noqa: BLE001 - a watcher that stops is worse than any of them
                log.warning("watched rows were not looked at: %s", type(lost).__name__)

    async def _rest(self, due: float) -> None:
        """Waits for a hint or for the next look, whichever comes first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, due - time.monotonic())):  # `wait_for` may lose a cancellation
                await self._woken.wait()
            await asyncio.sleep(GATHER)
        self._woken.clear()

    async def look(self) -> None:
        """Looks at everything that is watched."""
        self._hinted.clear()
        self.rounds += 1
        await self._look_at_rows(self.rows.keys())
        await self._look_at_sessions(tuple(self.sessions))

    async def _look_at_hinted(self) -> None:
        hinted, self._hinted = self._hinted, set()
        await self._look_at_rows(hinted & self.rows.keys())
        await self._look_at_sessions([each for each in self.sessions if (SubjectKind.SESSION, each[0]) in hinted])

    async def _look_at_rows(self, rows: Collection[Row]) -> None:
        for kind, entity in self.entities.items():
            ids = [row_id for of_kind, row_id in rows if of_kind is kind]
            if ids:
                self._wake(kind, ids, await self.reading.versions(entity, ids))

    def _wake(self, kind: SubjectKind, ids: Collection[UUID], versions: Mapping[UUID, int]) -> None:
        for row_id in ids:
            version = versions.get(row_id)
            for watch in self.rows.get((kind, row_id), ()):
                if version is None or version > watch.seen:
                    watch.wake()

    async def _look_at_sessions(self, credentials: Collection[Credential]) -> None:
        for session in await self._ended(credentials):
            for over in tuple(self.sessions.get(session, ())):
                over()

    async def is_live(self, actor: Actor) -> bool:
        """Whether the actor's session counts now; nobody's always does."""
        return actor.session_id is None or not await self._ended([(actor.session_id, actor.roles)])

    async def _ended(self, credentials: Collection[Credential]) -> list[Credential]:
        """Those that no longer count: the session has ended, or has other roles by now."""
        if not credentials:
            return []
        ids, roles = zip(*credentials, strict=True)
        live = await self.reading.value(LIVE_PLACES, list(ids), list(map(roles_text, roles)))
        return [each for place, each in enumerate(credentials, 1) if place not in live]


@contextmanager
def _kept(into: dict[K, set[V]], key: K, value: V) -> Iterator[None]:
    """Keeps a value under a key for the time of a block; keys without values are removed."""
    into.setdefault(key, set()).add(value)
    try:
        yield
    finally:
        into[key].discard(value)
        if not into[key]:
            del into[key]
