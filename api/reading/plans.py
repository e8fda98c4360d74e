"""Plans: compiled statements kept by document, operation, roles and shape; what a repeated query costs is a look-up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
)

from api.errors import SignedOut
from api.reading.collect import INTROSPECTION, Collector, Fields
from api.reading.projecting import Projector
from domain.kernel.actor import Role
from domain.kernel.projection.entity import Entity
from domain.kernel.projection.pool import Reading
from domain.kernel.projection.selection import Call, Constant, Guard, Parameter, Reader, Selection
from domain.kernel.projection.statement import Statement, compile_statement
from domain.kernel.projection.visibility import Predicate, seen_by_roles

if TYPE_CHECKING:
    from api.documents import Operation

KEPT_TRUSTED_PLANS = 2_000
KEPT_PLANS = 500  # of ad-hoc documents, which have a place of their own so that a flood of them evicts no trusted plan
SESSION = Parameter("uuid", lambda call: call.actor.session_id)


def sees(entity: Entity, roles: frozenset[Role]) -> Predicate | None:
    """The rule by which these roles see rows of an entity."""
    return seen_by_roles(entity.seen_by, roles)


@dataclass(frozen=True)
class Plan:
    """How one operation is answered: a statement for the rows, and fields about the schema itself beside it."""

    statement: Statement | None
    constants: bytes
    keys: tuple[str, ...]
    about_schema: DocumentNode | None

    async def answer(self, reading: Reading, call: Call, schema: GraphQLSchema) -> bytes:
        """The JSON object of the operation's root.

        Raises: SignedOut; BadInput for cursors of another list.
        """
        if self.statement is None:
            found = self.constants
        else:
            fetched = await reading.fetch(self.statement, call)
            if fetched is None:
                raise SignedOut
            found = fetched
            if self.statement.steps is not None:
                value = orjson.loads(found)
                self.statement.steps.apply(value, call)
                found = orjson.dumps(value)
        return self._with_schema(found, call, schema)

    def _with_schema(self, found: bytes, call: Call, schema: GraphQLSchema) -> bytes:
        if self.about_schema is None:
            return found
        told = execute_sync(schema, self.about_schema, variable_values=dict(call.raw)).data or {}
        rows = orjson.loads(found) | told
        return orjson.dumps({key: rows[key] for key in self.keys})


def _about(operation: Operation, fields: Fields) -> DocumentNode:
    nodes = tuple(node for each in fields.values() for node in each)
    only = OperationDefinitionNode(
        operation=operation.node.operation,
        variable_definitions=operation.node.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=nodes),
    )
    return DocumentNode(definitions=(only, *operation.fragments.values()))


class PlanCache:
    """The plans that were used last."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()

    def __len__(self) -> int:
        return len(self._plans)

    def get(self, key: Hashable, make: Callable[[], Plan]) -> Plan:
        """The plan of a key, made when there is none."""
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = make()
            if len(self._plans) > self.size:
                self._plans.popitem(last=False)
        else:
            self._plans.move_to_end(key)
        return found


class Planner:
    """Makes plans and keeps the most recent ones, those of trusted documents apart."""

    def __init__(self, schema: GraphQLSchema, live: Callable[[Collection[Role]], str]) -> None:
        self.schema, self.live = schema, live
        self.kept, self.trusted = PlanCache(KEPT_PLANS), PlanCache(KEPT_TRUSTED_PLANS)
        self.sees = sees

    def _cache(self, operation: Operation) -> PlanCache:
        return self.trusted if operation.trusted else self.kept

    def plan(self, operation: Operation, call: Call) -> Plan:
        """The plan of a query, or of what a subscription reads each time.

        Raises: BadInput or Forbidden before anything runs.
        """
        key = (operation, call.actor.roles, operation.shape.of(call.variables))
        return self._cache(operation).get(key, lambda: self._make(operation, call))

    def _make(self, operation: Operation, call: Call) -> Plan:
        collector = Collector(self.schema, operation.fragments, call.variables)
        root = self.schema.get_root_type(operation.kind)
        if root is None:
            raise TypeError(f"the schema has no root of a {operation.kind.value}")
        fields = collector.of_set(root, operation.node.selection_set)
        about = {key: nodes for key, nodes in fields.items() if nodes[0].name.value in INTROSPECTION}
        rows = {key: nodes for key, nodes in fields.items() if key not in about}
        selection = Projector(self.schema, collector, call.actor.roles).project(root, rows)
        return self._finish(selection, call, tuple(fields), _about(operation, about) if about else None)

    def payload(
        self, operation: Operation, type_: GraphQLObjectType, key: str, nodes: list[FieldNode], call: Call
    ) -> Plan:
        """The plan of what is selected of a mutation's payload."""

        def make() -> Plan:
            collector = Collector(self.schema, operation.fragments, call.variables)
            fields = collector.below(type_, nodes)
            selection = Projector(self.schema, collector, call.actor.roles).project(type_, fields)
            return self._finish(selection, call, tuple(fields), None)

        kept = (operation, key, call.actor.roles, operation.shape.of(call.variables))
        return self._cache(operation).get(kept, make)

    def _finish(self, selection: Selection, call: Call, keys: tuple[str, ...], about: DocumentNode | None) -> Plan:
        if all(isinstance(each, Constant) for each in selection):
            constants = orjson.dumps({each.key: orjson.loads(each.json) for each in selection})  # type: ignore[union-attr]
            return Plan(None, constants, keys, about)
        reader = Reader(call.actor.roles, self.sees)
        guard = Guard(self.live(call.actor.roles), SESSION) if call.actor.session_id is not None else None
        return Plan(compile_statement(selection, reader, guard), b"", keys, about)
