"""What is known of the request under way, whoever asks: its id, and what its statements took."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter


@dataclass(slots=True)
class Spent:
    """What was asked of the database: compiled reads and whole transactions. Units: `seconds` until they ended."""

    statements: int = 0
    seconds: float = 0.0


request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
spent: ContextVar[Spent | None] = ContextVar("spent", default=None)


def count_statement(began: float) -> None:
    """Adds a statement to what is spent, if somebody counts. Units: `began` by `perf_counter`."""
    if (counted := spent.get()) is not None:
        counted.statements += 1
        counted.seconds += perf_counter() - began
