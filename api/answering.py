"""Answers one checked operation: a query by a compiled statement, a mutation by verbs each followed by one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLSchema, OperationType

from api.changing import Changing
from api.documents import Operation
from api.errors import Code, RequestError, SignedOut, coercion_error, refusal_of
from api.limits import limits_of
from api.rates import Bucket
from api.reading.collect import Collector
from api.reading.given import BadInput
from api.reading.plans import Plan, Planner
from api.reading.projecting import Forbidden
from api.reading.variables import BadVariables, TooManyValues
from api.scopes import expect_reading, may_read
from api.watching import note_cost
from domain.kernel.actor import Actor
from domain.kernel.projection.pool import Reading
from domain.kernel.projection.selection import Call


@dataclass(frozen=True)
class Asked:
    """A request after the transport is gone: who asks, with which variables, in which language (`en` or `zh`).

    `key` is the idempotency key of the whole request, if it has one.
    """

    actor: Actor
    variables: Mapping[str, Any]
    language: str
    key: str | None = None
    bucket: Bucket | None = None
    """Where the points are taken from; none is asked for where the system asks itself."""


class Answering:
    """Answers operations over one schema and one pool of reads."""

    def __init__(self, schema: GraphQLSchema, planner: Planner, reading: Reading, changing: Changing) -> None:
        self.schema, self.planner, self.reading, self.changing = schema, planner, reading, changing

    async def answer(self, operation: Operation, asked: Asked) -> bytes:
        """The response body of a query or mutation.

        Raises: RequestError when it is not answered at all.
        """
        call, cost = self.begin(operation, asked)
        with REFUSING:
            if operation.kind is OperationType.QUERY:
                found = await self.read(self.planner.plan(operation, call), call)
                return b"".join((b'{"data":', found, b",", cost, b"}}"))  # one copy of what may be large
            told, replayed = await self.changing.answer(operation, call, asked.key)
            return b"".join((told, b",", cost, _replayed(replayed), b"}}"))

    async def read(self, plan: Plan, call: Call) -> bytes:
        """The JSON object of a plan's root, read now.

        Raises: SignedOut; BadInput.
        """
        return await plan.answer(self.reading, call, self.schema)

    def begin(self, operation: Operation, asked: Asked) -> tuple[Call, bytes]:
        """What is asked, checked as far as it can be without reading, and paid; and how its extensions begin.

        Raises: RequestError.
        """
        call = self._call(operation, asked)
        if not may_read(call.actor) and operation.kind is not OperationType.MUTATION:
            self._expect_reading(operation, call)
        return call, self._pay(operation, call, asked.bucket)

    def _expect_reading(self, operation: Operation, call: Call) -> None:
        root = self.schema.get_root_type(operation.kind)
        if root is not None:
            collector = Collector(self.schema, operation.fragments, call.variables)
            expect_reading(call.actor, collector, root, collector.of_set(root, operation.node.selection_set))

    def _call(self, operation: Operation, asked: Asked) -> Call:
        try:
            variables = operation.variables.coerce(asked.variables)
        except BadVariables as error:
            raise RequestError(Code.BAD_USER_INPUT, tuple(map(coercion_error, error.errors))) from None
        except TooManyValues as error:
            raise RequestError.of(Code.QUERY_TOO_COMPLEX, str(error)) from None
        return Call(variables, asked.actor, asked.language, raw=asked.variables)

    @staticmethod
    def _pay(operation: Operation, call: Call, bucket: Bucket | None) -> bytes:
        """How the answer's extensions begin, with its cost, once that was paid."""
        points = operation.cost.of(call.variables)
        most = limits_of(call.actor, trusted=operation.trusted).cost
        note_cost(points)
        if points > most:
            text = f"This document costs {points} points with these variables; one may cost {most}."
            raise RequestError.of(Code.QUERY_TOO_COMPLEX, text)
        if bucket is not None:
            bucket.spend(points)
        return b'"extensions":{"cost":{"points":%d,"limit":%d}' % (points, most)


def _replayed(keys: list[str]) -> bytes:
    """What the extensions say of mutations that came again, by their response keys."""
    return b',"idempotency":' + orjson.dumps({"replayed": keys}) if keys else b""


class _Refusing(AbstractContextManager[None]):
    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        match error:
            case BadInput():
                raise RequestError(Code.BAD_USER_INPUT, tuple(_bad_input(*fault) for fault in error.faults)) from None
            case Forbidden():
                raise RequestError(Code.FORBIDDEN, tuple(_forbidden(name) for name in error.fields)) from None
            case SignedOut():
                raise refusal_of(error) from None


REFUSING = _Refusing()
"""Turns what may not or cannot be read in the block into a RequestError."""


def _bad_input(path: tuple[str, ...], reason: str) -> dict[str, Any]:
    kind = "BAD_CURSOR" if "cursor" in reason else "BAD_ARGUMENT"
    extensions = {"code": Code.BAD_USER_INPUT.value, "reason": kind, "argument": list(path)}
    return {"message": f"{'.'.join(path)} {reason}.", "extensions": extensions}


def _forbidden(name: str) -> dict[str, Any]:
    return {"message": f"You may not use {name}.", "extensions": {"code": Code.FORBIDDEN.value, "field": name}}
