"""What the oracle knows of timelines: which recorded changes are told to whom, under which name, by hand."""

from __future__ import annotations

from domain.kernel.actor import Actor
from domain.timelines.events import EVENTS
from tests.oracle.oracle import Type
from tests.oracle.sights import CH, CM, COM, CS, CUS, FAP, FIN, PAR, RSK, all_to, any_of, only, own
from tests.oracle.writing import Values, wire

TOLD_TO_ALL = {
    "claim:report": "REPORTED", "claim:withdraw": "WITHDRAWN", "claim:register": "REGISTERED",
    "claim:refuse_registration": "NOT_REGISTERED", "claim:start_assessment": "ASSESSMENT_STARTED",
    "claim:approve": "APPROVED", "claim:decline": "DECLINED", "claim:agree": "AGREED", "claim:paid": "PAID",
    "claim:close": "CLOSED", "claim:reopen": "REOPENED", "claim:rescind": "RESCINDED",
    "repair_order:create": "REPAIR_ORDERED",
    "repair_order:dispatch": "REPAIR_DISPATCHED", "repair_order:accept": "REPAIR_ACCEPTED",
    "repair_order:receive_device": "DEVICE_RECEIVED", "repair_order:diagnose": "DIAGNOSED",
    "repair_order:approve_estimate": "ESTIMATE_APPROVED", "repair_order:declare_beyond_repair": "BEYOND_REPAIR",
    "repair_order:choose_replacement": "REPLACEMENT_CHOSEN", "repair_order:choose_cash": "CASH_CHOSEN",
    "repair_order:record_replacement": "DEVICE_REPLACED", "repair_order:start_repair": "REPAIR_STARTED",
    "repair_order:complete": "REPAIR_COMPLETED", "repair_order:return_device": "DEVICE_RETURNED",
    "repair_order:cancel": "REPAIR_CANCELLED",
}  # fmt: skip
TOLD_TO_CUSTOMERS = {
    "claim:request_documents": "PAPERS_REQUESTED", "claim:stop_clock": "CLOCK_STOPPED",
    "claim:take_in_paper": "PAPER_RECEIVED", "claim:receive_documents": "PAPERS_COMPLETE",
    "claim:accept_document": "PAPER_ACCEPTED", "claim:reject_document": "PAPER_REJECTED",
    "claim:waive_document": "PAPER_WAIVED", "payout:request": "PAYOUT_REQUESTED", "payout:submit": "PAYOUT_SUBMITTED",
    "payout:settle": "PAYOUT_SETTLED", "payout:fail": "PAYOUT_FAILED", "payout:reverse": "PAYOUT_RETURNED",
    "advance:approve": "ADVANCE_GRANTED", "advance:paid": "ADVANCE_PAID", "payout:cancel": "PAYOUT_CANCELLED",
}  # fmt: skip
TOLD_TO_STAFF = {
    "claim:assign": "ASSIGNED", "claim:set_lines": "LINES_SET", "claim:propose": "PROPOSED",
    "claim:return_to_assessment": "RETURNED_TO_ASSESSMENT", "claim:second": "SECONDED",
    "payout:make_ready": "PAYOUT_MADE_READY", "payout:approve": "PAYOUT_APPROVED", "payout:reject": "PAYOUT_REJECTED",
    "payout:void_approval": "PAYOUT_APPROVAL_VOIDED", "payout:hold": "PAYOUT_HELD", "payout:release": "PAYOUT_RELEASED",
    "payout:recall": "PAYOUT_RECALLED", "payout:lose_answer": "PAYOUT_ANSWER_LOST", "payout:retry": "PAYOUT_RETRIED",
    "repair_order:refuse": "REPAIR_REFUSED", "repair_order:submit_estimate": "ESTIMATE_SUBMITTED",
    "repair_order:reject_estimate": "ESTIMATE_REJECTED", "repair_order:invoice": "REPAIR_INVOICED",
    "claim:record_third_party": "THIRD_PARTY_RECORDED", "claim:decline_notice_late": "DECLINE_NOTICE_LATE",
    "claim:decline_notice_overdue": "DECLINE_NOTICE_OVERDUE", "clearance:request": "CLEARANCE_REQUESTED",
    "clearance:give": "CLEARANCE_GIVEN", "clearance:return": "CLEARANCE_RETURNED", "clearance:void": "CLEARANCE_VOIDED",
    "advance:expect": "ADVANCE_EXPECTED", "advance:propose": "ADVANCE_PROPOSED", "advance:second": "ADVANCE_SECONDED",
    "advance:refuse": "ADVANCE_REFUSED", "advance:lapse": "ADVANCE_LAPSED", "advance:take_back": "ADVANCE_TAKEN_BACK",
    "repair_order:settle": "REPAIR_SETTLED", "repair_order:refuse_payment": "REPAIR_UNPAID",
}  # fmt: skip
SUSPICIONS = {
    "claim:refer": "REFERRED", "referral:clear": "SUSPICION_CLEARED", "referral:confirm": "SUSPICION_CONFIRMED",
    "payout:stop": "PAYOUT_STOPPED", "payout:lift_stop": "PAYOUT_STOP_LIFTED", "advance:forfeit": "ADVANCE_FORFEITED",
}  # fmt: skip
TO_CUSTOMERS = TOLD_TO_ALL | TOLD_TO_CUSTOMERS
TO_STAFF = TO_CUSTOMERS | TOLD_TO_STAFF
KINDS = TO_STAFF | SUSPICIONS
DECIDING = {"ASSESSING", "DECISION_PENDING", "REOPENED"}
DUE_BY_DECISION = {"REGISTERED", *DECIDING}
STEPS = {
    "NOTIFIED": ("INSURER", "REGISTER", "We look at the report and register it.", "我们将审核报案并立案。"),
    "REGISTERED": ("INSURER", "ASSESS", "We assess the loss and decide.", "我们将定损并核定。"),
    "DOCS_REQUESTED": (
        "CUSTOMER", "SEND_PAPERS", "The customer sends the papers that are missing.", "请客户补充所缺材料。"
    ),
    **dict.fromkeys(DECIDING, ("INSURER", "DECIDE", "We decide on the claim.", "我们正在核定赔案。")),
    **dict.fromkeys(
        ("APPROVED", "PARTIALLY_APPROVED"),
        ("CUSTOMER", "AGREE", "The customer agrees to the amount, or objects.", "请客户确认赔付金额或提出异议。"),
    ),
    **dict.fromkeys(
        ("AGREED", "PAYMENT_PENDING"), ("INSURER", "PAY", "We pay the agreed amount.", "我们将支付赔款。")
    ),
    **dict.fromkeys(
        ("PAID", "DECLINED", "NOT_REGISTERED"),
        (
            "NOBODY", "CLOSE", "Everything was said; the claim closes by itself. Whoever disagrees may complain.",
            "已全部答复，赔案将自动结案；如有异议，可以投诉。",
        ),
    ),
    **dict.fromkeys(("CLOSED", "WITHDRAWN"), ("NOBODY", "NOTHING", "Nothing is left to do.", "无后续事项。")),
}  # fmt: skip


def outlook(row: Values, _: Actor, language: str) -> Values:
    """What happens next to a claim, by when."""
    turn, step, english, chinese = STEPS[row["state"]]
    by = None
    if row["state"] in DUE_BY_DECISION and row["paused_at"] is None:
        by = row["decision_due_at"]
    if step == "PAY":
        by = row["pay_due_at"]
    return {"turn": turn, "step": step, "by": wire(by), "message": chinese if language == "zh" else english}


def _message(row: Values, _: Actor, language: str) -> str:
    event = EVENTS[row["action"]]
    return event.zh if language == "zh" else event.en


def events() -> dict[str, Type]:
    """The type of events."""
    sees = any_of(
        only(own(CUS, "customer_id"), "action", *TO_CUSTOMERS), only(own(PAR, "partner_id"), "action", *TOLD_TO_ALL),
        only(all_to(CS, FIN, FAP), "action", *TO_STAFF), only(all_to(CH, CM, RSK, COM), "action", *KINDS),
    )  # fmt: skip
    return {
        "ClaimEvent": Type(
            "claim_event", "cev", sees,
            fields={"kind": lambda row, *_: KINDS[row["action"]], "message": _message},
            one={"claim": ("claim_id", "Claim"), "staff": ("staff_id", "Staff")}, orders={"RECORDED": ("id",)},
        )
    }  # fmt: skip
