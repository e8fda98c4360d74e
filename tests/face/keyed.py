"""Mutations that are named by a key, in the document or in the header."""

from __future__ import annotations

from typing import Any

import orjson

from api.answering import Asked
from domain.kernel.actor import Actor
from tests.face.conftest import Face
from tests.face.inputs import input_type

ERRORS = """errors {__typename code message path ... on LimitError {limit {amount}}
  ... on IdempotencyError {firstSeenAt}}"""


def keyed(name: str, selection: str = "") -> str:
    """A document of one mutation under the key `$key`."""
    return (
        f"mutation($input: {input_type(name).name}!, $key: String!) {{"
        f"it: {name}(input: $input) @idempotent(key: $key) {{{selection} {ERRORS}}}}}"
    )


def unkeyed(name: str, selection: str = "") -> str:
    """The same without a key."""
    return f"mutation($input: {input_type(name).name}!) {{it: {name}(input: $input) {{{selection} {ERRORS}}}}}"


async def ask(
    face: Face, text: str, actor: Actor, *, header: str | None = None, language: str = "en", **variables: Any
) -> Any:
    """The whole answer to a document, with the header's key if there is one."""
    operation = face.store.by_text(text).operation(None)
    asked = Asked(actor, variables, language, header)
    return orjson.loads(await face.answering.answer(operation, asked))


def replayed(answer: Any) -> list[str]:
    """The fields that were answered by what came of them before."""
    found: list[str] = answer.get("extensions", {}).get("idempotency", {}).get("replayed", [])
    return found
