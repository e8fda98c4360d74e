"""What the lines of a bordereau come to: pure sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.bordereaux.terms import Totals
from domain.kernel.days import months_after
from domain.ledger.terms import Account, Line


@dataclass(frozen=True, slots=True)
class Amounts(Totals):
    """Premium without tax, the tax, and the commission. Units: minor units of one currency."""

    net: int = 0
    tax: int = 0
    commission: int = 0

    @property
    def gross(self) -> int:
        """The premium with tax. Units: minor units."""
        return self.net + self.tax

    @property
    def kept(self) -> dict[str, int]:
        """The premium with tax stands there beside its parts."""
        return {"gross": self.gross, **self.parts}


def amounts_of(lines: Iterable[Line]) -> Amounts:
    """What a posting of premium comes to: income and tax are credits there, and stand above zero here."""
    sums = dict.fromkeys(Account, 0)
    for line in lines:
        sums[line.account] += line.amount.minor
    return Amounts(-sums[Account.PREMIUM_INCOME], -sums[Account.VAT_PAYABLE], sums[Account.COMMISSION_EXPENSE])


def last_month(today: date) -> date:
    """The first day of the month that was over last."""
    return months_after(today.replace(day=1), -1)
