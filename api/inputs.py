"""What callers give to mutations: bounds that stand beside each field, judged all at once before a verb runs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField
from strawberry.types.maybe import Some
from strawberry.utils.str_converters import to_camel_case

from api.scalars import MoneyInput
from domain.kernel.ids import own_id
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid

T = TypeVar("T")
BOUND = "bound"
NO_ROW = UUID(int=0)
VERSION = "The row's version that the change was decided on; another one is refused as a conflict."
MAX_REASON = 2_000
MAX_LISTED = 100


# Controls of terminals and of the direction of writing: a text with them does not look like what it is.
TURNING = r"\u202a-\u202e\u2066-\u2069"
UNFIT = re.compile(rf"[\x00-\x1f\x7f-\x9f{TURNING}]")
UNFIT_IN_LINES = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{TURNING}]|\r(?!\n)")
# Spaces, joiners, fillers and selectors; within a text they are welcome, as in an emoji of several signs.
INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]+"
)


class Bound(Protocol):
    """What a value of an input must keep to."""

    def broken_by(self, value: Any) -> tuple[str, str | None] | None:
        """The rule's name and its bound when the value breaks it."""


@dataclass(frozen=True)
class Length:
    """A text of so many characters: not blank unless that is allowed, of one line unless it may have `lines`."""

    most: int
    blank: bool = False
    lines: bool = False

    def broken_by(self, value: str) -> tuple[str, str | None] | None:
        """`required` for a blank text, `max_length` for a long one, `characters` for one that hides what it says."""
        if not value.strip() and not self.blank:
            return "required", None
        if len(value) > self.most:
            return "max_length", str(self.most)
        unfit = UNFIT_IN_LINES if self.lines else UNFIT
        return ("characters", None) if unfit.search(value) or (value and not INVISIBLE.sub("", value)) else None


@dataclass(frozen=True)
class Between:
    """A number within bounds, both included."""

    least: int | Decimal
    most: int | Decimal

    def broken_by(self, value: int | Decimal) -> tuple[str, str | None] | None:
        """`between` for a number outside."""
        return None if self.least <= value <= self.most else ("between", f"{self.least} and {self.most}")


@dataclass(frozen=True)
class Texts:
    """A list of at most so many texts, each of one line and of so many characters."""

    most: int
    length: int

    def broken_by(self, value: list[str]) -> tuple[str, str | None] | None:
        """`max_items` for a long list."""
        return ("max_items", str(self.most)) if len(value) > self.most else None

    def each(self) -> Length:
        """What every one of them must keep to."""
        return Length(self.length)


@dataclass(frozen=True)
class Count:
    """A list of at most so many values, no two of them alike in the `unique` parts.

    Values that stand `apart` are judged one by one by the mutation, which may do without those that are unfit.
    """

    most: int
    unique: tuple[str, ...] = ()
    apart: bool = False

    def broken_by(self, value: list[Any]) -> tuple[str, str | None] | None:
        """`max_items` for a long list, `unique` for one that says something twice."""
        if len(value) > self.most:
            return "max_items", str(self.most)
        keys = {tuple(getattr(each, part) for part in self.unique) for each in value}
        return ("unique", ", ".join(self.unique)) if self.unique and len(keys) < len(value) else None


def text(description: str, most: int, *, blank: bool = False) -> Any:
    """A field for a text of one line. Units: `most` characters."""
    return _field(f"{description} At most {most:,} characters.", Length(most, blank))


def lines(description: str, most: int) -> Any:
    """A field for a text that may have several lines. Units: `most` characters."""
    return _field(f"{description} At most {most:,} characters.", Length(most, lines=True))


def number(description: str, least: int | str, most: int | str, **default: Any) -> Any:
    """A field for a number, with a `default` if one is named; bounds given as text are exact decimals."""
    bounds = [Decimal(each) if isinstance(each, str) else each for each in (least, most)]
    return _field(f"{description} From {least} to {most}.", Between(*bounds), **default)


def many(description: str, *unique: str, most: int = MAX_LISTED, apart: bool = False) -> Any:
    """A field for a list; `unique` names the parts that tell its values apart, `apart` leaves them to the mutation."""
    return _field(f"{description} At most {most}.", Count(most, unique, apart))


def texts(description: str, length: int, *, most: int = MAX_LISTED) -> Any:
    """A field for a list of texts of one line. Units: `length` characters of each, `most` texts."""
    return _field(f"{description} At most {most}, each of at most {length:,} characters.", Texts(most, length))


def reason(description: str = "Why, for the audit.") -> Any:
    """A field for a reason."""
    return lines(description, MAX_REASON)


def version() -> Any:
    """The field `expectedVersion`."""
    return strawberry.field(description=VERSION)


def plain(description: str) -> Any:
    """A field whose type says all there is to say: an id, an enum, an amount, a day."""
    return strawberry.field(description=description)


def _field(description: str, bound: Bound, **default: Any) -> Any:
    return strawberry.field(description=description, metadata={BOUND: bound}, **default)


def row_id(prefix: str, given: str) -> UUID:
    """The row that an id names; a malformed one, or one of another kind, names no row, and the verb says so."""
    return own_id(prefix, given) or NO_ROW


def money(value: strawberry.Maybe[MoneyInput | None]) -> Money | None:
    """An optional amount; its bounds were judged before."""
    found = value_of(value)
    return None if found is None else found.money()


def value_of(value: strawberry.Maybe[T | None]) -> T | None:
    """An optional value of an input; absent and null are the same."""
    return None if value is None else value.value


def faults(value: Any, path: tuple[str, ...] = ("input",)) -> Iterator[Invalid]:
    """Everything in an input that breaks the bounds of its fields, outermost first."""
    match value:
        case Some():
            yield from faults(value.value, path)
        case list():
            for index, each in enumerate(value):
                yield from faults(each, (*path, str(index)))
        case MoneyInput():
            yield from _money_faults(value, path)
        case _ if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield from _field_faults(field, getattr(value, field.name), path)


def _money_faults(value: MoneyInput, path: tuple[str, ...]) -> Iterator[Invalid]:
    if value.amount < 0:
        yield Invalid("min", "0", path=(*path, "amount"))
        return
    try:
        value.money(*path)
    except Invalid as fault:
        yield fault


def _field_faults(field: Any, value: Any, path: tuple[str, ...]) -> Iterator[Invalid]:
    plain_value = value.value if isinstance(value, Some) else value
    if plain_value is None:
        return
    below = (*path, _graphql_name(field))
    bound: Bound | None = field.metadata.get(BOUND)
    broken = bound.broken_by(plain_value) if bound else None
    if broken:
        yield Invalid(*broken, path=below)
    elif isinstance(bound, Texts):
        for index, text in enumerate(plain_value):
            if unfit := bound.each().broken_by(text):
                yield Invalid(*unfit, path=(*below, str(index)))
    elif not (isinstance(bound, Count) and bound.apart):
        yield from faults(plain_value, below)


def _graphql_name(field: Any) -> str:
    named = field.graphql_name if isinstance(field, StrawberryField) else None
    return named or to_camel_case(field.name)
