"""Words of the bordereaux room."""

from __future__ import annotations

from enum import StrEnum


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
