"""Holds the compiled answer of a document against the oracle's: same values, same keys in the same order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, parse

from api.answering import Answering, Asked
from api.documents import DocumentStore
from api.errors import RequestError
from domain.kernel.actor import Actor, Role
from tests.oracle.oracle import Oracle
from tests.oracle.writing import cursor_id

NEEDED = "Needs one of the roles "


def named(value: Any) -> Any:
    """An answer with its cursors replaced by the rows they stand on, since the oracle makes none of its own."""
    if isinstance(value, list):
        return [named(each) for each in value]
    if isinstance(value, dict):
        return {key: named(each) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("WzEs"):
        return f"cursor:{cursor_id(value)}"
    return value


@dataclass(frozen=True)
class Judge:
    """Asks a document of both and holds the answers against each other."""

    answering: Answering
    store: DocumentStore
    oracle: Oracle

    async def alike(self, text: str, actor: Actor, language: str = "en", /, **variables: Any) -> Any:
        """The data of the answer, which is the oracle's to the byte; None when the document is refused as a whole.

        A document that is refused (a field beyond the roles, a limit) gives no answer to compare.
        """
        body = await self.answer(text, Asked(actor, variables, language))
        if body is None:
            return None
        expected = self.oracle.answer(parse(text), variables, actor, language)
        assert expected.errors is None, (text, expected.errors)
        data = json.loads(body)["data"]
        found, wanted = (json.dumps(each, ensure_ascii=False) for each in (named(data), expected.data))
        assert found == wanted, f"{sorted(actor.roles)} {text} {variables}\n{differing(found, wanted)}"
        return data

    async def answer(self, text: str, asked: Asked) -> bytes | None:
        """The compiled answer, or None when it is refused; a field is only refused when it is beyond the roles."""
        refused: RequestError
        try:
            operation = self.store.by_text(text).operation(None)
            return await self.answering.answer(operation, asked)
        except RequestError as error:
            refused = error
        assert refused.code in {"FORBIDDEN", "QUERY_TOO_COMPLEX", "BAD_USER_INPUT"}, refused.errors
        for each in refused.errors:
            if each["extensions"]["code"] == "FORBIDDEN":
                type_name, _, name = each["extensions"]["field"].partition(".")
                type_ = self.oracle.schema.type_map[type_name]
                assert isinstance(type_, GraphQLObjectType) and not may(type_.fields[name], asked.actor.roles)
        return None


def may(definition: GraphQLField, roles: frozenset[Role]) -> bool:
    """Whether these roles may select a field, as its description says."""
    _, _, needed = (definition.description or "").partition(NEEDED)
    return not needed or not roles.isdisjoint(needed.rstrip(".").split(", "))


def differing(found: str, wanted: str) -> str:
    """Where two answers part."""
    place = next((at for at, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), 0)
    return f"found  {found[max(0, place - 150) : place + 150]}\nwanted {wanted[max(0, place - 150) : place + 150]}"


async def compare(text: str, answering: Answering, store: DocumentStore, oracle: Oracle, actor: Actor) -> bool:
    """Whether the document was answered; when it was, both answers are the same to the byte."""
    return await Judge(answering, store, oracle).alike(text, actor) is not None
