"""Why payouts says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import OverLimit, Refusal
from domain.payouts.terms import HoldReason


@dataclass(eq=False)
class PayeeUnknown(Refusal):
    """The customer has given no bank account, so there is nowhere to pay to."""

    code = "PAYEE_UNKNOWN"
    english = "The customer has given no bank account."
    chinese = "客户未登记收款账户。"


@dataclass(eq=False)
class PayeeChanged(Refusal):
    """The customer's account is another than the one made ready; approvals for the old one count for nothing."""

    code = "PAYEE_CHANGED"
    english = "The customer's bank account has changed; make the payout ready again."
    chinese = "客户收款账户已变更，请重新制单。"


@dataclass(eq=False)
class DutiesNotSeparate(Refusal):
    """Whoever decided, made or already approved a payout, or receives it, may not take this step."""

    code = "DUTIES_NOT_SEPARATE"
    english = "Somebody else must do this: you decided, made, approved or receive this payout."
    chinese = "须由他人办理：您是该款项的核赔人、制单人、已审批人或收款人。"


@dataclass(eq=False)
class AboveApprovalAuthority(OverLimit):
    """The amount is above what this person may release."""

    what: str = "authority"
    english = "This is above your approval authority of {limit}."
    chinese = "超出您的审批权限 {limit}。"


@dataclass(eq=False)
class PayoutRequestedAlready(Refusal):
    """There is a live payout for this decision already."""

    code = "PAYOUT_REQUESTED_ALREADY"
    english = "A payout for this decision was requested already."
    chinese = "该决定的付款申请已存在。"


@dataclass(eq=False)
class PaymentsStopped(Refusal):
    """What this payout is for is in doubt; the payout goes on when that is settled, not by itself."""

    stop: HoldReason
    code = "PAYMENTS_STOPPED"
    english = "What this payout is for is in doubt ({stop}); settle that first."
    chinese = "该款项所涉事项存疑（{stop}），请先处理。"


@dataclass(eq=False)
class CallbackRefused(Refusal):
    """A word that does not come from the bank, or is too old to be trusted."""

    code = "CALLBACK_REFUSED"
    english = "This callback is not signed by the bank, or too old."
    chinese = "回调签名无效或已过期。"


@dataclass(eq=False)
class CallbackUnreadable(Refusal):
    """A signed word of the bank that cannot be read."""

    code = "CALLBACK_UNREADABLE"
    english = "This callback cannot be read."
    chinese = "回调内容无法解析。"
