"""Keys by which clients name a change, so that a request that comes again changes nothing twice: `@idempotent(key:)`
on a mutation, or the header `Idempotency-Key` of a request with one.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, cast

import orjson
import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLDirective,
    GraphQLError,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_directive_values,
    visit,
)
from graphql.execution.values import VariableValues
from strawberry.directive import DirectiveLocation

from api.changes import Change
from api.errors import Code, RequestError, placed
from domain.idempotency.terms import RequestKey
from domain.kernel.projection.selection import Call
from domain.kernel.sealing import blind_index

HEADER = b"idempotency-key"
DIRECTIVE = "idempotent"
FIT = re.compile(r"[!-~]{1,255}")
KEY = "The key: 1 to 255 visible ASCII characters, best a fresh UUID."
MISPLACED = f"@{DIRECTIVE} stands at mutations only."
UNFIT = "An idempotency key is 1 to 255 visible ASCII characters."
SEVERAL = "Name one idempotency key for a mutation."
ANONYMOUS = "Sign in to use an idempotency key."


@strawberry.directive(
    locations=[DirectiveLocation.FIELD],
    description=(
        "Names a mutation by a key of yours: the same mutation with the same input and key is carried out once, and a "
        "repetition is answered by what came of it, read anew. Keys count for each caller and mutation, for 72 hours, "
        "for ever where money moves. The header `Idempotency-Key` does the same for a request with one mutation."
    ),
)
def idempotent(key: Annotated[str, strawberry.argument(description=KEY)]) -> None:
    """Declared for the schema; it is read where mutations are planned."""


def sent_key(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The key in a request's header; one that is sent twice is joined, as HTTP has it, and then does not fit."""
    found = [value.decode("latin-1") for name, value in headers if name == HEADER]
    return ", ".join(found) if found else None


def expect_at_changes(schema: GraphQLSchema, tree: DocumentNode) -> None:
    """Expects a validated document to name keys at mutations only.

    Raises: RequestError.
    """
    info, misplaced = TypeInfo(schema), list[FieldNode]()

    class Places(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            is_change = info.get_parent_type() is schema.mutation_type and node.name.value != "__typename"
            if _is_named(node) and not is_change:
                misplaced.append(node)

    visit(tree, TypeInfoVisitor(info, Places()))
    if misplaced:
        errors = (_bad_input(MISPLACED, node) for node in misplaced)
        raise RequestError(Code.BAD_USER_INPUT, tuple(errors))


def _is_named(node: FieldNode) -> bool:
    return any(each.name.value == DIRECTIVE for each in node.directives or ())


def _bad_input(text: str, *nodes: FieldNode) -> Mapping[str, Any]:
    return placed(Code.BAD_USER_INPUT, text, GraphQLError(text, list(nodes)))


def payload_hash(operation: str, given: object) -> bytes:
    """What tells an input from another, whatever its order and notation.

    It is a keyed hash over operation and coerced input: a plain one of a phone number is soon guessed.
    """
    text = orjson.dumps([operation, given], default=_decimal_text, option=orjson.OPT_SORT_KEYS)
    return hmac.digest(blind_index("idempotency payload", "key"), text, "sha256")


def _decimal_text(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return f"{value.normalize():f}"


@dataclass(frozen=True)
class Keys:
    """The keys of one request's mutations; `sent` is the header's, where it counts."""

    schema: GraphQLSchema
    call: Call
    sent: str | None

    def of(self, change: Change, nodes: Sequence[FieldNode], given: object) -> RequestKey | None:
        """The key of one mutation, None where it has none.

        Raises: RequestError for one that does not fit, and where none may stand.
        """
        operation = nodes[0].name.value
        named, unusable = self._named(nodes), self._unusable(change, operation)
        if named is not None and unusable is not None:
            raise RequestError(Code.BAD_USER_INPUT, (_bad_input(unusable, *nodes),))
        text = self.sent if named is None and unusable is None else named
        if text is None:
            return None
        if not FIT.fullmatch(text):
            raise RequestError(Code.BAD_USER_INPUT, (_bad_input(UNFIT, *(nodes if named is not None else ())),))
        hashed = payload_hash(operation, given)
        return RequestKey(self.call.actor.label, operation, text, hashed, for_ever=change.for_ever)

    def _unusable(self, change: Change, operation: str) -> str | None:
        if not change.keyed:
            return f"{operation} takes no idempotency key: its answer is told once."
        return ANONYMOUS if self.call.actor.id is None else None

    def _named(self, nodes: Sequence[FieldNode]) -> str | None:
        directive = cast(GraphQLDirective, self.schema.get_directive(DIRECTIVE))
        variables = VariableValues({}, dict(self.call.variables))
        try:
            found = {values["key"] for node in nodes if (values := get_directive_values(directive, node, variables))}
        except GraphQLError as error:
            text = f"@{DIRECTIVE} needs a key: its variable is missing or null."
            raise RequestError(Code.BAD_USER_INPUT, (placed(Code.BAD_USER_INPUT, text, error),)) from None
        if len(found) > 1:
            raise RequestError(Code.BAD_USER_INPUT, (_bad_input(SEVERAL, *nodes),))
        return found.pop() if found else None
