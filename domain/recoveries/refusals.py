"""Why recoveries says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import OverLimit, Refusal


@dataclass(eq=False)
class NothingPaid(Refusal):
    """Rights pass to the insurer with the payment, not before (Art. 59, 60)."""

    code = "NOTHING_PAID"
    english = "Nothing was paid on this claim; rights pass to the insurer with the payment."
    chinese = "该赔案尚未赔付，保险人自赔付之日起才取得相关权利。"


@dataclass(eq=False)
class AboveRecoverable(OverLimit):
    """Never more is recovered on a claim than was paid; what is above belongs to the customer (Art. 60)."""

    what: str = "recoverable"
    english = "No more than {limit} may still be recovered on this claim; what is above belongs to the customer."
    chinese = "该赔案尚可追偿 {limit}，超出部分归被保险人所有。"


@dataclass(eq=False)
class PartsChanged(Refusal):
    """More was paid on the claim since the sale, or is to be, so that more of its money is the insurer's."""

    code = "PARTS_CHANGED"
    english = "More was paid on this claim since the sale, or is to be; refuse the receipt and have it sold anew."
    chinese = "变卖后该赔案又有或将有赔付，分配金额已变化；请否认该收款，并重新登记变卖。"


@dataclass(eq=False)
class ReceiptPending(Refusal):
    """A demand is not ended while finance looks for money of it."""

    code = "RECEIPT_PENDING"
    english = "Money of it is not confirmed yet."
    chinese = "尚有收款待财务确认。"
