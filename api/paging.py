"""Connections, orders and filters of the schema, generic over what they list."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

import strawberry

from api.enums import described

T = TypeVar("T")


@described
class Direction(StrEnum):
    """The direction of an order."""

    ASC = "ASC"
    """Smallest or oldest first."""
    DESC = "DESC"
    """Largest or newest first."""


@strawberry.type(description="How to go on from a page.")
class PageInfo:
    """How to go on from a page."""

    has_next_page: bool = strawberry.field(description="Whether rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row; null on an empty page.")


@strawberry.type(description="A row and its place in the list.")
class Edge(Generic[T]):
    """A row and its place in the list."""

    cursor: str = strawberry.field(description="The row's place, opaque.")
    node: T = strawberry.field(description="The row.")


@strawberry.type(description="A page of a list, by keyset.")
class Connection(Generic[T]):
    """A page of a list, by keyset."""

    nodes: list[T] = strawberry.field(description="The rows of the page.")
    edges: list[Edge[T]] = strawberry.field(description="The rows with their cursors.")
    page_info: PageInfo = strawberry.field(description="How to go on.")
    total_count: int | None = strawberry.field(description="All rows of the list; null above 10,000.")
    total_count_is_exact: bool = strawberry.field(description="Whether `totalCount` is told (at most 10,000 rows).")


@strawberry.input(one_of=True, description="Equal to one value or to one of several.")
class Matches(Generic[T]):
    """A filter on equality: exactly one of its fields is given."""

    eq: strawberry.Maybe[T] = strawberry.field(description="Equal to this.")
    in_: strawberry.Maybe[list[T]] = strawberry.field(name="in", description="Equal to one of these, 100 at most.")


@strawberry.input(description="A half-open span of time: `since` included, `before` not.")
class InstantSpan:
    """A span of instants."""

    since: datetime = strawberry.field(description="First instant.")
    before: datetime = strawberry.field(description="First instant after it.")


@strawberry.input(one_of=True, description="Instants since, before, or between.")
class InstantFilter:
    """A filter on instants: exactly one of its fields is given."""

    since: strawberry.Maybe[datetime] = strawberry.field(description="At or after this.")
    before: strawberry.Maybe[datetime] = strawberry.field(description="Before this.")
    between: strawberry.Maybe[InstantSpan] = strawberry.field(description="Within this span.")


@strawberry.input(description="A half-open span of days: `since` included, `before` not.")
class DaySpan:
    """A span of days."""

    since: date = strawberry.field(description="First day.")
    before: date = strawberry.field(description="First day after it.")


@strawberry.input(one_of=True, description="Days since, before, or between.")
class DayFilter:
    """A filter on days: exactly one of its fields is given."""

    since: strawberry.Maybe[date] = strawberry.field(description="On or after this.")
    before: strawberry.Maybe[date] = strawberry.field(description="Before this.")
    between: strawberry.Maybe[DaySpan] = strawberry.field(description="Within this span.")


@strawberry.input(
    description="A search by text, in any language. Letter case, full-width forms and the order of words do not matter."
)
class TextFilter:
    """A search by text."""

    contains: str = strawberry.field(
        description=(
            "Rows that hold all of this, 100 characters at most: words as a whole, Chinese, Japanese and Korean by any "
            "part of a sentence. At least one letter or digit."
        )
    )
