"""What the lines of a claims bordereau come to: pure sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.bordereaux.terms import Totals
from domain.ledger.terms import Account, Line


@dataclass(frozen=True, slots=True)
class Amounts(Totals):
    """What was paid in the month less what came back from the bank, and what was recovered.

    Units: minor units of one currency.
    """

    paid: int = 0
    recovered: int = 0


def amounts_of(lines: Iterable[Line]) -> Amounts:
    """What postings for claims come to: a recovery is a credit there, and stands above zero here."""
    sums = dict.fromkeys(Account, 0)
    for line in lines:
        sums[line.account] += line.amount.minor
    return Amounts(sums[Account.CLAIMS_PAYABLE], -sums[Account.CLAIMS_RECOVERIES])
