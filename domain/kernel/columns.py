"""Column helpers that close the types Tortoise leaves open, so that models read as field definitions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, cast
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.kernel.ids import new_id

E = TypeVar("E", bound=StrEnum)


class _Instant(fields.DatetimeField):  # type: ignore[type-arg]
    """`timestamptz(3)`: the millisecond precision that the wire shows, so that what is compared is what is stored."""

    class _db_postgres:  # noqa: N801 - the name Tortoise looks for
        SQL_TYPE = "TIMESTAMPTZ(3)"


def key() -> UUID:
    """The primary key: a time-ordered UUID made in the application."""
    return cast(UUID, fields.UUIDField(primary_key=True, default=new_id))


def reference() -> UUID:
    """The id of a row in another room's table; its constraint is in the model's `Meta` or a foreign key."""
    return cast(UUID, fields.UUIDField())


def maybe_reference() -> UUID | None:
    """An optional reference."""
    return cast("UUID | None", fields.UUIDField(null=True))


def text(length: int) -> str:
    """A text of at most `length` characters."""
    return cast(str, fields.CharField(max_length=length))


def maybe_text(length: int) -> str | None:
    """An optional text."""
    return cast("str | None", fields.CharField(max_length=length, null=True))


def choice(kind: type[E]) -> E:
    """A value of a closed set, stored as its upper-case name."""
    return cast(E, fields.CharEnumField(kind, max_length=32))


def maybe_choice(kind: type[E]) -> E | None:
    """An optional value of a closed set."""
    return cast("E | None", fields.CharEnumField(kind, max_length=32, null=True))


def whole(default: int | None = None) -> int:
    """A 32-bit whole number."""
    return cast(int, fields.IntField(default=default) if default is not None else fields.IntField())


def maybe_whole() -> int | None:
    """An optional 32-bit whole number."""
    return cast("int | None", fields.IntField(null=True))


def minor() -> int:
    """An amount in minor units of the row's currency (`<name>_minor`)."""
    return cast(int, fields.BigIntField())


def maybe_minor() -> int | None:
    """An optional amount in minor units."""
    return cast("int | None", fields.BigIntField(null=True))


def big(default: int | None = None) -> int:
    """A 64-bit whole number."""
    return cast(int, fields.BigIntField(default=default) if default is not None else fields.BigIntField())


def rate() -> Decimal:
    """A rate or factor, twelve digits, six after the point. Never an amount of money."""
    return cast(Decimal, fields.DecimalField(max_digits=12, decimal_places=6))


def maybe_rate() -> Decimal | None:
    """An optional rate or factor."""
    return cast("Decimal | None", fields.DecimalField(max_digits=12, decimal_places=6, null=True))


def points() -> Decimal:
    """Points of a score, eight digits, two after the point."""
    return cast(Decimal, fields.DecimalField(max_digits=8, decimal_places=2))


def instant(default: Callable[[], datetime] | None = None) -> datetime:
    """An instant in UTC at millisecond precision."""
    return cast(datetime, _Instant(default=default) if default else _Instant())


def maybe_instant() -> datetime | None:
    """An optional instant."""
    return cast("datetime | None", _Instant(null=True))


def day() -> Any:
    """A calendar day in the insurer's zone; annotate it as `date`."""
    return fields.DateField()


def maybe_day() -> Any:
    """An optional calendar day; annotate it as `date | None`."""
    return fields.DateField(null=True)


def flag(default: bool = False) -> bool:  # noqa: FBT001, FBT002 - a column's default
    """A truth value."""
    return cast(bool, fields.BooleanField(default=default))


def sealed() -> bytes:
    """A ciphertext (AES-GCM with key id); its mask stands beside it."""
    return cast(bytes, fields.BinaryField())


def maybe_sealed() -> bytes | None:
    """An optional ciphertext."""
    return cast("bytes | None", fields.BinaryField(null=True))


def document(default: Callable[[], Any] = dict) -> Any:
    """A JSON document (`jsonb`); annotate it with its shape."""
    return fields.JSONField(default=default)


def maybe_document() -> Any:
    """An optional JSON document."""
    return fields.JSONField(null=True)


def terms() -> list[str]:
    """What the row is found by (`text[]`), as `searching.terms` makes it of the row's texts.

    The index that finds it stands in `migrations/sql/<room>.sql`: `CREATE INDEX … ON … USING gin (terms);`.
    """
    return cast("list[str]", ArrayField("text", default=list))


def version() -> int:
    """The row's version: 1 when created, one more with every change; what `expectedVersion` is compared with."""
    return cast(int, fields.IntField(default=1))


def belongs_to(model: str) -> Any:
    """A foreign key to a row of this room or a lower one; declare `<name>_id: UUID` beside it and index it."""
    return fields.ForeignKeyField(f"aftercare.{model}", related_name=False, on_delete=fields.OnDelete.RESTRICT)


def maybe_belongs_to(model: str) -> Any:
    """An optional foreign key; declare `<name>_id: UUID | None` beside it and index it."""
    return fields.ForeignKeyField(
        f"aftercare.{model}", related_name=False, on_delete=fields.OnDelete.RESTRICT, null=True
    )
