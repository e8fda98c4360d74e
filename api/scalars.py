"""Scalars and value types of the schema: strict on the way in, one form on the way out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from graphql import GraphQLError, ValueNode
from graphql.utilities import value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from api.enums import described
from domain.kernel.money import AMOUNT_PATTERN, Currency, Money
from domain.kernel.refusals import Invalid

BigInt = NewType("BigInt", int)
JSON = NewType("JSON", object)

YEARS = range(2, 9999)  # the database's driver takes the first and last day there are for infinity
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_BIG = re.compile(r"-?\d{1,18}", re.ASCII)


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not AMOUNT_PATTERN.fullmatch(value):
        raise GraphQLError('A Decimal is a text of at most 15 digits, a point and at most 6 digits, such as "12.50".')
    return Decimal(value)


def _instant(value: object) -> datetime:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
            if instant.year in YEARS:
                return instant
        except (ValueError, OverflowError):
            pass
    raise GraphQLError('A DateTime is an RFC 3339 text with an offset, such as "2026-11-01T09:00:00Z".')


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
            if day.year in YEARS:
                return day
        except ValueError:
            pass
    raise GraphQLError('A Date is a text such as "2026-11-01".')


def _big(value: object) -> int:
    if not isinstance(value, str) or not _BIG.fullmatch(value):
        raise GraphQLError("A BigInt is a text of at most 18 digits.")
    return int(value)


def _literal(parse: Any) -> Any:
    def read(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
        try:
            return parse(value_from_ast_untyped(node, variables))
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from error

    return read


def _scalar(name: str, parse: Any, description: str, link: str | None = None) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, specified_by_url=link, parse_value=parse, parse_literal=_literal(parse)
    )


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: _scalar(
        "Decimal", _decimal, "An exact decimal number as text: at most 15 digits, a point, at most 6 digits."
    ),
    datetime: _scalar(
        "DateTime",
        _instant,
        "An instant: RFC 3339 with an offset; given out in UTC with milliseconds.",
        "https://scalars.graphql.org/andimarek/date-time.html",
    ),
    date: _scalar(
        "Date",
        _day,
        "A calendar day in the insurer's zone (Asia/Shanghai), as `2026-11-01`.",
        "https://scalars.graphql.org/andimarek/local-date.html",
    ),
    BigInt: _scalar("BigInt", _big, "A whole number of up to 18 digits as text."),
    JSON: _scalar("JSON", lambda value: value, "Any JSON value; only for opaque data."),
}

CurrencyCode = described(Currency, "CurrencyCode")


@strawberry.type(name="Money", description="An amount of money in one currency.")
class MoneyType:
    """An amount of money."""

    amount: Decimal = strawberry.field(
        description="The exact amount in units of the currency (yuan, not fen), at its scale."
    )
    currency: Currency = strawberry.field(description="The currency.")


@strawberry.input(description="An amount of money, never negative, with no more decimals than the currency has.")
class MoneyInput:
    """An amount that a caller names."""

    amount: Decimal = strawberry.field(description="The exact amount in units of the currency (yuan, not fen).")
    currency: Currency = strawberry.field(default=Currency.CNY, description="The currency.")

    def money(self, *path: str) -> Money:
        """The amount as money.

        Raises: Invalid at `path` when it has more decimals than the currency.
        """
        try:
            return Money.of(self.amount, self.currency)
        except ValueError:
            raise Invalid("scale", str(self.currency.scale), path=(*path, "amount")) from None
