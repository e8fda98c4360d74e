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


async def compare(text: str, answering: Answering, store: DocumentStore, oracle: Oracle, actor: Actor) -> bool:
    """Whether the document was answered; when it was, both answers are the same to the byte.

    A document that is refused as a whole (a field beyond the roles, a limit) gives no answer to compare.
    """
    try:
        operation = store.by_text(text).operation(None)
        body = await answering.answer(operation, Asked(actor, {}, "en"))
    except RequestError as error:
        assert error.code in {"FORBIDDEN", "QUERY_TOO_COMPLEX", "BAD_USER_INPUT"}, error.errors
        return False
    expected = oracle.answer(parse(text), {}, actor, "en")
    assert expected.errors is None, (text, expected.errors)
    found = json.dumps(named(json.loads(body)["data"]), ensure_ascii=False)
    assert found == json.dumps(expected.data, ensure_ascii=False), text
    return True
