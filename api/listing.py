"""Orders and filters of the schema, made from what a room declares of an entity, so that neither is written twice."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

import strawberry

from api.enums import closed_set, described
from api.paging import DayFilter, Direction, InstantFilter, Matches, TextFilter
from domain.kernel.projection.entity import Entity, Filter
from domain.kernel.projection.wire import DAY, INSTANT, TERMS

_WHERE: dict[str, type] = {}


@cache
def order_of(entity: Entity) -> Any:
    """The input `<Entity>Order`: one of the entity's orders and a direction."""
    texts = {name: _order_text(name) for name in entity.orders}
    by = closed_set(f"{entity.name}OrderBy", f"Orders of lists of {entity.name}.", texts)
    parts = {
        "by": (by, strawberry.field(description="What the list is ordered by.")),
        "direction": (Direction, strawberry.field(default=Direction.DESC, description="The direction.")),
    }
    return _input(f"{entity.name}Order", f"An order of a list of {entity.name}.", parts)


def where_of(entity: Entity, **kinds: type[Enum]) -> Any:
    """The input `<Entity>Where`: the entity's filters; `kinds` names the enums of those that stand on closed sets."""
    if entity.name not in _WHERE:
        parts = {name: _filter(name, found, kinds.get(name)) for name, found in entity.filters.items()}
        _WHERE[entity.name] = _input(f"{entity.name}Where", f"Which rows of a list of {entity.name}.", parts)
    return _WHERE[entity.name]


def _filter(name: str, found: Filter, kind: type[Enum] | None) -> tuple[Any, Any]:
    words = name.removesuffix("_id").replace("_", " ")
    beside = "" if found.indexed else " Needs a filter beside it that is not so marked."
    field = strawberry.field(description=f"By {words}.{beside}")
    return strawberry.Maybe[_values(found, kind)], field  # type: ignore[misc]


def _values(found: Filter, kind: type[Enum] | None) -> Any:
    if found.wire is INSTANT:
        return InstantFilter
    if found.wire is DAY:
        return DayFilter
    if found.wire is TERMS:
        return TextFilter
    if kind is not None:
        return Matches[described(kind)]  # type: ignore[misc]
    return Matches[strawberry.ID] if found.wire.prefix is not None else Matches[str]


def _order_text(name: str) -> str:
    return "By creation." if name == "RECORDED" else f"By {name.lower().replace('_', ' ')}, then by creation."


def _input(name: str, description: str, parts: dict[str, tuple[Any, Any]]) -> Any:
    annotations = {field: annotation for field, (annotation, _) in parts.items()}
    members = {field: value for field, (_, value) in parts.items()}
    return strawberry.input(type(name, (), {"__annotations__": annotations, **members}), description=description)
