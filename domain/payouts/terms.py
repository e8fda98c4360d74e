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
    CANCELLED = "CANCELLED"
    """已取消: owed no more, before it left or after it came back."""


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
    """重付: try a failed one again, or ask anew for one that came back."""
    REVERSE = "REVERSE"
    """冲正: take a settled one back."""
    CANCEL = "CANCEL"
    """取消: taken when what it pays is owed no more."""


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


class AttemptChannel(StrEnum):
    """By which way an attempt goes to the bank (付款渠道)."""

    HTTP = "HTTP"
    """银行直连: a worker sends it and asks for its outcome."""
    FILE = "FILE"
    """付款文件: finance hands it over in a payment file; a bank statement tells its outcome."""


class PaymentFileState(StrEnum):
    """Whether a payment file may be fetched (付款文件状态)."""

    MAKING = "MAKING"
    """生成中: its payouts are chosen, and a job writes it."""
    READY = "READY"
    """已生成: written, and never written again."""


class StatementState(StrEnum):
    """Whether the entries of a bank statement are booked (对账单状态)."""

    RECEIVED = "RECEIVED"
    """已收妥: checked and kept; a job books its entries."""
    BOOKED = "BOOKED"
    """已入账: every entry was booked or is a named difference."""


class StatementFault(StrEnum):
    """Why a bank statement is refused (对账单拒收原因)."""

    NOT_THE_FILE = "NOT_THE_FILE"
    """文件与申报不符: other bytes than were announced."""
    UNREADABLE = "UNREADABLE"
    """无法解析: no well-formed XML, or XML that declares types or entities of its own."""
    NOT_CAMT_053 = "NOT_CAMT_053"
    """非 camt.053 报文: neither camt.053.001.02 nor .08 with one statement."""
    TOO_LARGE = "TOO_LARGE"
    """超出限制: nested too deeply, or more entries than are taken in."""
    INCOMPLETE = "INCOMPLETE"
    """内容不全: something that must be there is missing or cannot be."""
    OTHER_ACCOUNT = "OTHER_ACCOUNT"
    """非本方账户: not of our account."""
    OTHER_CURRENCY = "OTHER_CURRENCY"
    """币种不符: not in the currency of the account."""
    DOES_NOT_ADD_UP = "DOES_NOT_ADD_UP"
    """余额不平: opening balance and entries do not make the closing balance."""
    NUMBER_TAKEN = "NUMBER_TAKEN"
    """编号重复: another statement has this number already."""


class EntryDirection(StrEnum):
    """Which way the money of an entry went (借贷方向)."""

    DEBIT = "DEBIT"
    """借方: out of the account."""
    CREDIT = "CREDIT"
    """贷方: into it."""


class EntryState(StrEnum):
    """What became of an entry of a bank statement (对账单明细状态)."""

    WAITING = "WAITING"
    """待入账."""
    SETTLED = "SETTLED"
    """付款成功: it settled a payout."""
    CONFIRMED = "CONFIRMED"
    """已核对: it tells of a payout that was settled already."""
    RETURNED = "RETURNED"
    """退票: a payment came back, and its payout was reversed."""
    NAMED = "NAMED"
    """差异: a difference was opened about it."""
    OTHER = "OTHER"
    """其他收款: money that came in and is no payout's."""


class HoldReason(StrEnum):
    """Why a released payout is kept back (冻结原因)."""

    BANK_CHANGED = "BANK_CHANGED"
    """账户变更冷静期: the account was changed less than 24 hours ago."""
    OPEN_EXCEPTION = "OPEN_EXCEPTION"
    """存在未结差异: something about an earlier attempt is not explained."""
    REFERRED = "REFERRED"
    """案件调查中: the claim that it is for is under suspicion, or was found false."""
    FRAUD = "FRAUD"
    """欺诈嫌疑: something about the payment itself."""
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
    PAID_TWICE = "PAID_TWICE"
    """重复付款: a bank statement debits a payment once more."""
    RETURN_UNCLEAR = "RETURN_UNCLEAR"
    """退汇待查: money came back that cannot be taken for the return of one whole payment."""
    NOT_IN_STATEMENT = "NOT_IN_STATEMENT"
    """对账单未见: sent in a payment file days ago, and no bank statement tells of it."""
    RETURN_NOT_IN_STATEMENT = "RETURN_NOT_IN_STATEMENT"
    """退汇未见: somebody said days ago that it came back, and no bank statement tells of it."""


class ExceptionState(StrEnum):
    """Whether a difference is explained (差异状态)."""

    OPEN = "OPEN"
    """未处理: nobody has explained it."""
    CLOSED = "CLOSED"
    """已处理: explained."""


class ExceptionAction(StrEnum):
    """What can be done to a difference."""

    ASSIGN = "ASSIGN"
    """指派: say who explains it."""
    CLOSE = "CLOSE"
    """处理完毕: say what it was."""


UNPAID = (
    PayoutState.DRAFT, PayoutState.PENDING_APPROVAL, PayoutState.REJECTED, PayoutState.APPROVED, PayoutState.ON_HOLD,
    PayoutState.FAILED,
)  # fmt: skip
"""States of a payout that the bank has not got, or has refused."""
IN_FLIGHT = (PayoutState.SUBMITTED, PayoutState.UNKNOWN)
"""States in which the bank may have paid."""
STOPPABLE = (*UNPAID, *IN_FLIGHT)
"""States from which money may still leave: of what is on its way the bank may say that it refused it, or has it not."""
GONE = (PayoutState.REVERSED, PayoutState.CANCELLED)
"""States in which a payout neither is paid nor will be; another may be asked for in its place."""
