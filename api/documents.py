"""Documents: parsed, checked and kept by their text, so that a repeated one costs a look-up."""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    Visitor,
    parse,
    validate,
    visit,
)

from api.errors import Code, RequestError, placed
from api.limits import Length, LimitsRule, Overweight, lengths, longest, shortest
from api.reading.shape import Shape
from api.reading.variables import Variables, holds_nul
from domain.kernel.settings import Documents

MAX_TOKENS = 1_000
QUOTED = re.compile(r"(String) '.*'", re.DOTALL)  # how the parser quotes a text that it did not expect
FOUND = re.compile(r"([;,] found| Found|(?<=value)): .*", re.DOTALL)  # how the validator quotes a value that is wrong
MAX_ERRORS = 20
KEPT_DOCUMENTS = 500


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a checked document."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    shape: Shape
    variables: Variables
    trusted: bool = False
    wide: DocumentNode | None = None
    """The document, where its variables decide whether it asks for too many rows."""

    @cached_property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.node.operation

    def expect_modest(self, variables: Mapping[str, Any]) -> None:
        """Weighs the document by what its variables ask for.

        Raises: RequestError.
        """
        if self.wide is not None:
            _weigh(self.wide, lengths(variables))

    @cached_property
    def name(self) -> str | None:
        """The operation's name, if it has one."""
        return self.node.name.value if self.node.name else None


@dataclass(frozen=True)
class Document:
    """A document that was parsed and validated."""

    operations: Mapping[str | None, Operation]
    hash: str

    def operation(self, name: str | None) -> Operation:
        """The operation to run.

        Raises: RequestError when the name is unknown, or missing where there are several.
        """
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name) if name is not None else None
        if found is None:
            text = "This document has no operation of that name." if name else "Name the operation to run."
            raise RequestError.of(Code.OPERATION_RESOLUTION_FAILURE, text)
        return found


class DocumentStore:
    """Checked documents: the trusted ones for ever, ad-hoc ones among the most recent."""

    def __init__(self, schema: GraphQLSchema, answers: Documents, manifest: Path | None = None) -> None:
        self.schema, self.answers = schema, answers
        self.trusted: dict[str, Document] = {}
        self.recent: OrderedDict[str, Document] = OrderedDict()
        for key, text in (json.loads(manifest.read_text()) if manifest else {}).items():
            self.trusted[key.removeprefix("sha256:")] = self.check(text, trusted=True)

    def by_text(self, text: str) -> Document:
        """The checked document of a text.

        Raises: RequestError when it is not GraphQL, breaks the schema or a limit, or is not among the trusted ones.
        """
        found = self.recent.get(text)
        if found is not None:
            self.recent.move_to_end(text)
            return found
        if self.answers is Documents.TRUSTED:
            digest = hashlib.sha256(text.encode()).hexdigest()
            if digest not in self.trusted:
                raise RequestError.of(Code.BAD_REQUEST, "Only registered documents are answered here.")
            return self.trusted[digest]
        found = self.recent[text] = self.check(text)
        if len(self.recent) > KEPT_DOCUMENTS:
            self.recent.popitem(last=False)
        return found

    def by_hash(self, digest: str) -> Document:
        """The trusted document of a SHA-256 in hex.

        Raises: RequestError when it was never registered.
        """
        found = self.trusted.get(digest)
        if found is None:
            raise RequestError.of(Code.PERSISTED_QUERY_NOT_FOUND, "There is no registered document of this hash.")
        return found

    def check(self, text: str, *, trusted: bool = False) -> Document:
        """Parses, weighs and validates a text.

        Raises: RequestError.
        """
        try:
            tree = parse(text, no_location=False, max_tokens=MAX_TOKENS)
        except GraphQLSyntaxError as error:
            code, message = Code.GRAPHQL_PARSE_FAILED, QUOTED.sub(r"\1", error.message)
            raise RequestError(code, (placed(code, message, error),)) from None
        except RecursionError:
            raise RequestError.of(Code.QUERY_TOO_COMPLEX, "This document is nested too deeply.") from None
        if holds_nul(text) or any(map(holds_nul, _texts(tree))):
            raise RequestError.of(Code.BAD_USER_INPUT, "This document holds a NUL character.")
        _weigh(tree)
        errors = validate(self.schema, tree, max_errors=MAX_ERRORS)
        if errors:
            code = Code.GRAPHQL_VALIDATION_FAILED
            raise RequestError(code, tuple(placed(code, _unquoted(error), error) for error in errors))
        return _document(self.schema, tree, hashlib.sha256(text.encode()).hexdigest(), trusted=trusted)


def _weigh(tree: DocumentNode, length: Length = shortest) -> None:
    try:
        LimitsRule(tree, length).check()
    except Overweight as error:
        raise RequestError.of(Code.QUERY_TOO_COMPLEX, str(error)) from None


def _is_wide(tree: DocumentNode) -> bool:
    try:
        LimitsRule(tree, longest).check()
    except Overweight:
        return True
    return False


def _document(schema: GraphQLSchema, tree: DocumentNode, digest: str, *, trusted: bool) -> Document:
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    shape, wide = Shape(tree), tree if _is_wide(tree) else None
    operations = {
        node.name.value if node.name else None: Operation(
            node, fragments, shape, Variables(schema, node), trusted, wide
        )
        for node in tree.definitions
        if isinstance(node, OperationDefinitionNode)
    }
    return Document(operations, digest)


def _texts(tree: DocumentNode) -> Iterator[str]:
    """Every text that stands in a document as a literal."""
    found: list[str] = []

    class Texts(Visitor):
        def enter_string_value(self, node: StringValueNode, *_: object) -> None:
            found.append(node.value)

    visit(tree, Texts())
    return iter(found)


def _unquoted(error: GraphQLError) -> str:
    """What is wrong with a document, without the value that is: its place tells which one it is."""
    return FOUND.sub(".", error.message).replace("not to be None", "not to be null").replace("?.", "?")
