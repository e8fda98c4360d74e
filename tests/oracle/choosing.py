"""Selections made from the schema: a few fields drawn by dice, or everything below a field to some depth."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    ValueNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
    parse_value,
    print_ast,
)

from domain.kernel.actor import Role
from tests.oracle.comparing import may
from tests.oracle.documents import chosen, fragment, renamed, selected

RARELY, HALF = 0.03, 0.5
OFTEN_MEANT = ("Claim", "Policy", "Payout", "Complaint", "Customer", "Job", "Session", "ProductVersion")
ONE = IntValueNode(value="1")
MOST_TOKENS = 900  # below a list in a document that is made to hold everything; the limit is 1,000 in all


def members(type_: GraphQLNamedType) -> list[str]:
    """The types that a union names; an interface names none."""
    return [each.name for each in type_.types] if isinstance(type_, GraphQLUnionType) else []


def shared(type_: GraphQLNamedType) -> list[SelectionNode]:
    """What can be asked of any row of a union or an interface."""
    return [selected("__typename")] if isinstance(type_, GraphQLUnionType) else [selected("__typename"), selected("id")]


def is_connection(type_: GraphQLNamedType) -> bool:
    """Whether a type is a page of a list."""
    return isinstance(type_, GraphQLObjectType) and "pageInfo" in type_.fields


def is_row(type_: GraphQLNamedType) -> bool:
    """Whether a type stands for rows: not a part of one, such as money."""
    return isinstance(type_, GraphQLObjectType) and bool(type_.interfaces)


def asks_nothing(definition: GraphQLField) -> bool:
    """Whether a field can be selected without arguments."""
    return not any(is_required_argument(each) for each in definition.args.values())


@dataclass
class Dice:
    """Draws selections."""

    schema: GraphQLSchema
    dice: random.Random

    def below(self, type_: GraphQLNamedType, depth: int) -> list[SelectionNode]:
        """A few fields of a type, and of what hangs on it."""
        if is_connection(type_):
            return self._of_page(type_, depth)
        if is_abstract_type(type_):
            return self._of_either(type_, depth)
        assert isinstance(type_, GraphQLObjectType)
        return [self._field(name, each, depth) for name, each in self._fields(type_, depth)]

    def _fields(self, type_: GraphQLObjectType, depth: int) -> Iterator[tuple[str, GraphQLField]]:
        fields = type_.fields.items()
        allowed = {name: each for name, each in fields if may(each, frozenset()) or self.dice.random() < RARELY}
        near = {name: each for name, each in allowed.items() if not self._leads_on(each)}
        far = {name: each for name, each in allowed.items() if name not in near and depth > 0}
        names = self.dice.sample(sorted(near), min(len(near), self.dice.randint(2, 7)))
        names += self.dice.sample(sorted(far), min(len(far), self.dice.randint(1, 3)))
        for name in names or ["id"]:
            yield name, type_.fields[name]

    @staticmethod
    def _leads_on(definition: GraphQLField) -> bool:
        type_ = get_named_type(definition.type)
        return is_row(type_) or is_connection(type_) or is_abstract_type(type_)

    def _field(self, name: str, definition: GraphQLField, depth: int) -> FieldNode:
        type_ = get_named_type(definition.type)
        if is_leaf_type(type_):
            return selected(name)
        given: dict[str, ValueNode] = {"first": ONE} if "first" in definition.args else {}
        if "orderBy" in definition.args and self.dice.random() < HALF:
            given["orderBy"] = self._order(definition)
        return selected(name, self.below(type_, depth - self._leads_on(definition)), given)

    def _order(self, definition: GraphQLField) -> ValueNode:
        order = get_named_type(definition.args["orderBy"].type)
        assert isinstance(order, GraphQLInputObjectType)
        names = get_named_type(order.fields["by"].type)
        assert isinstance(names, GraphQLEnumType)
        by, direction = self.dice.choice(sorted(names.values)), self.dice.choice(("ASC", "DESC"))
        return parse_value(f"{{by: {by}, direction: {direction}}}")

    def _of_page(self, type_: GraphQLNamedType, depth: int) -> list[SelectionNode]:
        assert isinstance(type_, GraphQLObjectType)
        row = get_named_type(type_.fields["nodes"].type)
        ends = [selected("startCursor"), selected("endCursor")]
        found: list[SelectionNode] = [selected("pageInfo", ends, alias="turn")]
        if self.dice.random() < HALF:
            found.append(selected("pageInfo", [selected("hasNextPage"), selected("hasPreviousPage")]))
        if self.dice.random() < HALF:
            found.append(selected("totalCount"))
        if self.dice.random() < 0.3:
            found.append(selected("edges", [selected("cursor"), selected("node", [selected("id")])]))
        return [*found, selected("nodes", self.below(row, depth))]

    def _of_either(self, type_: GraphQLNamedType, depth: int) -> list[SelectionNode]:
        names = self.dice.sample(members(type_) or OFTEN_MEANT, 3)
        return [*shared(type_), *(self.fragment(name, depth - 1) for name in names)]

    def fragment(self, name: str, depth: int) -> SelectionNode:
        """A fragment whose fields have names of their own, so that those of other types stay apart."""
        below = self.below(self.schema.type_map[name], depth)
        fields = [each for each in below if isinstance(each, FieldNode)]
        return fragment(name, [renamed(each, f"{name}_{each.name.value}") for each in fields])

    def enriched(self, document: DocumentNode) -> DocumentNode:
        """A generated document whose root fields ask for more than a field or two."""
        (operation,) = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        roots = [self._richer(each) for each in operation.selection_set.selections]
        return query(roots)

    def _richer(self, node: SelectionNode) -> SelectionNode:
        assert isinstance(node, FieldNode) and self.schema.query_type is not None
        definition = self.schema.query_type.fields.get(node.name.value)
        if definition is None:
            return node
        more = [
            renamed(each, f"more_{each.name.value}") if isinstance(each, FieldNode) and not each.alias else each
            for each in self.below(get_named_type(definition.type), 2)
        ]
        old = node.selection_set.selections if node.selection_set else ()
        return FieldNode(
            name=node.name, alias=node.alias, arguments=node.arguments, directives=node.directives,
            selection_set=chosen([*old, *more]),
        )  # fmt: skip


def query(roots: Sequence[SelectionNode]) -> DocumentNode:
    """A document of one query."""
    operation = OperationDefinitionNode(
        operation=OperationType.QUERY, variable_definitions=(), directives=(), selection_set=chosen(roots)
    )
    return DocumentNode(definitions=(operation,))


@dataclass
class Everything:
    """Everything below a list that some roles may select, to a depth; all plain fields near the list, ids below."""

    schema: GraphQLSchema
    roles: frozenset[Role]
    depth: int = 4
    whole: int = 2  # levels of which every plain field is selected

    def documents(self, root: str) -> Iterator[str]:
        """Documents that together hold all of it, none of them over the limits."""
        assert self.schema.query_type is not None
        definition = self.schema.query_type.fields[root]
        row = get_named_type(get_named_type(definition.type).fields["nodes"].type)
        assert isinstance(row, GraphQLObjectType)
        for below in groups([*chain(*self.parts(row, 1))], MOST_TOKENS):
            yield print_ast(query([self.listed(root, below)]))

    @staticmethod
    def listed(root: str, below: Sequence[SelectionNode]) -> FieldNode:
        """A list with its rows, its surroundings and its number of rows."""
        info = [selected(name) for name in ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")]
        parts = [selected("nodes", below), selected("pageInfo", info), selected("totalCount")]
        return selected(root, parts, {"first": IntValueNode(value="3")})

    def parts(self, type_: GraphQLObjectType, level: int) -> tuple[list[SelectionNode], list[SelectionNode]]:
        """Plain fields of a row and what hangs on it."""
        plain: list[SelectionNode] = [selected("id")] if level > self.whole and is_row(type_) else []
        far: list[SelectionNode] = []
        for name, definition in type_.fields.items():
            if not may(definition, self.roles) or not asks_nothing(definition):
                continue
            below = get_named_type(definition.type)
            if is_leaf_type(below):
                if level <= self.whole or not is_row(type_):
                    plain.append(selected(name))
            elif Dice._leads_on(definition):
                if level < self.depth:
                    far.append(self.hanging(type_.name, name, definition, level + 1))
            elif level <= self.whole:
                plain.append(selected(name, self.all_of(below)))
        return plain, far

    def hanging(self, owner: str, name: str, definition: GraphQLField, level: int) -> FieldNode:
        """A relation with everything below it."""
        type_ = get_named_type(definition.type)
        if is_abstract_type(type_):
            own = [fragment(each, [selected("id")]) for each in members(type_)]
            return selected(name, [*shared(type_), *own])
        if is_connection(type_):
            assert isinstance(type_, GraphQLObjectType)
            row = get_named_type(type_.fields["nodes"].type)
            return selected(name, [selected("nodes", self.all_of(row, level))], {"first": ONE})
        return selected(name, self.all_of(type_, level))

    def all_of(self, type_: GraphQLNamedType, level: int = 1) -> list[SelectionNode]:
        """All parts of a type."""
        assert isinstance(type_, GraphQLObjectType)
        plain, far = self.parts(type_, level)
        return [*plain, *far]


def tokens(node: SelectionNode) -> int:
    """How many tokens a selection is written with, about: its name, braces, and arguments or a fragment's head."""
    below = getattr(node, "selection_set", None)
    own = 1 + 5 * bool(getattr(node, "arguments", ()) or isinstance(node, InlineFragmentNode))
    return own + (2 + sum(map(tokens, below.selections)) if below else 0)


def groups(nodes: Sequence[SelectionNode], room: int) -> Iterator[list[SelectionNode]]:
    """Selections divided among as many as are needed for each to fit; one that is too large is divided itself."""
    held: list[SelectionNode] = []
    for piece in chain.from_iterable(pieces(node, room) for node in nodes):
        if held and sum(map(tokens, held)) + tokens(piece) > room:
            yield held
            held = []
        held.append(piece)
    yield held


def pieces(node: SelectionNode, room: int) -> Iterator[SelectionNode]:
    """A selection as one or several of the same field, each with a part of what is below it."""
    below = getattr(node, "selection_set", None)
    if tokens(node) <= room or below is None:
        yield node
        return
    assert isinstance(node, FieldNode)
    for part in groups(below.selections, room - 8):
        yield FieldNode(
            name=node.name, alias=node.alias, arguments=node.arguments, directives=(), selection_set=chosen(part)
        )
