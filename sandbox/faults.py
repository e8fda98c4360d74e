"""The sandbox bank's plan of faults: a list that is used up in order, then chances from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What may go wrong with one payment."""

    NONE = "NONE"
    LOST_ANSWER = "LOST_ANSWER"
    """Paid, and nobody answers or calls back: only asking finds it."""
    TIMEOUT_BEFORE = "TIMEOUT_BEFORE"
    """Not paid, and nobody answers."""
    ERROR = "ERROR"
    """Not paid, status 500: the caller cannot tell."""
    ERROR_AFTER = "ERROR_AFTER"
    """Paid, status 500: the caller cannot tell."""
    BUSY = "BUSY"
    """Not paid, status 429."""
    REFUSED = "REFUSED"
    """Not paid, for good."""
    PENDING = "PENDING"
    """Accepted; a callback settles it later."""
    LATE_CALLBACK = "LATE_CALLBACK"
    """Paid, the callback comes late."""
    DOUBLE_CALLBACK = "DOUBLE_CALLBACK"
    """Paid, the callback comes twice."""
    FORGED_CALLBACK = "FORGED_CALLBACK"
    """Paid; before the bank's callback somebody else says that it failed."""
    WRONG_AMOUNT_CALLBACK = "WRONG_AMOUNT_CALLBACK"
    """Paid; the callback names another amount."""


class PlanUnreadable(ValueError):
    """A plan names a fault that there is none of, or a chance that is none."""


@dataclass
class Plan:
    """Which fault comes next."""

    faults: list[Fault] = field(default_factory=list)
    chances: Mapping[Fault, float] = field(default_factory=dict)
    seed: int = 1
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - the same seed must give the same faults

    def take(self) -> Fault:
        """The fault of the next payment."""
        if self.faults:
            return self.faults.pop(0)
        drawn = self._random.random()
        for fault, chance in sorted(self.chances.items()):
            if drawn < chance:
                return fault
            drawn -= chance
        return Fault.NONE


def demo_plan() -> Plan:
    """The plan of the demo: the first payment of every run loses its answer."""
    return Plan([Fault.LOST_ANSWER])


def read_plan(given: Mapping[str, object]) -> Plan:
    """A plan from `{"faults": [name], "chances": {name: 0..1}, "seed": int}`; each part may be left out.

    Raises: PlanUnreadable.
    """
    faults, chances, seed = given.get("faults", []), given.get("chances", {}), given.get("seed", 1)
    if not isinstance(faults, Sequence) or not isinstance(chances, Mapping) or not isinstance(seed, int):
        raise PlanUnreadable("faults is a list, chances an object, seed a number")
    try:
        listed = [Fault(each) for each in faults]
        odds = {Fault(name): float(chance) for name, chance in chances.items()}
    except (ValueError, TypeError) as wrong:
        raise PlanUnreadable(f"{wrong}; the faults are {', '.join(Fault)}") from None
    if any(chance < 0 for chance in odds.values()) or sum(odds.values()) > 1:
        raise PlanUnreadable("chances are between 0 and 1, and so is their sum")
    return Plan(listed, odds, seed)
