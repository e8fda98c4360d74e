"""Runs mutations: each root field is one verb in its own transaction, then one compiled read of what was selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import orjson
from graphql import FieldNode, GraphQLError, GraphQLObjectType, GraphQLSchema, get_named_type
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.schema import Schema
from strawberry.types.arguments import convert_arguments

from api.carrying_out import Ending, carry_out
from api.changes import CHANGE, Change
from api.documents import Operation
from api.errors import Code, RequestError, SignedOut, failed, in_language, placed
from api.idempotency import Keys
from api.reading.collect import Collector, Fields
from api.reading.fields import How
from api.reading.plans import Plan, Planner
from api.reading.projecting import DEFINITION, Forbidden, bound_of
from api.scopes import expect_reading, expect_scope
from api.watching import note_code
from domain.idempotency.terms import RequestKey
from domain.kernel.database import OutcomeUnknown
from domain.kernel.projection.pool import Reading
from domain.kernel.projection.selection import Call


@dataclass(frozen=True)
class PlannedChange:
    """One mutation field, checked and ready to run."""

    key: str
    change: Change
    given: Any
    named: RequestKey | None
    type: GraphQLObjectType
    fields: Fields
    plan: Plan
    collector: Collector


class Changing:
    """Runs the mutations of one schema."""

    def __init__(self, schema: Schema, planner: Planner, reading: Reading) -> None:
        self.strawberry = schema
        self.schema: GraphQLSchema = schema._schema  # noqa: SLF001 - no public name
        self.planner, self.reading = planner, reading

    async def answer(
        self, operation: Operation, call: Call, sent_key: str | None = None
    ) -> tuple[bytes, list[str]]:
        """The response body of a mutation but its last brace, and the fields that were replayed, by response key.

        All fields are checked before the first one runs. The request's key counts where it has one mutation.

        Raises: RequestError, BadInput, Forbidden or SignedOut before anything has run.
        """
        root = cast(GraphQLObjectType, self.schema.mutation_type)
        collector = Collector(self.schema, operation.fragments, call.variables)
        fields = collector.of_set(root, operation.node.selection_set)
        keys = Keys(self.schema, call, sent_key if _changes_once(fields) else None)
        planned = [self._planned(operation, collector, key, nodes, keys) for key, nodes in fields.items()]
        await self._require_live(call)
        parts: list[bytes] = []
        errors: list[Mapping[str, Any]] = []
        replayed: list[str] = []
        for each in planned:
            if isinstance(each, bytes):
                parts.append(each)
                continue
            value = await self._guarded(each, call, errors, replayed, again=bool(parts))
            parts.append(orjson.dumps(each.key) + b":" + value)
        return _body(parts, errors), replayed

    async def _guarded(
        self, each: PlannedChange, call: Call, errors: list[Mapping[str, Any]], replayed: list[str], *, again: bool
    ) -> bytes:
        """One field, or null and its error. The session is asked for `again` where a field before may have ended it."""
        try:
            if again:
                await self._require_live(call)
            ending = await carry_out(each.change, each.given, each.named, call)
            replayed += [each.key] if ending.replayed else []
            return await self._told(each, ending, call)
        except Exception as error:  # noqa: BLE001 - the fault of one field leaves its siblings as they are
            told = failed(error)
            note_code(told["extensions"]["code"])
            errors += in_language([told | {"path": [each.key]}], call.language)
            return b"null"

    async def _require_live(self, call: Call) -> None:
        if call.actor.session_id is not None and not await self.reading.holds(
            self.planner.live(call.actor.roles).format(id="$1::uuid"), call.actor.session_id
        ):
            raise SignedOut

    def _planned(
        self, operation: Operation, collector: Collector, key: str, nodes: list[FieldNode], keys: Keys
    ) -> PlannedChange | bytes:
        call = keys.call
        root = cast(GraphQLObjectType, self.schema.mutation_type)
        name = nodes[0].name.value
        if name == "__typename":
            return orjson.dumps(key) + b":" + orjson.dumps(root.name)
        definition = root.fields[name]
        declared = definition.extensions[DEFINITION]
        change: Change = declared.metadata[CHANGE]
        if change.roles is not None and call.actor.roles.isdisjoint(change.roles):
            raise Forbidden((f"{root.name}.{name}",))
        if change.roles is not None:
            expect_scope(call.actor, change.scope, f"{root.name}.{name}")
        try:
            values = get_argument_values(definition, nodes[0], VariableValues({}, dict(call.variables)))
            scalars = self.strawberry.schema_converter.scalar_registry
            arguments = convert_arguments(values, declared.arguments, scalars, self.strawberry.config)
        except GraphQLError as error:
            text = f"{name} cannot use its input: a variable inside is missing or null where a value is needed."
            raise RequestError(Code.BAD_USER_INPUT, (placed(Code.BAD_USER_INPUT, text, error),)) from None
        type_ = cast(GraphQLObjectType, definition.type)
        below = collector.below(type_, nodes)
        expect_reading(call.actor, collector, type_, below)
        plan = self.planner.payload(operation, type_, key, nodes, call)
        named = keys.of(change, nodes, values["input"])
        return PlannedChange(key, change, arguments["input"], named, type_, below, plan, collector)

    async def _told(self, each: PlannedChange, ending: Ending, call: Call) -> bytes:
        for error in ending.errors[:1]:
            note_code(error["code"])
        answer = await self._shown(each, replace(call, ids=ending.changed.ids), ending)
        if not ending.errors and not ending.changed.values:
            return answer
        return self._completed(each, answer, ending.changed.values, ending.errors)

    async def _shown(self, each: PlannedChange, call: Call, ending: Ending) -> bytes:
        """The payload as read after the change.

        Raises: OutcomeUnknown when it cannot be read although the change stands or may stand, so that nobody takes the
        failure of the read for one of the change.
        """
        try:
            return await each.plan.answer(self.reading, call, self.schema)
        except (ConnectionError, TimeoutError, SignedOut) as lost:
            if ending.changed_nothing:
                raise
            raise OutcomeUnknown("the change could not be read") from lost

    def _completed(
        self, each: PlannedChange, answer: bytes, values: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]
    ) -> bytes:
        """The read payload with what no table holds: why it was refused, and values told only once."""
        payload = orjson.loads(answer)
        for key, nodes in each.fields.items():
            if nodes[0].name.value == "__typename":
                continue
            bound, python_name = bound_of(each.type.fields[nodes[0].name.value])
            if bound is not None and bound.how is How.ERRORS:
                payload[key] = [self._cut(each.collector, error["__typename"], nodes, error) for error in errors]
            elif python_name in values:
                payload[key] = self._value(each, nodes, values[python_name])
        return orjson.dumps(payload)

    def _value(self, each: PlannedChange, nodes: list[FieldNode], value: Any) -> Any:
        """A value that only this answer tells; of an object, the selected parts by their names in the schema."""
        if not isinstance(value, Mapping):
            return value
        type_ = get_named_type(each.type.fields[nodes[0].name.value].type)
        return self._cut(each.collector, type_.name, nodes, value)

    def _cut(
        self, collector: Collector, type_name: str, nodes: list[FieldNode], value: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The selected parts of a plain value of an object type."""
        cut: dict[str, Any] = {}
        for key, below in collector.below(cast(GraphQLObjectType, self.schema.type_map[type_name]), nodes).items():
            name = below[0].name.value
            found = type_name if name == "__typename" else value[name]
            cut[key] = self._cut(collector, "Money", below, found) if isinstance(found, dict) else found
        return cut


def _changes_once(fields: Fields) -> bool:
    return sum(nodes[0].name.value != "__typename" for nodes in fields.values()) == 1


def _body(parts: list[bytes], errors: list[Mapping[str, Any]]) -> bytes:
    tail = b',"errors":' + orjson.dumps(errors) if errors else b""
    return b'{"data":{' + b",".join(parts) + b"}" + tail
