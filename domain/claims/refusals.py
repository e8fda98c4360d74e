"""Why claims says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.claims.terms import DeclineCode
from domain.kernel.refusals import OverLimit, Refusal


@dataclass(eq=False)
class AboveAuthority(OverLimit):
    """The amount, with all that was decided for the same loss, is above what this person may decide."""

    what: str = "authority"
    english = "This is above your authority of {limit}; refer it to a manager."
    chinese = "超出您的核赔权限 {limit}，请转上级核赔。"


@dataclass(eq=False)
class AbovePayable(OverLimit):
    """More than the contract pays for this loss, after what was already used."""

    what: str = "payable"
    english = "The contract pays {available} at most."
    chinese = "按合同最多可赔付 {available}。"


@dataclass(eq=False)
class BelowPromise(OverLimit):
    """Less than was granted in advance or promised to a repairer already, which counts toward the decision."""

    what: str = "promise"
    english = "{available} were granted in advance or promised to a repairer already; no less can be approved."
    chinese = "已先予支付或已承诺支付维修费 {available}，核赔金额不得低于该金额。"


@dataclass(eq=False)
class AdvanceGranted(Refusal):
    """An advance was granted toward the claim, so that it can be neither declined nor taken back."""

    code = "ADVANCE_GRANTED"
    english = "An advance was granted toward this claim; it must have come back and be taken back first."
    chinese = "该赔案已先予支付，须待款项退回并撤回先予支付后方可办理。"


@dataclass(eq=False)
class AdvanceUnpaid(Refusal):
    """An advance is still on its way to the customer, so that its claim cannot be closed."""

    code = "ADVANCE_UNPAID"
    english = "An advance toward this claim is not paid yet."
    chinese = "该赔案的先予支付款项尚未支付。"


@dataclass(eq=False)
class AdvanceNotReturned(Refusal):
    """Only a payment that came back can be taken back."""

    code = "ADVANCE_NOT_RETURNED"
    english = "The payment of this advance has not come back."
    chinese = "该先予支付款项尚未退回。"


@dataclass(eq=False)
class ClearanceMissing(Refusal):
    """A major claim is granted only after compliance has cleared its amount."""

    code = "CLEARANCE_MISSING"
    english = "Compliance has not cleared an amount as high as this for the claim."
    chinese = "该赔案金额重大，须先经合规审查通过相应金额。"


@dataclass(eq=False)
class OwnClearance(Refusal):
    """Nobody clears what he or she proposes, seconds or decides."""

    code = "DUTIES_NOT_SEPARATE"
    english = "Whoever handles, proposes, seconds or decides a claim may not be the one who clears it."
    chinese = "经办、提交、复核或核赔人员不得兼任该赔案的合规审查人。"


@dataclass(eq=False)
class NothingPayable(Refusal):
    """The contract pays nothing here, so there is nothing to approve: decline with the reason."""

    code = "NOTHING_PAYABLE"
    english = "The contract pays nothing for this loss; decline it with the reason."
    chinese = "按合同本次应赔金额为零，请以拒赔处理并说明理由。"


@dataclass(eq=False)
class NotCovered(Refusal):
    """The contract does not cover this loss on this day."""

    reason: DeclineCode
    code = "NOT_COVERED"
    english = "This loss is not covered: {reason}."
    chinese = "该损失不属保险责任：{reason}。"


@dataclass(eq=False)
class DuplicateReport(Refusal):
    """The same reporter already reported this loss; add to that claim instead."""

    claim_id: UUID
    claim_number: str
    code = "DUPLICATE_REPORT"
    english = "This loss was already reported as {claim_number}."
    chinese = "该事故已报案，赔案号 {claim_number}。"


@dataclass(eq=False)
class LossInFuture(Refusal):
    """A loss that has not happened yet."""

    today: date
    code = "VALIDATION"
    english = "The day of the loss is after today, {today}."
    chinese = "出险日期晚于今天（{today}）。"


@dataclass(eq=False)
class AssignedToAnother(Refusal):
    """A handler works only on the claims assigned to him or her."""

    code = "ASSIGNED_TO_ANOTHER"
    english = "This claim is assigned to another handler."
    chinese = "该赔案已分配给其他理赔员。"


@dataclass(eq=False)
class OwnClaim(Refusal):
    """Nobody handles or decides a claim of their own or one they reported."""

    code = "OWN_CLAIM"
    english = "You may not work on a claim of your own."
    chinese = "不得经办本人的赔案。"


@dataclass(eq=False)
class SameManager(Refusal):
    """The second of two managers must be another person."""

    code = "SAME_PERSON"
    english = "A second manager must decide."
    chinese = "须由另一位理赔经理复核。"


@dataclass(eq=False)
class SameJudge(Refusal):
    """What somebody found false is judged once more by another person."""

    code = "SAME_PERSON"
    english = "You found this claim false before; somebody else must judge it now."
    chinese = "您此前已认定该赔案不真实，须由他人重新判断。"


@dataclass(eq=False)
class SecondNoticeNeedsManager(Refusal):
    """All missing documents were asked for once; a second notice needs a manager and a reason (Art. 22)."""

    code = "SECOND_NOTICE"
    english = "The missing documents were asked for already; a manager must give the reason for a second notice."
    chinese = "已一次性告知所缺材料，再次通知须由理赔经理说明理由。"


@dataclass(eq=False)
class ReferralOpen(Refusal):
    """Risk has not judged yet whether something is wrong with the claim, or has found that something is."""

    code = "REFERRAL_OPEN"
    english = "This claim is referred to risk; nothing is granted before it was cleared."
    chinese = "该赔案已移交风控调查，排除嫌疑前不得核赔。"


@dataclass(eq=False)
class FraudNotConfirmed(Refusal):
    """Fraud is a reason only once risk has confirmed it: a suspicion declines nothing."""

    code = "FRAUD_NOT_CONFIRMED"
    english = "Only a fraud that risk has confirmed is a reason to decline."
    chinese = "仅经风控确认的欺诈方可作为拒赔原因。"


@dataclass(eq=False)
class NothingOwed(Refusal):
    """Nothing that was granted is left to take back: what was paid is recovered instead."""

    code = "NOTHING_OWED"
    english = "Nothing is owed on this claim any more; what was paid is recovered, not taken back."
    chinese = "该赔案已无应付款项；已支付的赔款须通过追偿收回，不能撤销核赔。"


@dataclass(eq=False)
class MoneyReturned(Refusal):
    """A payment of the claim came back, and whoever it was for waits for it."""

    code = "MONEY_RETURNED"
    english = "Money that was paid on this claim came back; it is paid again first."
    chinese = "该赔案有款项被退回，请先重新支付。"


@dataclass(eq=False)
class WorkOpen(Refusal):
    """A claim does not end before what is under way for it."""

    code = "WORK_OPEN"
    english = "Something is still under way for this claim, such as a repair; that ends first."
    chinese = "该赔案尚有未结事项（如维修工单），请先处理完毕。"


@dataclass(eq=False)
class LinesMissing(Refusal):
    """Nothing was assessed yet."""

    code = "LINES_MISSING"
    english = "Assess at least one line first."
    chinese = "请先录入定损明细。"


@dataclass(eq=False)
class SeveralPolicies(Refusal):
    """The device is insured under several policies; the serial number alone does not say which one is meant."""

    policy_numbers: tuple[str, ...]
    code = "SEVERAL_POLICIES"
    english = "This device is insured under several policies; name one of them."
    chinese = "该设备有多份保单，请指明其中一份。"


@dataclass(eq=False)
class TooManyDrafts(Refusal):
    """Enough first notices are begun under the policy; one of them is to be gone on with, or given up."""

    limit: int
    code = "TOO_MANY_DRAFTS"
    english = "{limit} first notices are begun under this policy; go on with one of them, or give it up."
    chinese = "该保单已有 {limit} 份未提交的报案草稿，请继续填写或放弃其中一份。"
