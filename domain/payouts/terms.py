"""The words of payouts: states, actions, why one is held, and what reconciliation may find."""

from __future__ import annotations

from enum import StrEnum


class PayoutState(StrEnum):
    """Where a payout stands (支付状态)."""

    DRAFT = "DRAFT"
    """待制单: requested by a decision; finance has not made it ready."""
    PENDING_APPROVAL = "PENDING_APPROVAL"
    """待审批: made ready, with payee and account."""
    APPROVED = "APPROVED"
    """已批准: released; a worker brings it to the bank."""
    REJECTED = "REJECTED"
    """已驳回: an approver refused it; finance may make it ready again."""
    ON_HOLD = "ON_HOLD"
    """已冻结: released, but risk, compliance or a cool-down keeps it back."""
    SUBMITTED = "SUBMITTED"
    """已提交银行: on its way to the bank."""
    SETTLED = "SETTLED"
    """已到账: the bank paid it."""
    FAILED = "FAILED"
    """支付失败: the bank refused it, with a code."""
    UNKNOWN = "UNKNOWN"
    """结果未知: the bank's answer was lost; it is asked, never sent again blindly."""
    REVERSED = "REVERSED"
    """已退票: paid, and came back."""


class PayoutAction(StrEnum):
    """What can be done to a payout."""

    MAKE_READY = "MAKE_READY"
    """经办: take over payee and account, for others to approve."""
    APPROVE = "APPROVE"
    """审批: release it, as one of those needed."""
    REJECT = "REJECT"
    """退回: send it back to its maker."""
    HOLD = "HOLD"
    """冻结: keep it from the bank."""
    RELEASE = "RELEASE"
    """解冻: let it go on."""
    VOID_APPROVAL = "VOID_APPROVAL"
    """审批失效: payee or account changed, so it starts anew."""
    SUBMIT = "SUBMIT"
    """提交银行: hand it to the bank."""
    RECALL = "RECALL"
    """撤回: the bank never got it."""
    LOSE_ANSWER = "LOSE_ANSWER"
    """结果未知: the bank did not answer."""
    SETTLE = "SETTLE"
    """付款成功: the bank has paid."""
    FAIL = "FAIL"
    """付款失败: the bank has refused."""
    RETRY = "RETRY"
    """重付: try a failed one again."""
    REVERSE = "REVERSE"
    """冲正: take a settled one back."""


class AttemptState(StrEnum):
    """Where one attempt to pay stands (支付指令状态); its number at the bank is never changed."""

    READY = "READY"
    """待发送."""
    SUBMITTED = "SUBMITTED"
    """已发送."""
    UNKNOWN = "UNKNOWN"
    """结果未知."""
    SETTLED = "SETTLED"
    """成功."""
    FAILED = "FAILED"
    """失败."""


class HoldReason(StrEnum):
    """Why a released payout is kept back (冻结原因)."""

    BANK_CHANGED = "BANK_CHANGED"
    """账户变更冷静期: the account was changed less than 24 hours ago."""
    OPEN_EXCEPTION = "OPEN_EXCEPTION"
    """存在未结差异: something about an earlier attempt is not explained."""
    FRAUD = "FRAUD"
    """欺诈嫌疑."""
    SANCTION = "SANCTION"
    """制裁名单."""
    OTHER = "OTHER"
    """其他."""


class ExceptionKind(StrEnum):
    """Differences between the bank, the payouts and the ledger (对账差异); each is named and owned until explained."""

    WRONG_AMOUNT = "WRONG_AMOUNT"
    """金额不符: the bank names another amount or currency."""
    CONTRADICTION = "CONTRADICTION"
    """结果矛盾: the bank says otherwise than before."""
    UNKNOWN_PAYMENT = "UNKNOWN_PAYMENT"
    """不明付款: the bank names a payment that is not ours."""
    MISSING_AT_BANK = "MISSING_AT_BANK"
    """银行无记录: settled here, not in the bank's list."""
    NOT_SETTLED_HERE = "NOT_SETTLED_HERE"
    """本地未入账: paid by the bank, not settled here."""
    NOT_IN_LEDGER = "NOT_IN_LEDGER"
    """总账缺失: settled, without its posting."""
    LEDGER_DIFFERS = "LEDGER_DIFFERS"
    """总账不符: the posting has another amount, or no payment stands behind it."""


class ExceptionState(StrEnum):
    """Whether a difference is explained (差异状态)."""

    OPEN = "OPEN"
    """未处理: nobody has explained it."""
    CLOSED = "CLOSED"
    """已处理: explained."""


class ExceptionAction(StrEnum):
    """What can be done to a difference."""

    CLOSE = "CLOSE"
    """处理完毕: say what it was."""


STOPPABLE = (
    PayoutState.DRAFT, PayoutState.PENDING_APPROVAL, PayoutState.REJECTED, PayoutState.APPROVED, PayoutState.ON_HOLD,
    PayoutState.FAILED,
)  # fmt: skip
"""States in which the bank has not been asked to pay, or refused."""
IN_FLIGHT = (PayoutState.SUBMITTED, PayoutState.UNKNOWN)
"""States in which the bank may have paid."""
