"""Who sees a row: a tree over the row's own scope columns and named facts of the actor, never over values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from domain.kernel.actor import Fact, Role


@dataclass(frozen=True)
class Everything:
    """Every row."""


@dataclass(frozen=True)
class Owns:
    """Rows whose column equals a fact of the actor; an actor without the fact sees none."""

    column: str
    fact: Fact


@dataclass(frozen=True)
class Is:
    """Rows whose column has one of these stored values."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class AllOf:
    """Rows that satisfy each part."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True)
class AnyOf:
    """Rows that satisfy at least one part."""

    parts: tuple[Predicate, ...]


Predicate: TypeAlias = Everything | Owns | Is | AllOf | AnyOf
SeenBy: TypeAlias = Mapping[Role, Predicate]

EVERYTHING = Everything()


def seen_by_roles(seen_by: SeenBy, roles: frozenset[Role]) -> Predicate | None:
    """What these roles see together: their rules OR-ed, or None when no role has a rule."""
    rules = list(dict.fromkeys(seen_by[role] for role in sorted(roles) if role in seen_by))
    if not rules:
        return None
    if EVERYTHING in rules:
        return EVERYTHING
    return rules[0] if len(rules) == 1 else AnyOf(tuple(rules))


def predicate_sql(predicate: Predicate | None, row: str, bind: Callable[[Fact], str]) -> str:
    """The condition on the row alias `row`; `bind` gives the placeholder of a fact. None sees nothing."""
    match predicate:
        case None:
            return "false"
        case Everything():
            return "true"
        case Owns(column, fact):
            return f"{row}.{column} = {bind(fact)}"
        case Is(column, values):
            listed = ", ".join(f"'{value}'" for value in values)
            return f"{row}.{column} IN ({listed})"
        case AllOf(parts):
            return "(" + " AND ".join(predicate_sql(part, row, bind) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(predicate_sql(part, row, bind) for part in parts) + ")"
