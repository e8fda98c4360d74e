"""Money as whole minor units with its currency, and the one rounding rule of the insurer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

AMOUNT_PATTERN = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)


class Currency(StrEnum):
    """Currencies in which the insurer keeps accounts."""

    CNY = "CNY"
    """人民币, yuan renminbi: two decimals."""
    HKD = "HKD"
    """港币, Hong Kong dollar: two decimals."""
    USD = "USD"
    """美元, US dollar: two decimals."""
    EUR = "EUR"
    """欧元, euro: two decimals."""
    JPY = "JPY"
    """日元, yen: no decimals."""

    @property
    def scale(self) -> int:
        """Digits after the decimal point (ISO 4217)."""
        return 0 if self is Currency.JPY else 2


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (fen, cents) of one currency. Arithmetic across currencies is refused."""

    minor: int
    currency: Currency = Currency.CNY

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money is a whole number of minor units")

    @classmethod
    def of(cls, amount: Decimal | str, currency: Currency = Currency.CNY) -> Money:
        """The money that an exact decimal names.

        Raises: ValueError when the amount has more digits than the currency has.
        """
        exact = Decimal(amount) if isinstance(amount, str) else amount
        minor = exact.scaleb(currency.scale)
        if not minor.is_finite() or minor != minor.to_integral_value():
            raise ValueError(f"{currency} has {currency.scale} decimals")
        return cls(int(minor), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: Currency = Currency.CNY) -> Money:
        """The money nearest to a computed amount, halves away from zero: the one rounding at the end of a formula."""
        return cls(int(amount.scaleb(currency.scale).to_integral_value(ROUND_HALF_UP)), currency)

    @property
    def amount(self) -> Decimal:
        """The exact decimal amount at the currency's scale."""
        return Decimal(self.minor).scaleb(-self.currency.scale)

    def _same(self, other: Money) -> int:
        if other.currency is not self.currency:
            raise ValueError(f"{other.currency} is not {self.currency}")
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def share(amount: Money, part: int, whole: int) -> Money:
    """`amount * part / whole`, rounded once. Units: part and whole are counts of the same thing (days)."""
    return Money.rounded(amount.amount * part / whole, amount.currency)


def spread(amount: Money, count: int) -> list[Money]:
    """Equal instalments that add up exactly: the floor share, spare minor units to the first ones."""
    floor, spare = divmod(amount.minor, count)
    return [Money(floor + (1 if index < spare else 0), amount.currency) for index in range(count)]
