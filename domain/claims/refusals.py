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
