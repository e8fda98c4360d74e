"""Declares kinds of jobs: what each carries, where, how long and how often it runs; writes and reads arguments."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.jobs.refusals import KindTaken, NotStorable, UnknownKind, Unreadable
from domain.jobs.terms import Priority, Queue

__all__ = ["Kind", "Priority", "Queue", "find_kind", "job", "kind_of", "read_job", "write_job"]

T = TypeVar("T")
STORABLE: tuple[type, ...] = (UUID, str, bool, int, datetime, date)
NAME_LENGTH = 56  # leaves room for "system:" where the audit names the actor
TIME_LIMIT = timedelta(seconds=30)


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    `deadline` counts from the instant a job is due, `time_limit` from the start of each attempt. `park_on` and
    `dead_on` say what an exception of these classes means for this kind, before the general table is asked.
    `one_transaction` promises that the handler's whole effect is a single finishing transaction: such a job is
    claimed, done and finished in one commit.
    """

    name: str
    job: type[Any]
    queue: Queue
    max_attempts: int
    deadline: timedelta | None
    time_limit: timedelta
    priority: Priority
    one_transaction: bool
    retry_on: tuple[type[BaseException], ...]
    park_on: tuple[type[BaseException], ...]
    dead_on: tuple[type[BaseException], ...]
    schema_version: int
    shapes: Mapping[str, type]


_by_name: dict[str, Kind] = {}
_by_class: dict[type[Any], Kind] = {}


def job(  # noqa: PLR0913 - each fact of a kind is named where it is declared
    name: str,
    *,
    queue: Queue,
    max_attempts: int = 20,
    deadline: timedelta | None = None,
    time_limit: timedelta = TIME_LIMIT,
    priority: Priority = Priority.NORMAL,
    one_transaction: bool = False,
    retry_on: tuple[type[BaseException], ...] = (),
    park_on: tuple[type[BaseException], ...] = (),
    dead_on: tuple[type[BaseException], ...] = (),
    schema_version: int = 1,
) -> Callable[[type[T]], type[T]]:
    """Declares a frozen dataclass as a kind of job, named "room.what_it_does".

    Raises: KindTaken for a second class with this name; NotStorable for a field that cannot be stored.
    """
    if len(name) > NAME_LENGTH or (deadline is not None and time_limit > deadline):
        raise ValueError(f"{name}: the name is too long or the time limit beyond the deadline")

    def declare(declared: type[T]) -> type[T]:
        kind = Kind(
            name, declared, queue, max_attempts, deadline, time_limit, priority, one_transaction, retry_on, park_on,
            dead_on, schema_version, _shapes(name, declared),
        )  # fmt: skip
        taken = _by_name.get(name)
        if taken is not None and taken.job.__qualname__ != declared.__qualname__:
            raise KindTaken(f"{name} is {taken.job.__qualname__} already")
        _by_name[name] = _by_class[declared] = kind
        return declared

    return declare


def find_kind(name: str) -> Kind | None:
    """The kind of this name, if this process knows it."""
    return _by_name.get(name)


def kind_of(declared: type[Any]) -> Kind:
    """The kind that a job class was declared as.

    Raises: UnknownKind.
    """
    try:
        return _by_class[declared]
    except KeyError:
        raise UnknownKind(f"{declared.__qualname__} is not declared with @job") from None


def write_job(work: object) -> tuple[Kind, dict[str, Any]]:
    """A job's kind and the JSON document of its fields.

    Raises: UnknownKind; NotStorable when it would not come back equal.
    """
    kind = kind_of(type(work))
    document = {name: _plain(getattr(work, name)) for name in kind.shapes}
    try:
        same = read_job(kind, document) == work
    except Unreadable as wrong:
        raise NotStorable(f"{kind.name}: {wrong}") from wrong
    if not same:
        raise NotStorable(f"{kind.name}: a field does not come back as it went in")
    return kind, document


def read_job(kind: Kind, document: Mapping[str, Any]) -> Any:
    """The job that a stored document describes; a field added since is given its default.

    Raises: Unreadable.
    """
    if unknown := document.keys() - kind.shapes.keys():
        raise Unreadable(f"{kind.name}: unknown fields {sorted(unknown)}")
    try:
        values = {name: _value(kind.shapes[name], stored) for name, stored in document.items()}
        return kind.job(**values)
    except (AttributeError, TypeError, ValueError, KeyError) as wrong:
        raise Unreadable(f"{kind.name}: {wrong}") from wrong


def _shapes(name: str, declared: type[Any]) -> dict[str, type]:
    parameters = getattr(declared, "__dataclass_params__", None)
    if not is_dataclass(declared) or parameters is None or not parameters.frozen:
        raise NotStorable(f"{name}: a job is a frozen dataclass")
    hints = get_type_hints(declared)
    return {each.name: _shape(name, each.name, hints[each.name]) for each in fields(declared)}


def _shape(name: str, field: str, hint: Any) -> type:
    """The type to read a field as. Optional fields are read as their type, or as nothing."""
    if get_origin(hint) in (Union, types.UnionType):
        parts = [each for each in get_args(hint) if each is not type(None)]
        hint = parts[0] if len(parts) == 1 else hint
    if hint not in STORABLE:
        raise NotStorable(f"{name}.{field}: only {', '.join(each.__name__ for each in STORABLE)} can be stored")
    return hint  # type: ignore[no-any-return]


def _plain(value: object) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime() if value.tzinfo is None:
            raise NotStorable("an instant without a zone cannot be stored")
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _value(shape: type, stored: Any) -> Any:
    if stored is None:
        return None
    if shape is UUID:
        return UUID(stored)
    if issubclass(shape, date):  # a datetime is a date, too
        return shape.fromisoformat(stored)
    if type(stored) is not shape:
        raise ValueError(f"{type(stored).__name__} where {shape.__name__} was expected")
    return stored
