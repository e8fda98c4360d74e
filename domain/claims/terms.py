"""The words of claims: states, actions, causes of loss and the coded reasons for saying no."""

from __future__ import annotations

from enum import StrEnum


class ClaimState(StrEnum):
    """Where a claim stands (赔案状态)."""

    NOTIFIED = "NOTIFIED"
    """已报案: the loss was reported."""
    REGISTERED = "REGISTERED"
    """已立案: taken up by a handler, a case reserve is set."""
    NOT_REGISTERED = "NOT_REGISTERED"
    """不予立案: not taken up, with a reason."""
    DOCS_REQUESTED = "DOCS_REQUESTED"
    """待补材料: the one full list of missing documents was sent."""
    ASSESSING = "ASSESSING"
    """审核定损中: cover and amount are being assessed."""
    DECISION_PENDING = "DECISION_PENDING"
    """待核赔: an amount is proposed and waits for a decision."""
    APPROVED = "APPROVED"
    """同意赔付: all that the contract pays was approved."""
    PARTIALLY_APPROVED = "PARTIALLY_APPROVED"
    """部分赔付: less than the contract pays was approved, with a reason."""
    DECLINED = "DECLINED"
    """拒赔: not covered, with a coded reason, the clause and a text."""
    AGREED = "AGREED"
    """达成协议: the customer accepted the amount; the ten days for payment run."""
    PAYMENT_PENDING = "PAYMENT_PENDING"
    """待支付: the payout is requested."""
    PAID = "PAID"
    """已赔付: the bank settled the payout."""
    CLOSED = "CLOSED"
    """已结案: nothing is open, the reserve is zero."""
    REOPENED = "REOPENED"
    """重新立案: taken up again with a coded reason."""
    WITHDRAWN = "WITHDRAWN"
    """撤案: taken back before a decision."""


class ClaimAction(StrEnum):
    """What can be done to a claim."""

    REGISTER = "REGISTER"
    """立案: take it up."""
    REFUSE_REGISTRATION = "REFUSE_REGISTRATION"
    """不予立案: do not take it up."""
    ASSIGN = "ASSIGN"
    """分配: give it to a handler."""
    REQUEST_DOCUMENTS = "REQUEST_DOCUMENTS"
    """通知补充材料: ask for everything that is missing."""
    RECEIVE_DOCUMENTS = "RECEIVE_DOCUMENTS"
    """收到材料: take in papers."""
    ADD_PAPER = "ADD_PAPER"
    """上传材料: hand in a file."""
    JUDGE_DOCUMENT = "JUDGE_DOCUMENT"
    """审核材料: accept or reject a paper, or go on without it."""
    START_ASSESSMENT = "START_ASSESSMENT"
    """开始定损: begin the assessment."""
    SET_LINES = "SET_LINES"
    """录入定损明细: set the lines of the bill."""
    RECORD_THIRD_PARTY = "RECORD_THIRD_PARTY"
    """登记第三者责任: say what a third party has paid, and what the customer gave up against it."""
    PROPOSE = "PROPOSE"
    """提交核赔: put the computed amount up for decision."""
    RETURN_TO_ASSESSMENT = "RETURN_TO_ASSESSMENT"
    """退回定损: take the proposal back."""
    SECOND = "SECOND"
    """复核同意: a first manager agrees to an amount above one manager's limit."""
    APPROVE = "APPROVE"
    """核赔同意: grant all that the contract pays."""
    APPROVE_IN_PART = "APPROVE_IN_PART"
    """部分赔付: grant less, with a reason."""
    DECLINE = "DECLINE"
    """拒赔: decline with a coded reason."""
    RESCIND = "RESCIND"
    """撤销核赔: take back what was granted on a claim that risk found false since, and decline it for that."""
    AGREE = "AGREE"
    """达成协议: the customer accepts the amount."""
    REQUEST_PAYOUT = "REQUEST_PAYOUT"
    """申请付款: taken with the agreement."""
    RECORD_PAID = "RECORD_PAID"
    """确认已付: taken when the bank has settled."""
    CLOSE = "CLOSE"
    """结案: close it."""
    REOPEN = "REOPEN"
    """重新立案: take it up again."""
    WITHDRAW = "WITHDRAW"
    """撤案: take it back."""


class ReporterKind(StrEnum):
    """Who reported the loss (报案人); what service staff take down by phone counts as the customer's own report."""

    CUSTOMER = "CUSTOMER"
    """客户: the policyholder."""
    PARTNER = "PARTNER"
    """合作方: the partner's system."""


class DeclineCode(StrEnum):
    """Why a claim, or a line of it, is not covered (拒赔原因)."""

    NOT_IN_FORCE = "NOT_IN_FORCE"
    """保单未生效或已终止: no cover on the day of the loss."""
    WAITING_PERIOD = "WAITING_PERIOD"
    """等待期内出险: the loss fell in the waiting period."""
    MANUFACTURER_WARRANTY = "MANUFACTURER_WARRANTY"
    """厂商保修期内: the maker's warranty answers first."""
    PERIL_NOT_COVERED = "PERIL_NOT_COVERED"
    """非保险责任: the cause is not among the insured perils."""
    COSMETIC = "COSMETIC"
    """外观损伤: scratches and dents without loss of function."""
    INTENT = "INTENT"
    """故意行为: caused on purpose."""
    RECALL = "RECALL"
    """厂商召回: the maker recalled the product."""
    PRE_EXISTING = "PRE_EXISTING"
    """投保前已存在: the damage was there before."""
    UNAUTHORISED_REPAIR = "UNAUTHORISED_REPAIR"
    """擅自维修: repaired by somebody who was not authorised."""
    CONSUMABLE = "CONSUMABLE"
    """耗材: a part that is meant to wear out."""
    COMMERCIAL_USE = "COMMERCIAL_USE"
    """商业用途: used for business against the contract."""
    LIMIT_EXHAUSTED = "LIMIT_EXHAUSTED"
    """限额已用尽: the sum for the term or the number of claims is used up."""
    UNSUBSTANTIATED = "UNSUBSTANTIATED"
    """证明不足: the loss was not shown."""
    FRAUD = "FRAUD"
    """欺诈: risk has confirmed that the claim is false (Insurance Law Art. 27)."""


class ReopenReason(StrEnum):
    """Why a closed claim is taken up again (重新立案原因)."""

    NEW_EVIDENCE = "NEW_EVIDENCE"
    """新证据."""
    COMPLAINT_UPHELD = "COMPLAINT_UPHELD"
    """投诉成立."""
    CALCULATION_ERROR = "CALCULATION_ERROR"
    """计算错误."""
    REPEAT_FAULT = "REPEAT_FAULT"
    """维修后复发."""


class DocumentKind(StrEnum):
    """Papers a claim may need (理赔材料)."""

    PROOF_OF_PURCHASE = "PROOF_OF_PURCHASE"
    """购买凭证."""
    DAMAGE_PHOTOS = "DAMAGE_PHOTOS"
    """损坏照片."""
    REPAIR_ESTIMATE = "REPAIR_ESTIMATE"
    """维修报价单."""
    REPAIR_INVOICE = "REPAIR_INVOICE"
    """维修发票."""
    POLICE_REPORT = "POLICE_REPORT"
    """报警回执."""
    SERIAL_PHOTO = "SERIAL_PHOTO"
    """序列号照片."""
    IDENTITY = "IDENTITY"
    """身份证明."""


class DocumentState(StrEnum):
    """Where one requested paper stands."""

    REQUESTED = "REQUESTED"
    """待提交."""
    RECEIVED = "RECEIVED"
    """已收到."""
    ACCEPTED = "ACCEPTED"
    """审核通过: it shows what it must."""
    REJECTED = "REJECTED"
    """审核不通过: it does not, for a reason that the customer was told; it may be handed in again."""
    WAIVED = "WAIVED"
    """免予提交: the assessment went on without it."""


class ReferralState(StrEnum):
    """Whether somebody looks at a claim for fraud 欺诈调查状态."""

    NONE = "NONE"
    """无: nothing speaks for it."""
    OPEN = "OPEN"
    """调查中: referred; no amount is granted and no money leaves before risk has judged it."""
    CLEARED = "CLEARED"
    """已排除: risk found nothing."""
    CONFIRMED = "CONFIRMED"
    """已确认: risk found it false; a person declines it."""


class ReferralAction(StrEnum):
    """What can be done about a suspicion."""

    REFER = "REFER"
    """移交调查: have risk look at it."""
    CLEAR = "CLEAR"
    """排除嫌疑: nothing is wrong."""
    CONFIRM = "CONFIRM"
    """确认欺诈: it is false."""


class DocumentAction(StrEnum):
    """What can be done with one requested paper."""

    RECEIVE = "RECEIVE"
    """收到: it came in, or came in again."""
    ACCEPT = "ACCEPT"
    """审核通过: it shows what it must."""
    REJECT = "REJECT"
    """审核不通过: it does not; the customer is told why."""
    WAIVE = "WAIVE"
    """免予提交: go on without it."""


class Emergency(StrEnum):
    """Why a loss takes the green channel 绿色通道: it goes before all others, and a handler has it at once."""

    DISASTER = "DISASTER"
    """灾害: the loss is part of a disaster."""
    VULNERABLE = "VULNERABLE"
    """特殊群体: whoever suffered it is old, ill, disabled or otherwise vulnerable."""
    MEDICAL = "MEDICAL"
    """医疗需要: the device is needed for somebody's health."""


class FirstNoticeState(StrEnum):
    """Where a first notice that is filled in step by step stands 报案草稿状态."""

    DRAFT = "DRAFT"
    """填写中: it may be left, and gone on with on another device."""
    SUBMITTED = "SUBMITTED"
    """已提交: it became a claim."""
    ABANDONED = "ABANDONED"
    """已放弃: it was given up, or nobody went on with it in time."""


class FirstNoticeAction(StrEnum):
    """What can be done with a first notice."""

    FILL = "FILL"
    """填写: fill in a part."""
    SUBMIT = "SUBMIT"
    """提交: report the loss."""
    ABANDON = "ABANDON"
    """放弃: give it up."""


class ClaimLimit(StrEnum):
    """Limits of time in claims; their days are dated settings (`limits.py`)."""

    DECISION = "claim.decision"
    """核定期限: from claim and papers to the decision."""
    PAYMENT = "claim.payment"
    """支付期限: from agreement to payment."""
    DECLINE_NOTICE = "claim.decline_notice"
    """拒赔通知期限: from the decision to the notice."""
    CLOSING = "claim.closing"
    """自动结案: from the last step to closing by itself."""
    FIRST_NOTICE = "claim.first_notice"
    """报案草稿保留期限: from the last part that was filled in to giving the draft up."""
    DECLINE_ALARM = "claim.decline_alarm"
    """拒赔通知预警: from the decision to the word that its notice was not delivered."""
    ADVANCE_WARNING = "claim.advance_warning"
    """先予支付提示: from claim and papers to the word that an advance will be due."""
    ADVANCE = "claim.advance"
    """先予支付期限: from claim and papers to the advance of what can be determined."""


class ReserveReason(StrEnum):
    """Why the case reserve changed (准备金变动原因)."""

    REGISTERED = "REGISTERED"
    """立案: first set when the claim was taken up."""
    ASSESSED = "ASSESSED"
    """定损: the lines of the bill were set."""
    PROPOSED = "PROPOSED"
    """提交核赔: an amount was put up for decision."""
    APPROVED = "APPROVED"
    """核赔同意: an amount was granted."""
    ADVANCE_GRANTED = "ADVANCE_GRANTED"
    """先予支付同意: an advance was granted above what was held."""
    ADVANCE_PAID = "ADVANCE_PAID"
    """先予支付已付: an advance was paid."""
    ADVANCE_TAKEN_BACK = "ADVANCE_TAKEN_BACK"
    """先予支付撤回: an advance came back."""
    PAID = "PAID"
    """已赔付: the claim was paid."""
    DECLINED = "DECLINED"
    """拒赔: released, since it was declined."""
    REPAIR_UNPAID = "REPAIR_UNPAID"
    """维修拒付: released, since its repairer is not paid."""
    WITHDRAWN = "WITHDRAWN"
    """撤案: released, since it was taken back."""
    CLOSED = "CLOSED"
    """结案: released with the closing."""


class ClearanceState(StrEnum):
    """Where the compliance review of a major claim stands (合规审查状态)."""

    REQUESTED = "REQUESTED"
    """待审查: compliance was asked."""
    GIVEN = "GIVEN"
    """已通过: cleared up to its amount."""
    RETURNED = "RETURNED"
    """已退回: returned with what was found."""
    VOID = "VOID"
    """已失效: another amount was proposed."""


class ClearanceAction(StrEnum):
    """What can be done with a compliance review."""

    GIVE = "GIVE"
    """通过: clear the amount."""
    RETURN = "RETURN"
    """退回: return it with what was found."""
    VOID = "VOID"
    """失效: taken when another amount is proposed."""


class AdvanceState(StrEnum):
    """Where an advance payment stands (先予支付)."""

    EXPECTED = "EXPECTED"
    """即将到期: its time is about to end; those in charge were told."""
    PROPOSED = "PROPOSED"
    """待审批: its time is over, and a manager must grant what can be determined."""
    APPROVED = "APPROVED"
    """已同意: granted; its payout is requested."""
    PAID = "PAID"
    """已支付: the bank settled it; it counts toward the decision."""
    REFUSED = "REFUSED"
    """不予支付: a manager refused it, for a reason."""
    LAPSED = "LAPSED"
    """已失效: the claim was decided or taken back first."""
    TAKEN_BACK = "TAKEN_BACK"
    """已撤回: the payment came back, or the claim was found false before it left; it counts no more."""


class AdvanceAction(StrEnum):
    """What can be done with an advance."""

    PROPOSE = "PROPOSE"
    """提出: taken when its time is over."""
    SECOND = "SECOND"
    """复核同意: a first manager agrees to an amount above one manager's limit."""
    APPROVE = "APPROVE"
    """同意: grant it."""
    REFUSE = "REFUSE"
    """不同意: refuse it, for a reason."""
    LAPSE = "LAPSE"
    """失效: taken when the claim is decided or taken back."""
    RECORD_PAID = "RECORD_PAID"
    """确认已付: taken when the bank has settled."""
    TAKE_BACK = "TAKE_BACK"
    """撤回: say that a payment that came back counts no more."""
    FORFEIT = "FORFEIT"
    """丧失: taken when its claim is declined as false before the money arrived, or after it came back."""


ANSWERED = (ClaimState.PAID, ClaimState.DECLINED, ClaimState.NOT_REGISTERED)
"""States in which everything was said and a claim only waits to be closed."""

COMMITTED = (ClaimState.APPROVED, ClaimState.PARTIALLY_APPROVED, ClaimState.AGREED, ClaimState.PAYMENT_PENDING)
"""States in which the approved amount is promised but not paid, and counts as used."""

UNSETTLED = (ClaimState.REGISTERED, ClaimState.ASSESSING, ClaimState.DECISION_PENDING, ClaimState.REOPENED)
"""States of a claim that has its papers and waits for the insurer, so that the time until an advance runs."""

SUSPECTED = (ReferralState.OPEN, ReferralState.CONFIRMED)
"""States of a suspicion in which nothing is granted and no money leaves."""
ADVANCE_INSTALMENT = 2
"""The payout of an advance among those of its decision; the first is what the customer agrees to."""
OUTSTANDING = (DocumentState.REQUESTED, DocumentState.REJECTED)
"""States in which a paper is still to come."""
