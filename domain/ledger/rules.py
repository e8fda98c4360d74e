"""The rule of double entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from domain.kernel.money import Currency
from domain.ledger.terms import Line


def is_balanced(lines: Sequence[Line]) -> bool:
    """Whether debits and credits are equal in every currency, no line is empty and there is one at all."""
    sums: dict[Currency, int] = defaultdict(int)
    for line in lines:
        sums[line.amount.currency] += line.amount.minor
    return bool(lines) and not any(sums.values()) and all(line.amount.minor for line in lines)
