"""Words of the bordereaux room."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Self


class BordereauState(StrEnum):
    """Where a bordereau stands 保费清单状态."""

    OPEN = "OPEN"
    """待生成: its lines are still to be written."""
    GENERATED = "GENERATED"
    """已生成: its lines are written, and their totals are not those of the ledger."""
    VALIDATED = "VALIDATED"
    """已校验: its totals are those of the ledger."""
    SUBMITTED = "SUBMITTED"
    """已提交: the partner reads it."""
    ACKNOWLEDGED = "ACKNOWLEDGED"
    """已确认: the partner agrees."""
    REJECTED = "REJECTED"
    """已退回: the partner does not agree; another may be made for the month."""


class BordereauAction(StrEnum):
    """What is done with a bordereau."""

    GENERATE = "GENERATE"
    """生成: write its lines."""
    VALIDATE = "VALIDATE"
    """校验: find its totals equal to the ledger's."""
    REOPEN = "REOPEN"
    """重新生成: have its lines written anew, once the difference is dealt with."""
    SUBMIT = "SUBMIT"
    """提交: hand it to the partner."""
    ACKNOWLEDGE = "ACKNOWLEDGE"
    """确认: agree to it."""
    REJECT = "REJECT"
    """退回: say what is wrong with it."""


class LineKind(StrEnum):
    """What a line of a bordereau tells 交易类型."""

    NB = "NB"
    """新单: a policy that was issued in the month."""
    CAN = "CAN"
    """退保: a policy that was taken back in the month; its amounts are negative."""
    COM = "COM"
    """手续费: commission that was earned in the month by what customers paid for a policy invoiced to them."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What lines come to, or the ledger has of them; each part is compared. Units: minor units of one currency."""

    @property
    def parts(self) -> dict[str, int]:
        """What is compared with the ledger, by its name. Units: minor units."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def kept(self) -> dict[str, int]:
        """What stands on a bordereau, by its name. Units: minor units."""
        return self.parts

    def __add__(self, other: Self) -> Self:
        return replace(self, **{name: minor + getattr(other, name) for name, minor in self.parts.items()})

    def __sub__(self, other: Self) -> Self:
        return replace(self, **{name: minor - getattr(other, name) for name, minor in self.parts.items()})

    def columns(self, difference: Totals | None) -> dict[str, int | None]:
        """The columns of a bordereau with these totals; `difference` is null until they are compared."""
        known = difference.parts if difference is not None else {}
        return {
            **{f"{name}_minor": minor for name, minor in self.kept.items()},
            **{f"{name}_difference_minor": known.get(name) for name in self.parts},
        }
