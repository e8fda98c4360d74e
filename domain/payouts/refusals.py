"""Why payouts says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import OverLimit, Refusal
from domain.payouts.terms import HoldReason, StatementFault


@dataclass(eq=False)
class PayeeUnknown(Refusal):
    """The payee has given no bank account, so there is nowhere to pay to."""

    code = "PAYEE_UNKNOWN"
    english = "The payee has given no bank account."
    chinese = "收款方未登记收款账户。"


@dataclass(eq=False)
class PayeeChanged(Refusal):
    """The payee's account is another than the one made ready; approvals for the old one count for nothing."""

    code = "PAYEE_CHANGED"
    english = "The payee's bank account has changed; make the payout ready again."
    chinese = "收款账户已变更，请重新制单。"


@dataclass(eq=False)
class DutiesNotSeparate(Refusal):
    """Whoever decided, made, approved or reversed a payout, receives it or set its account, may not take this step."""

    code = "DUTIES_NOT_SEPARATE"
    english = "Somebody else must do this: you decided, made, approved, reversed or receive it, or set its account."
    chinese = "须由他人办理：您是该款项的核赔人、制单人、已审批人、冲正人、收款人或收款账户登记人。"


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
class PaymentUnderWay(Refusal):
    """The bank may be paying at this moment, so that what it pays cannot be taken back yet."""

    code = "PAYMENT_UNDER_WAY"
    english = "The bank may be paying this at the moment; its answer comes first."
    chinese = "银行可能正在付款，请待付款结果明确后再办理。"


@dataclass(eq=False)
class NotYourException(Refusal):
    """A difference is explained by its owner or by somebody who is set over all of them."""

    code = "NOT_YOUR_EXCEPTION"
    english = "Somebody else explains this difference; take it over first, or ask a finance approver."
    chinese = "该差异由他人负责，请先接手或由财务审批人处理。"


@dataclass(eq=False)
class PayerUnknown(Refusal):
    """The settings name no account of ours, so that there are no payment files and no bank statements."""

    code = "PAYER_UNKNOWN"
    english = "No account of ours is set up for payment files and bank statements."
    chinese = "未配置本方付款账户。"


@dataclass(eq=False)
class NothingToPay(Refusal):
    """No payout is left that a payment file could hold."""

    code = "NOTHING_TO_PAY"
    english = "There is no approved payout that could be paid by a file now."
    chinese = "当前没有可通过付款文件支付的已批准款项。"


@dataclass(eq=False)
class NotPayableByFile(Refusal):
    """A payout in another currency than our account's, or of which the bank may know over HTTP already."""

    code = "NOT_PAYABLE_BY_FILE"
    english = "One of these is in another currency, or the bank may know of it already; it goes to the bank by itself."
    chinese = "其中有款项币种不符，或银行可能已受理，须由系统直连支付。"


@dataclass(eq=False)
class StatementTicketUnknown(Refusal):
    """The ticket was not given by us, or its minutes are over, or whoever asked for it works in finance no more."""

    code = "TICKET_UNKNOWN"
    english = "This upload address is not valid, or no longer; ask for a new one."
    chinese = "上传地址无效或已过期，请重新获取。"


@dataclass(eq=False)
class StatementRefused(Refusal):
    """A bank statement that cannot be believed or read; nothing of it is kept."""

    fault: StatementFault
    code = "STATEMENT_REFUSED"
    english = "This bank statement is refused ({fault}); nothing of it was booked."
    chinese = "对账单被拒收（{fault}），未入账任何内容。"


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
