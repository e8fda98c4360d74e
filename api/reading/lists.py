"""Pages, orders and filters: the arguments of a connection become a window of a compiled list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

from api.reading.given import BadInput, Given
from domain.kernel.ids import any_id, own_id
from domain.kernel.projection.cursor import BadCursor, filter_hash, read_cursor
from domain.kernel.projection.entity import Entity, Filter, Order
from domain.kernel.projection.selection import Call, Condition, Parameter, Position, Window
from domain.kernel.projection.wire import TERMS
from domain.kernel.searching import Unsearchable, sought

PAGE_SIZES = (1, 5, 10, 20, 50, 100)
DEFAULT_SIZE = 20
MAX_SIZE = PAGE_SIZES[-1]
MAX_LISTED = 100

# That a row holds terms is said twice. Of bound terms PostgreSQL knows nothing: it guesses that one row in 200 holds
# them, and in a large table would rather walk a list in its order than enter the index; of two, one in 40,000.
_COMPARISONS = {
    "eq": "{column} = {value}",
    "in": "{column} = ANY({value})",
    "since": "{column} >= {value}",
    "before": "{column} < {value}",
    "contains": "{column} @> {value} AND {column} @> {value}",
}


def page_class(size: int) -> int:
    """The literal limit that serves a page of this size."""
    return next(each for each in PAGE_SIZES if each >= size)


def window(entity: Entity, arguments: Mapping[str, Given]) -> Window:
    """The window that a connection's arguments describe.

    Raises: BadInput with every fault found.
    """
    first, last, after, before = (arguments[name] for name in ("first", "last", "after", "before"))
    _check_sizes(first, last)
    backward = last.present
    wanted = last if backward else first
    size = wanted.value if wanted.present else DEFAULT_SIZE
    limit = page_class(size)
    name, descending, order = _order(entity, arguments["orderBy"])
    where = arguments.get("where")
    hashed = _hash(where)
    return Window(
        order=order,
        order_name=name,
        descending=descending,
        backward=backward,
        size=limit,
        wanted=None if size == limit else Parameter("int", wanted.read),
        after=_position(after, name, order, hashed, descending=descending),
        before=_position(before, name, order, hashed, descending=descending),
        conditions=tuple(_conditions(entity, where)) if where is not None and where.present else (),
        filter_hash=Parameter("text", lambda call: _directed(hashed(call), descending=descending)),
    )


def _check_sizes(first: Given, last: Given) -> None:
    if first.present and last.present:
        raise BadInput((first.path, "is not given together with last"))
    for size in (first, last):
        if size.present and not 1 <= size.value <= MAX_SIZE:
            raise BadInput((size.path, f"must be 1 to {MAX_SIZE}"))


def _order(entity: Entity, given: Given) -> tuple[str, bool, Order]:
    if not given.present:
        name = next(iter(entity.orders))
        return name, True, entity.orders[name]
    by, direction = given.child("by").value, given.child("direction").value
    name = by.name if isinstance(by, Enum) else str(by)
    return name, getattr(direction, "name", direction) != "ASC", entity.orders[name]


def _hash(where: Given | None) -> Callable[[Call], str]:
    if where is None or not where.present:
        nothing = filter_hash(None)
        return lambda _: nothing
    return lambda call: filter_hash(where.read(call))


def _directed(text: str, *, descending: bool) -> str:
    return text + ("-" if descending else "+")


def _position(
    given: Given, name: str, order: Order, hashed: Callable[[Call], str], *, descending: bool
) -> Position | None:
    if not given.present:
        return None

    def part(index: int) -> Callable[[Call], Any]:
        def read(call: Call) -> Any:
            expected = _directed(hashed(call), descending=descending)
            try:
                return read_cursor(given.read(call), name, order, expected)[index]
            except BadCursor as error:
                raise BadInput((given.path, str(error))) from error

        return read

    return Position(tuple(Parameter(kind, part(index)) for index, kind in enumerate(order.types)))


def _conditions(entity: Entity, where: Given) -> Iterator[Condition]:
    found = [name for name, value in where.value.items() if value is not None]
    filters = {name: entity.filters[_snake(name)] for name in found}
    if filters and not any(each.indexed for each in filters.values()):
        raise BadInput((where.path, "needs one of the indexed filters beside these"))
    for name, filtered in filters.items():
        yield from _comparisons(filtered, where.child(name))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _comparisons(filtered: Filter, given: Given) -> Iterator[Condition]:
    operator, value = next(iter(given.value.items()))
    inner = given.child(operator)
    if operator == "between":
        yield from (_compare(filtered, bound, inner.child(bound)) for bound in ("since", "before"))
    elif value is None:
        raise BadInput((inner.path, "is not null"))
    else:
        yield _compare(filtered, operator.rstrip("_"), inner)


def _compare(filtered: Filter, operator: str, given: Given) -> Condition:
    convert = _searching(given.path) if filtered.wire is TERMS else _converter(filtered)
    if operator == "in":
        many = Parameter(f"{filtered.wire.parameter}[]", lambda call: [convert(each) for each in _several(given, call)])
        return Condition(filtered.column, _COMPARISONS["in"], many, many=True)
    one = Parameter(filtered.wire.parameter, lambda call: convert(given.read(call)))
    return Condition(filtered.column, _COMPARISONS[operator], one)


def _several(given: Given, call: Call) -> list[Any]:
    """The values of a list, not too many of them; asked of every call, as a kept plan meets other lists."""
    found: list[Any] = given.read(call)
    if len(found) > MAX_LISTED:
        raise BadInput((given.path, f"has more than {MAX_LISTED} values"))
    return found


def _converter(filtered: Filter) -> Callable[[Any], Any]:
    if filtered.convert is not None:
        return filtered.convert
    prefix = filtered.wire.prefix
    if prefix is not None:
        return lambda value: own_id(prefix, value) if prefix else any_id(value)
    return lambda value: value.value if isinstance(value, Enum) else value


def _searching(path: tuple[str, ...]) -> Callable[[Any], Any]:
    """Makes the terms that are sought, in every call anew: a kept plan meets texts that it was not made for."""

    def convert(text: str) -> list[str]:
        try:
            return sorted(sought(text))
        except Unsearchable as error:
            raise BadInput((path, str(error))) from error

    return convert
