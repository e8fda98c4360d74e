"""Which recorded changes are told on the timeline of a claim, to whom, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.timelines.terms import ClaimEventKind as Kind
from domain.timelines.terms import Measure

ALL, CUSTOMER, STAFF, SUSPICION = Measure.EVERYBODY, Measure.CUSTOMER, Measure.STAFF, Measure.SUSPICION


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of a recorded change: its kind, its readers, and a sentence in both languages."""

    kind: Kind
    measure: Measure
    en: str
    zh: str


OF_CLAIMS: Mapping[str, Event] = {
    "claim:report": Event(Kind.REPORTED, ALL, "The loss was reported.", "已报案。"),
    "claim:withdraw": Event(Kind.WITHDRAWN, ALL, "The claim was withdrawn.", "赔案已撤回。"),
    "claim:register": Event(Kind.REGISTERED, ALL, "The claim was registered.", "已立案。"),
    "claim:refuse_registration": Event(Kind.NOT_REGISTERED, ALL, "The claim was not taken up.", "不予立案。"),
    "claim:assign": Event(Kind.ASSIGNED, STAFF, "A handler was put in charge.", "已指派理赔员。"),
    "claim:request_documents": Event(
        Kind.PAPERS_REQUESTED, CUSTOMER, "All missing papers were asked for at once.", "已一次性告知所缺材料。"
    ),
    "claim:stop_clock": Event(
        Kind.CLOCK_STOPPED, CUSTOMER, "The notice of missing papers arrived; the time to decide stands still.",
        "补充材料告知已送达，核定期限中止计算。",
    ),
    "claim:take_in_paper": Event(Kind.PAPER_RECEIVED, CUSTOMER, "A paper came in.", "收到一份材料。"),
    "claim:receive_documents": Event(
        Kind.PAPERS_COMPLETE, CUSTOMER, "The papers are complete; the time to decide runs on.",
        "材料已齐全，核定期限继续计算。",
    ),
    "claim:accept_document": Event(Kind.PAPER_ACCEPTED, CUSTOMER, "A paper was accepted.", "一份材料审核通过。"),
    "claim:reject_document": Event(
        Kind.PAPER_REJECTED, CUSTOMER, "A paper did not do and is needed once more.", "一份材料不合格，需重新提交。"
    ),
    "claim:waive_document": Event(Kind.PAPER_WAIVED, CUSTOMER, "A paper is not needed any more.", "一份材料免予提交。"),
    "claim:start_assessment": Event(
        Kind.ASSESSMENT_STARTED, ALL, "The loss is being assessed.", "已开始审核定损。"
    ),
    "claim:set_lines": Event(Kind.LINES_SET, STAFF, "The bill was assessed.", "已录入定损明细。"),
    "claim:propose": Event(Kind.PROPOSED, STAFF, "A decision was proposed.", "已提交核赔。"),
    "claim:return_to_assessment": Event(
        Kind.RETURNED_TO_ASSESSMENT, STAFF, "The proposal went back to assessment.", "已退回定损。"
    ),
    "claim:second": Event(Kind.SECONDED, STAFF, "A second manager agreed.", "第二位经理已同意。"),
    "claim:approve": Event(Kind.APPROVED, ALL, "The claim was approved.", "已同意赔付。"),
    "claim:decline": Event(
        Kind.DECLINED, ALL, "The claim was declined; the notice says why.", "已拒赔，理由见通知书。"
    ),
    "claim:rescind": Event(
        Kind.RESCINDED, ALL, "The approval was taken back and the claim declined; the notice says why.",
        "已撤销赔付决定并拒赔，理由见通知书。",
    ),
    "claim:agree": Event(Kind.AGREED, ALL, "The customer agreed to the amount.", "客户已同意赔付金额。"),
    "claim:paid": Event(Kind.PAID, ALL, "The claim was paid.", "已赔付。"),
    "claim:close": Event(Kind.CLOSED, ALL, "The claim was closed.", "已结案。"),
    "claim:reopen": Event(Kind.REOPENED, ALL, "The claim was reopened.", "已重新立案。"),
    "claim:record_third_party": Event(
        Kind.THIRD_PARTY_RECORDED, STAFF, "What a third party paid, or was let off, was recorded.",
        "已登记第三者赔付情况。",
    ),
    "claim:decline_notice_late": Event(
        Kind.DECLINE_NOTICE_LATE, STAFF, "The notice of the refusal has not arrived yet.", "拒赔通知尚未送达。"
    ),
    "claim:decline_notice_overdue": Event(
        Kind.DECLINE_NOTICE_OVERDUE, STAFF, "The notice of the refusal did not arrive in time.", "拒赔通知逾期未送达。"
    ),
    "claim:refer": Event(Kind.REFERRED, SUSPICION, "The claim was referred to risk.", "已转欺诈调查。"),
    "referral:clear": Event(Kind.SUSPICION_CLEARED, SUSPICION, "Risk found nothing against it.", "已排除欺诈嫌疑。"),
    "referral:confirm": Event(Kind.SUSPICION_CONFIRMED, SUSPICION, "Risk found fraud.", "已确认欺诈。"),
}  # fmt: skip

OF_GRANTS: Mapping[str, Event] = {
    "clearance:request": Event(
        Kind.CLEARANCE_REQUESTED, STAFF, "Compliance was asked to clear the amount.", "已提交合规审查。"
    ),
    "clearance:give": Event(Kind.CLEARANCE_GIVEN, STAFF, "Compliance cleared the amount.", "合规审查通过。"),
    "clearance:return": Event(Kind.CLEARANCE_RETURNED, STAFF, "Compliance sent the amount back.", "合规审查退回。"),
    "clearance:void": Event(Kind.CLEARANCE_VOIDED, STAFF, "The question to compliance fell away.", "合规审查已失效。"),
    "advance:expect": Event(Kind.ADVANCE_EXPECTED, STAFF, "An advance is due soon.", "先予支付即将到期。"),
    "advance:propose": Event(Kind.ADVANCE_PROPOSED, STAFF, "An advance waits for a manager.", "先予支付待审批。"),
    "advance:second": Event(
        Kind.ADVANCE_SECONDED, STAFF, "A second manager agreed to an advance.", "第二位经理已同意先予支付。"
    ),
    "advance:approve": Event(Kind.ADVANCE_GRANTED, CUSTOMER, "An advance was granted.", "已同意先予支付。"),
    "advance:refuse": Event(Kind.ADVANCE_REFUSED, STAFF, "No advance is granted.", "不予先行支付。"),
    "advance:lapse": Event(
        Kind.ADVANCE_LAPSED, STAFF, "The advance fell away with the decision.", "先予支付因作出核定而失效。"
    ),
    "advance:paid": Event(Kind.ADVANCE_PAID, CUSTOMER, "The advance was paid.", "先予支付款项已到账。"),
    "advance:take_back": Event(
        Kind.ADVANCE_TAKEN_BACK, STAFF, "The advance came back and counts no more.", "先予支付已退回并撤销。"
    ),
    "advance:forfeit": Event(
        Kind.ADVANCE_FORFEITED, SUSPICION, "The advance is forfeited with its claim.", "先予支付随赔案丧失。"
    ),
}  # fmt: skip
"""What is recorded of a claim's clearances and advances."""

OF_PAYOUTS: Mapping[str, Event] = {
    "payout:request": Event(Kind.PAYOUT_REQUESTED, CUSTOMER, "The payment is being prepared.", "付款准备中。"),
    "payout:make_ready": Event(Kind.PAYOUT_MADE_READY, STAFF, "The payment awaits approval.", "付款已制单，待审批。"),
    "payout:approve": Event(Kind.PAYOUT_APPROVED, STAFF, "An approver agreed to the payment.", "付款审批通过。"),
    "payout:reject": Event(Kind.PAYOUT_REJECTED, STAFF, "The payment was sent back.", "付款审批退回。"),
    "payout:void_approval": Event(
        Kind.PAYOUT_APPROVAL_VOIDED, STAFF, "The account changed; the payment must be approved anew.",
        "收款账户已变更，审批作废。",
    ),
    "payout:hold": Event(Kind.PAYOUT_HELD, STAFF, "The payment is kept back.", "付款已暂缓。"),
    "payout:release": Event(Kind.PAYOUT_RELEASED, STAFF, "The payment goes on.", "付款已恢复。"),
    "payout:stop": Event(Kind.PAYOUT_STOPPED, SUSPICION, "The payment is stopped by a suspicion.", "因调查止付。"),
    "payout:lift_stop": Event(Kind.PAYOUT_STOP_LIFTED, SUSPICION, "The stop was lifted.", "止付已解除。"),
    "payout:submit": Event(Kind.PAYOUT_SUBMITTED, CUSTOMER, "The payment is with the bank.", "付款已提交银行。"),
    "payout:recall": Event(
        Kind.PAYOUT_RECALLED, STAFF, "The bank was out of reach; the payment is sent again.",
        "银行暂不可用，将重新提交。",
    ),
    "payout:lose_answer": Event(
        Kind.PAYOUT_ANSWER_LOST, STAFF, "The bank's answer was lost; the bank is being asked.",
        "银行应答丢失，正在查询。",
    ),
    "payout:settle": Event(Kind.PAYOUT_SETTLED, CUSTOMER, "The money is on the account.", "款项已到账。"),
    "payout:fail": Event(Kind.PAYOUT_FAILED, CUSTOMER, "The bank could not pay.", "银行付款未成功。"),
    "payout:retry": Event(Kind.PAYOUT_RETRIED, STAFF, "The payment is tried once more.", "重新付款。"),
    "payout:reverse": Event(Kind.PAYOUT_RETURNED, CUSTOMER, "The money came back.", "款项被退回。"),
    "payout:cancel": Event(Kind.PAYOUT_CANCELLED, CUSTOMER, "The payment is not made any more.", "付款已取消。"),
}  # fmt: skip

OF_REPAIRS: Mapping[str, Event] = {
    "repair_order:create": Event(Kind.REPAIR_ORDERED, ALL, "A repair was ordered.", "已开立维修工单。"),
    "repair_order:dispatch": Event(Kind.REPAIR_DISPATCHED, ALL, "A repairer was asked.", "已派单至维修网点。"),
    "repair_order:accept": Event(Kind.REPAIR_ACCEPTED, ALL, "The repairer takes the device.", "网点已接单。"),
    "repair_order:refuse": Event(Kind.REPAIR_REFUSED, STAFF, "The repairer refused.", "网点拒单。"),
    "repair_order:receive_device": Event(Kind.DEVICE_RECEIVED, ALL, "The repairer has the device.", "网点已签收设备。"),
    "repair_order:diagnose": Event(Kind.DIAGNOSED, ALL, "The device was examined.", "设备检测完成。"),
    "repair_order:submit_estimate": Event(
        Kind.ESTIMATE_SUBMITTED, STAFF, "The repairer handed in an estimate.", "网点已提交报价。"
    ),
    "repair_order:approve_estimate": Event(Kind.ESTIMATE_APPROVED, ALL, "The repair may begin.", "维修报价已通过。"),
    "repair_order:reject_estimate": Event(
        Kind.ESTIMATE_REJECTED, STAFF, "The estimate was sent back.", "维修报价被驳回。"
    ),
    "repair_order:declare_beyond_repair": Event(
        Kind.BEYOND_REPAIR, ALL, "The device is beyond repair.", "设备已无法维修。"
    ),
    "repair_order:choose_replacement": Event(
        Kind.REPLACEMENT_CHOSEN, ALL, "The device will be replaced.", "设备将换新。"
    ),
    "repair_order:choose_cash": Event(Kind.CASH_CHOSEN, ALL, "The loss is settled in money.", "以现金赔付。"),
    "repair_order:record_replacement": Event(Kind.DEVICE_REPLACED, ALL, "The device was replaced.", "设备已换新。"),
    "repair_order:start_repair": Event(Kind.REPAIR_STARTED, ALL, "The repair has begun.", "已开始维修。"),
    "repair_order:complete": Event(Kind.REPAIR_COMPLETED, ALL, "The device is repaired.", "维修已完成。"),
    "repair_order:return_device": Event(Kind.DEVICE_RETURNED, ALL, "The customer has the device.", "设备已返还客户。"),
    "repair_order:invoice": Event(Kind.REPAIR_INVOICED, STAFF, "The repairer sent an invoice.", "网点已开票。"),
    "repair_order:refuse_payment": Event(
        Kind.REPAIR_UNPAID, STAFF, "The repairer is not paid.", "已拒付维修费。"
    ),
    "repair_order:settle": Event(Kind.REPAIR_SETTLED, STAFF, "The repairer's part is settled.", "网点费用已结算。"),
    "repair_order:cancel": Event(Kind.REPAIR_CANCELLED, ALL, "The repair was cancelled.", "维修已取消。"),
}  # fmt: skip

EVENTS: Mapping[str, Event] = {**OF_CLAIMS, **OF_GRANTS, **OF_PAYOUTS, **OF_REPAIRS}
"""By the action of the audit's entry."""


def told_in(*measures: Measure) -> tuple[str, ...]:
    """The actions that are told in these measures."""
    return tuple(action for action, event in EVENTS.items() if event.measure in measures)


def sentence(action: str, language: str) -> str:
    """What happened, in the reader's language."""
    event = EVENTS[action]
    return event.zh if language.startswith("zh") else event.en
