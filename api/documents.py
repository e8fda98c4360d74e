"""Documents: parsed, checked and kept by their text, so that a repeated one costs a look-up."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
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
from api.idempotency import DIRECTIVE, expect_at_changes
from api.limits import AD_HOC, TRUSTED, Cost, Overweight, Scales, may_ask_for_schema, may_ask_freely
from api.manifest import registered, unfit
from api.reading.collect import INTROSPECTION
from api.reading.shape import Shape
from api.reading.variables import Variables, holds_nul
from domain.kernel.actor import Actor, Role
from domain.kernel.settings import Documents

QUOTED = re.compile(r"(String) '.*'", re.DOTALL)  # how the parser quotes a text that it did not expect
FOUND = re.compile(r"([;,] found| Found|(?<=value)): .*", re.DOTALL)  # how the validator quotes a value that is wrong
SUGGESTION = re.compile(r" Did you mean .*\?", re.DOTALL)
UNREGISTERED = "Only registered documents are answered here."
MAX_ERRORS = 20
LONGEST_NAME = 64  # characters that logs show
MANY_DIGITS = re.compile(r"\d{6}")
FREE, UNNAMED = "ad-hoc", "unnamed"
KEPT_DOCUMENTS = 500


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a checked document."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    shape: Shape
    variables: Variables
    cost: Cost
    trusted: bool = False

    @cached_property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.node.operation

    @cached_property
    def kind_name(self) -> str:
        """Its kind as logs and metrics name it."""
        return self.kind.value

    @cached_property
    def shown_name(self) -> str | None:
        """Its name as logs may show it: its author chose it, so one that is overlong or holds a number is left out."""
        name = self.name
        return name if name and len(name) <= LONGEST_NAME and not MANY_DIGITS.search(name) else None

    @cached_property
    def label(self) -> str:
        """Its name as metrics count it: those of ad-hoc documents are one, as callers must not make labels."""
        return (self.name or UNNAMED) if self.trusted else FREE

    @cached_property
    def name(self) -> str | None:
        """The operation's name, if it has one."""
        return self.node.name.value if self.node.name else None


@dataclass(frozen=True)
class Document:
    """A document that was parsed and validated."""

    operations: Mapping[str | None, Operation]
    hash: str
    only_about_schema: bool = False

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


@dataclass(frozen=True)
class Named:
    """Which document a request means: by its text, or by the SHA-256 in hex of one that was registered."""

    text: str | None
    hash: str | None = None


class DocumentStore:
    """Checked documents: the trusted ones for ever, ad-hoc ones among the most recent.

    Raises: WrongSettings when the manifest cannot be read or one of its documents cannot be answered.
    """

    def __init__(self, schema: GraphQLSchema, answers: Documents, manifest: Path | None = None) -> None:
        self.schema, self.answers = schema, answers
        self.trusted: dict[str, Document] = {}
        self.recent: OrderedDict[str, Document] = OrderedDict()
        for digest, text in registered(manifest).items():
            try:
                self.trusted[digest] = self.check(text, trusted=True)
            except RequestError as error:
                raise unfit(f"{digest} is not answered: {error.errors[0]['message'].rstrip('.')}") from None

    def find(self, named: Named, actor: Actor, *, by_url: bool = False) -> Document:
        """The checked document that somebody means; `by_url` when it came by GET.

        Where only trusted documents are answered, partners may send others too, and administrators ask for the schema;
        neither by GET.

        Raises: RequestError when it is not GraphQL, breaks the schema or a limit, or is not answered to this actor.
        """
        if named.text is None:
            return self._by_hash(named.hash)
        if self.answers is Documents.OPEN:
            return self.by_text(named.text, suggesting=not actor.has(Role.ANONYMOUS))
        trusted = self.trusted.get(hashlib.sha256(named.text.encode()).hexdigest())
        if trusted is not None:
            return trusted
        if by_url or not may_ask_for_schema(actor):
            raise RequestError.of(Code.BAD_REQUEST, UNREGISTERED)
        found = self.by_text(named.text)
        if not may_ask_freely(actor) and not found.only_about_schema:
            raise RequestError.of(Code.BAD_REQUEST, UNREGISTERED)
        return found

    def by_text(self, text: str, *, suggesting: bool = True) -> Document:
        """The checked document of a text, looked up where it came before.

        Raises: RequestError when it is not GraphQL, or breaks the schema or a limit.
        """
        found = self.recent.get(text)
        if found is not None:
            self.recent.move_to_end(text)
            return found
        found = self.recent[text] = self.check(text, suggesting=suggesting)
        if len(self.recent) > KEPT_DOCUMENTS:
            self.recent.popitem(last=False)
        return found

    def _by_hash(self, digest: str | None) -> Document:
        if digest is None:
            raise RequestError.of(Code.BAD_REQUEST, "The request names no document.")
        found = self.trusted.get(digest)
        if found is None:
            raise RequestError.of(Code.PERSISTED_QUERY_NOT_FOUND, "There is no registered document of this hash.")
        return found

    def check(self, text: str, *, trusted: bool = False, suggesting: bool = True) -> Document:
        """Parses, weighs and validates a text; `suggesting` what a name that the schema has not might mean.

        Raises: RequestError.
        """
        limits = TRUSTED if trusted else AD_HOC
        if len(text) > limits.characters:
            raise RequestError.of(Code.QUERY_TOO_COMPLEX, f"A document has at most {limits.characters} characters.")
        try:
            tree = parse(text, no_location=False, max_tokens=limits.tokens)
            costs = Scales(tree, limits).costs()
        except GraphQLSyntaxError as error:
            code, message = Code.GRAPHQL_PARSE_FAILED, QUOTED.sub(r"\1", error.message)
            raise RequestError(code, (placed(code, message, error),)) from None
        except Overweight as error:
            raise RequestError.of(Code.QUERY_TOO_COMPLEX, str(error)) from None
        except RecursionError:
            raise RequestError.of(Code.QUERY_TOO_COMPLEX, "This document is nested too deeply.") from None
        if holds_nul(text) or any(map(holds_nul, _texts(tree))):
            raise RequestError.of(Code.BAD_USER_INPUT, "This document holds a NUL character.")
        errors = validate(self.schema, tree, max_errors=MAX_ERRORS)
        if errors:
            code = Code.GRAPHQL_VALIDATION_FAILED
            faults = (placed(code, _unquoted(error, suggesting=suggesting), error) for error in errors)
            raise RequestError(code, tuple(faults))
        if DIRECTIVE in text:
            expect_at_changes(self.schema, tree)
        return _document(self.schema, tree, costs, text, trusted=trusted)


def _document(
    schema: GraphQLSchema, tree: DocumentNode, costs: list[Cost], text: str, *, trusted: bool
) -> Document:
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    nodes = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    shape = Shape(tree)
    operations = {
        node.name.value if node.name else None: Operation(
            node, fragments, shape, Variables(schema, node), cost, trusted
        )
        for node, cost in zip(nodes, costs, strict=True)
    }
    about = all(map(_is_about_schema, nodes))
    return Document(operations, hashlib.sha256(text.encode()).hexdigest(), about)


def _is_about_schema(node: OperationDefinitionNode) -> bool:
    """Whether an operation asks for nothing but the schema, in plain fields."""
    return all(
        isinstance(each, FieldNode) and each.name.value in INTROSPECTION for each in node.selection_set.selections
    )


def _texts(tree: DocumentNode) -> Iterator[str]:
    """Every text that stands in a document as a literal."""
    found: list[str] = []

    class Texts(Visitor):
        def enter_string_value(self, node: StringValueNode, *_: object) -> None:
            found.append(node.value)

    visit(tree, Texts())
    return iter(found)


def _unquoted(error: GraphQLError, *, suggesting: bool) -> str:
    """What is wrong with a document, without the value that is: its place tells which one it is."""
    message = error.message if suggesting else SUGGESTION.sub("", error.message)
    return FOUND.sub(".", message).replace("not to be None", "not to be null").replace("?.", "?")
