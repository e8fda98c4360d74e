"""Before anything is timed: every side gives the same rows and values, and none gives what its caller may not see."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bench.reads.load import once
from bench.reads.questions import Question, rows_of
from bench.reads.sides import Side

SAMPLE = 40  # single policies that are compared


class Unfair(RuntimeError):
    """Two sides answer differently, or one shows a row out of sight."""


async def compare(sides: Sequence[Side], ids: Sequence[UUID], token: str | None) -> None:
    """Asks every side the same and compares the answers in one form.

    Raises: Unfair naming the first difference.
    """
    first, *others = sides
    for question in Question:
        count = SAMPLE if question is Question.ONE else 1
        for index in range(count):
            expected = await _rows(first, question, ids[index:], token)
            if question is not Question.ONE and len(expected) != int(question):
                raise Unfair(f"{first.name} gives {len(expected)} rows for {question.words}")
            for side in others:
                found = await _rows(side, question, ids[index:], token)
                if found != expected:
                    difference = _difference(expected, found)
                    raise Unfair(f"{question.words}: {side.name} differs from {first.name}: {difference}")


async def hidden(sides: Sequence[Side], strange: UUID, token: str) -> None:
    """Asks every side for a policy of the other partner.

    Raises: Unfair when one shows it.
    """
    for side in sides:
        try:
            found = await _rows(side, Question.ONE, [strange], token)
        except (ValueError, RuntimeError):  # refused altogether
            continue
        if found:
            raise Unfair(f"{side.name} shows a policy of another partner")


async def _rows(side: Side, question: Question, ids: Sequence[UUID], token: str | None) -> list[object]:
    asked = side.ask(question, ids[:1])
    return rows_of(await once(side.port, asked[0], token))


def _difference(expected: list[object], found: list[object]) -> str:
    for one, other in zip(expected, found, strict=False):
        if one != other and isinstance(one, dict) and isinstance(other, dict):
            names = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
            return "; ".join(f"{name}: {one.get(name)!r} against {other.get(name)!r}" for name in names)[:800]
    return f"{len(expected)} rows against {len(found)}"
