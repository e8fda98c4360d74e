"""Words of commission statements."""

from __future__ import annotations

from enum import StrEnum


class StatementState(StrEnum):
    """Where a commission statement stands 手续费结算单状态."""

    ACCRUING = "ACCRUING"
    """计提中: its month is not over."""
    CLOSED = "CLOSED"
    """已结账: what was earned is added up; what is not above zero goes over to the next month."""
    APPROVED = "APPROVED"
    """已审批: finance has released it; its payout is requested."""
    PAID = "PAID"
    """已支付: the bank has paid the partner."""


class StatementAction(StrEnum):
    """What is done with a commission statement 结算操作."""

    CLOSE = "CLOSE"
    """结账: add up its month."""
    APPROVE = "APPROVE"
    """审批: release what is to be paid."""
    RECORD_PAID = "RECORD_PAID"
    """登记支付: the bank has paid it."""
