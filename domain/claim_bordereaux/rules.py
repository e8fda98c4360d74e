"""What the lines of a claims bordereau come to: pure sums."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was paid in the month less what came back from the bank, and what was recovered.

    Units: minor units of one currency.
    """

    paid: int = 0
    recovered: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.paid + other.paid, self.recovered + other.recovered)

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(self.paid - other.paid, self.recovered - other.recovered)
