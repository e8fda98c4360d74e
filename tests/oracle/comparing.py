"""Holds the compiled answer of a document against the oracle's: same values, same keys in the same order."""

from __future__ import annotations

import json
from typing import Any

from graphql import parse

from api.answering import Answering, Asked
from api.documents import DocumentStore
from api.errors import RequestError
from domain.kernel.actor import Actor
from tests.oracle.oracle import Oracle, cursor_id

CURSORS = ("cursor", "startCursor", "endCursor")


def named(value: Any) -> Any:
    """An answer with its cursors replaced by the rows they stand on, since the oracle makes none of its own."""
    if isinstance(value, list):
        return [named(each) for each in value]
    if isinstance(value, dict):
        return {key: named(each) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("WzEs"):
        return f"cursor:{cursor_id(value)}"
    return value


async def answered_alike(
    text: str, answering: Answering, store: DocumentStore, oracle: Oracle, actor: Actor, language: str = "en"
) -> Any:
    """The data of the answer, which is the oracle's to the byte; None when the document is refused as a whole.

    A document that is refused (a field beyond the roles, a limit) gives no answer to compare.
    """
    try:
        operation = store.by_text(text).operation(None)
        body = await answering.answer(operation, Asked(actor, {}, language))
    except RequestError as error:
        assert error.code in {"FORBIDDEN", "QUERY_TOO_COMPLEX", "BAD_USER_INPUT"}, error.errors
        return None
    expected = oracle.answer(parse(text), {}, actor, language)
    assert expected.errors is None, (text, expected.errors)
    data = json.loads(body)["data"]
    found, wanted = (json.dumps(each, ensure_ascii=False) for each in (named(data), expected.data))
    assert found == wanted, f"{sorted(actor.roles)} {text}\n{differing(found, wanted)}"
    return data


def differing(found: str, wanted: str) -> str:
    """Where two answers part."""
    place = next((at for at, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), 0)
    return f"found  {found[max(0, place - 150) : place + 150]}\nwanted {wanted[max(0, place - 150) : place + 150]}"


async def compare(text: str, answering: Answering, store: DocumentStore, oracle: Oracle, actor: Actor) -> bool:
    """Whether the document was answered; when it was, both answers are the same to the byte."""
    return await answered_alike(text, answering, store, oracle, actor) is not None
