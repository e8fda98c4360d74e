"""What an operation has to say over time: one answer of a query or mutation, every newer state of a watched row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import orjson
from graphql import GraphQLObjectType, OperationType, get_named_type

from api.answering import REFUSING, Answering, Asked
from api.documents import Operation
from api.errors import in_language, refusal_of
from api.rates import Bucket
from api.reading.collect import Collector
from api.reading.fields import ENTITIES
from api.reading.given import arguments_of
from api.reading.plans import Plan
from api.reading.projecting import STATE, VERSION, bound_of
from api.subscribing.watcher import Watch, Watcher
from api.watching import following, note_code, note_result
from domain.kernel.ids import own_id
from domain.kernel.projection.entity import Entity
from domain.kernel.projection.selection import Call


@dataclass(frozen=True)
class Result:
    """A response body, and the version of the row it shows where a row is watched."""

    body: bytes
    version: int | None = None


@dataclass(frozen=True)
class State:
    """A watched row as it was read."""

    body: bytes
    version: int
    is_final: bool


@dataclass(frozen=True)
class Target:
    """Which row a subscription watches, from which version on, and in which states it ends."""

    key: str
    entity: Entity
    row_id: UUID | None
    after: int
    final: frozenset[str]


class Feed:
    """The results of operations over one schema. Units: `deadline` in seconds, for each result."""

    def __init__(self, answering: Answering, watcher: Watcher, deadline: float) -> None:
        self.answering, self.watcher, self.deadline = answering, watcher, deadline
        self._running: set[asyncio.Task[bytes]] = set()

    async def results(self, operation: Operation, asked: Asked) -> AsyncGenerator[Result]:
        """The results in their order; a subscription's come for as long as its row may change.

        The next state is read only once the last one was taken, so a slow reader skips states and costs no memory.
        Raises: RequestError when it is not, or no longer, answered; TimeoutError or ConnectionError before a first one.
        """
        is_followed = operation.kind is OperationType.SUBSCRIPTION
        async with aclosing((self._states if is_followed else self._single)(operation, asked)) as results:
            async for result in results:
                note_result(len(result.body))
                yield result

    async def _single(self, operation: Operation, asked: Asked) -> AsyncGenerator[Result]:
        answer = self._begun(operation, asked)
        is_change = operation.kind is OperationType.MUTATION
        yield Result(await (asyncio.shield(answer) if is_change else answer))

    def _begun(self, operation: Operation, asked: Asked) -> asyncio.Task[bytes]:
        """An answer under way. A change is not torn when its client goes: it ends as it would have."""
        task = asyncio.create_task(self._answer(operation, asked))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[bytes]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be left to hear of it

    async def _answer(self, operation: Operation, asked: Asked) -> bytes:
        async with asyncio.timeout(self.deadline):
            return await self.answering.answer(operation, asked)

    async def _states(self, operation: Operation, asked: Asked) -> AsyncGenerator[Result]:
        call, _ = self.answering.begin(operation, asked)
        with REFUSING:
            plan = self.answering.planner.plan(operation, call)
            target = self._target(operation, call)
        state = await self._read(plan, call, target)
        if state is None or target.row_id is None:
            return
        watching = self.watcher.watching(target.entity, target.row_id, target.after)
        with following(operation), watching as watch:
            while state is not None:
                if state.version > watch.seen:
                    watch.seen = state.version
                    yield Result(state.body, state.version)
                if state.is_final:
                    return
                state = await self._newer(watch, plan, call, target)

    async def _newer(self, watch: Watch, plan: Plan, call: Call, target: Target) -> State | None:
        """The row when it has changed; a database that is away meanwhile is waited for."""
        while True:
            await watch.newer()
            with suppress(TimeoutError, ConnectionError):
                return await self._read(plan, call, target)

    async def _read(self, plan: Plan, call: Call, target: Target) -> State | None:
        """The row as its reader sees it now, or None when it is missing or out of sight."""
        with REFUSING:
            async with asyncio.timeout(self.deadline):
                found = orjson.loads(await self.answering.read(plan, call))
        row = found[target.key]
        if row is None:
            return None
        version, state = row.pop(VERSION), row.pop(STATE)
        return State(orjson.dumps({"data": found}), version, state in target.final)

    def _target(self, operation: Operation, call: Call) -> Target:
        schema = self.answering.schema
        root = cast(GraphQLObjectType, schema.subscription_type)
        collector = Collector(schema, operation.fragments, call.variables)
        ((key, nodes),) = collector.of_set(root, operation.node.selection_set).items()
        definition = root.fields[nodes[0].name.value]
        bound, _ = bound_of(definition)
        if bound is None:
            raise TypeError(f"{root.name}.{nodes[0].name.value} stands on nothing")
        entity = ENTITIES[get_named_type(definition.type).name]
        given = arguments_of(definition, nodes[0], call.variables, key)
        row_id = own_id(entity.prefix, given["id"].read(call))
        return Target(key, entity, row_id, given["after"].read(call) or 0, bound.final)


def errors_of(error: Exception, language: str, bucket: Bucket | None) -> list[Mapping[str, Any]]:
    """What is told a reader, `zh` or `en`, of an operation that ends by an exception; a refusal costs points."""
    refusal = refusal_of(error)
    note_code(refusal.code)
    if bucket is not None:
        bucket.charge_for(error)
    return in_language(refusal.errors, language)
