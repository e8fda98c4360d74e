"""Words of repairs."""

from __future__ import annotations

from enum import StrEnum


class RepairState(StrEnum):
    """Where a repair order stands 维修工单状态."""

    CREATED = "CREATED"
    """已创建: no repairer has it yet."""
    DISPATCHED = "DISPATCHED"
    """已派单: offered to a repairer."""
    ACCEPTED = "ACCEPTED"
    """已接单: the repairer takes it; the device is waited for."""
    REFUSED = "REFUSED"
    """已拒单: the repairer does not take it; it may be offered to another."""
    DEVICE_RECEIVED = "DEVICE_RECEIVED"
    """已收到设备: the device is at the repairer's."""
    DIAGNOSED = "DIAGNOSED"
    """已检测: what is broken was found."""
    ESTIMATE_SUBMITTED = "ESTIMATE_SUBMITTED"
    """报价待审: the estimate waits for the insurer."""
    ESTIMATE_APPROVED = "ESTIMATE_APPROVED"
    """报价已批准: the repair may begin."""
    ESTIMATE_REJECTED = "ESTIMATE_REJECTED"
    """报价已驳回: the repairer makes another estimate."""
    IN_REPAIR = "IN_REPAIR"
    """维修中."""
    COMPLETED = "COMPLETED"
    """已完成: repaired or replaced, and ready for the customer."""
    RETURNED = "RETURNED"
    """已返还: the customer has it."""
    INVOICED = "INVOICED"
    """已开票: the repairer has sent its invoice and waits for its money."""
    SETTLED = "SETTLED"
    """已结算: the repairer has its money."""
    PAYMENT_REFUSED = "PAYMENT_REFUSED"
    """已拒付: the repairer had a part in a fraud, and gets nothing."""
    BEYOND_REPAIR = "BEYOND_REPAIR"
    """无法维修: a total loss; the insurer chooses what becomes of it."""
    REPLACEMENT_CHOSEN = "REPLACEMENT_CHOSEN"
    """转换新: the customer gets another device."""
    CASH_CHOSEN = "CASH_CHOSEN"
    """转现金赔付: the claim is settled in money."""
    CANCELLED = "CANCELLED"
    """已取消."""


class RepairAction(StrEnum):
    """What is done with a repair order."""

    DISPATCH = "DISPATCH"
    """派单: offer it to a repairer."""
    ACCEPT = "ACCEPT"
    """接单: take it."""
    REFUSE = "REFUSE"
    """拒单: do not take it, for a reason."""
    RECEIVE_DEVICE = "RECEIVE_DEVICE"
    """签收设备: take the device in."""
    DIAGNOSE = "DIAGNOSE"
    """检测: say what is broken."""
    SUBMIT_ESTIMATE = "SUBMIT_ESTIMATE"
    """提交报价: hand the estimate in."""
    APPROVE_ESTIMATE = "APPROVE_ESTIMATE"
    """批准报价: let the repair begin."""
    REJECT_ESTIMATE = "REJECT_ESTIMATE"
    """驳回报价: ask for another estimate."""
    DECLARE_BEYOND_REPAIR = "DECLARE_BEYOND_REPAIR"
    """判定无法维修: say that it is not worth repairing, or cannot be."""
    CHOOSE_REPLACEMENT = "CHOOSE_REPLACEMENT"
    """选择换新: give the customer another device."""
    CHOOSE_CASH = "CHOOSE_CASH"
    """选择现金: settle the claim in money."""
    RECORD_REPLACEMENT = "RECORD_REPLACEMENT"
    """登记换新设备: name the device that replaces the insured one."""
    START_REPAIR = "START_REPAIR"
    """开始维修."""
    COMPLETE = "COMPLETE"
    """完成维修: say that it is repaired, and which parts were replaced."""
    RETURN_DEVICE = "RETURN_DEVICE"
    """返还设备: give it to the customer."""
    INVOICE = "INVOICE"
    """开票: send the invoice."""
    SETTLE = "SETTLE"
    """结算: the bank has paid the repairer, or the insurer owes nothing of the invoice."""
    REFUSE_PAYMENT = "REFUSE_PAYMENT"
    """拒付: do not pay a repairer who had a part in a fraud."""
    CANCEL = "CANCEL"
    """取消."""


class WorkKind(StrEnum):
    """What a price of a rate card, or a line of an estimate, is for 费用类别."""

    LABOUR = "LABOUR"
    """工时."""
    PART = "PART"
    """配件."""


class LossProposal(StrEnum):
    """What the total-loss test proposes 全损测算结论."""

    REPAIR = "REPAIR"
    """维修: it is worth repairing."""
    REPLACE = "REPLACE"
    """换新: replace the device."""
    CASH = "CASH"
    """现金: settle in money."""


class LossOutcome(StrEnum):
    """What becomes of a device that is beyond repair 全损处理方式."""

    REPLACE = "REPLACE"
    """换新: another device."""
    CASH = "CASH"
    """现金赔付: money."""


class LossGround(StrEnum):
    """Why the total-loss test says what it says 全损测算依据."""

    NO_PARTS = "NO_PARTS"
    """无配件: there are no parts for it."""
    STOLEN = "STOLEN"
    """被盗抢: it is gone, so that there is nothing to repair."""
    COST_ABOVE_SHARE = "COST_ABOVE_SHARE"
    """维修费用过高: the repair costs more than the product's share of the actual value."""
    COST_WITHIN_SHARE = "COST_WITHIN_SHARE"
    """维修费用合理: the repair costs no more than that share."""
    COVER_BELOW_VALUE = "COVER_BELOW_VALUE"
    """保障余额不足: what the contract still pays is less than the device is worth, so that money is proposed."""


class Misfit(StrEnum):
    """Why a repairer is not the one for an order 不符合派单的原因."""

    INACTIVE = "INACTIVE"
    """已停用: it takes no orders."""
    CITY = "CITY"
    """城市: it does not serve the city."""
    BRAND = "BRAND"
    """品牌: it does not repair the brand."""


class RepairLimit(StrEnum):
    """Limits of time of repairs; their days are dated settings."""

    REPEAT = "repair.repeat"
    """重复维修: from the return of a device to a repair of the same device that counts as a repeat."""
    PARTS_WARRANTY = "repair.parts_warranty"
    """配件保修: how long a replaced part is warranted."""
