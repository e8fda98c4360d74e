"""Words of recoveries."""

from __future__ import annotations

from enum import StrEnum


class SalvageState(StrEnum):
    """Where the old device or part stands 残值状态."""

    EXPECTED = "EXPECTED"
    """待收回: it passes to the insurer, who does not have it yet."""
    RECEIVED = "RECEIVED"
    """已收回: the insurer has it."""
    SOLD = "SOLD"
    """已变卖: sold; finance confirms the money."""
    SCRAPPED = "SCRAPPED"
    """已报废: it is worth nothing."""
    LEFT_TO_CUSTOMER = "LEFT_TO_CUSTOMER"
    """留归客户: the insurer leaves it to the customer."""


class SalvageAction(StrEnum):
    """What is done with salvage."""

    RECEIVE = "RECEIVE"
    """收回: take it in."""
    SELL = "SELL"
    """变卖: sell it."""
    SCRAP = "SCRAP"
    """报废: throw it away, for a reason."""
    LEAVE_TO_CUSTOMER = "LEAVE_TO_CUSTOMER"
    """留归客户: leave it to the customer, for a reason."""
    UNDO_SALE = "UNDO_SALE"
    """撤销变卖: taken when finance finds no money of the sale."""


class SubrogationState(StrEnum):
    """Where a demand against a third party stands 代位求偿状态."""

    OPEN = "OPEN"
    """已立项: found, and not demanded yet."""
    DEMANDED = "DEMANDED"
    """已追偿: the third party was asked to pay."""
    RECOVERED = "RECOVERED"
    """已追回: all of it or a part came in."""
    CLOSED = "CLOSED"
    """已结束: nothing more is expected."""
    WAIVED = "WAIVED"
    """已放弃: the insurer does not pursue it, for a reason."""


class SubrogationAction(StrEnum):
    """What is done with a demand against a third party."""

    DEMAND = "DEMAND"
    """发出追偿函: ask the third party to pay."""
    RECORD_RECEIPT = "RECORD_RECEIPT"
    """登记追回款: write down what came in."""
    CONFIRM_RECEIPT = "CONFIRM_RECEIPT"
    """确认追回款: taken when finance finds the money."""
    CLOSE = "CLOSE"
    """结束: expect nothing more."""
    WAIVE = "WAIVE"
    """放弃: do not pursue it."""


class ReceiptState(StrEnum):
    """Where money that came back stands 追偿收款状态."""

    RECORDED = "RECORDED"
    """待确认: written down; finance has not found it yet."""
    CONFIRMED = "CONFIRMED"
    """已确认: found at the bank and posted."""
    REFUSED = "REFUSED"
    """未到账: finance did not find it."""


class ReceiptAction(StrEnum):
    """What is done with money that came back."""

    CONFIRM = "CONFIRM"
    """确认到账: say that it is at the bank."""
    REFUSE = "REFUSE"
    """否认到账: say that it is not."""
