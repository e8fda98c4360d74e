"""Why repairs says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.claims.terms import ClaimState
from domain.kernel.refusals import OverLimit, Refusal
from domain.repairs.terms import Misfit


@dataclass(eq=False)
class ClaimNotInAssessment(Refusal):
    """Devices are repaired for claims that were taken up and are not proposed yet."""

    state: ClaimState
    code = "CLAIM_NOT_IN_ASSESSMENT"
    english = "Nothing is repaired for a claim that is {state}."
    chinese = "赔案当前状态（{state}）不能安排维修。"


@dataclass(eq=False)
class OrderOpen(Refusal):
    """A claim has one live repair order at a time."""

    order_number: str
    code = "ORDER_OPEN"
    english = "The claim has the open repair order {order_number} already."
    chinese = "该赔案已有未结维修工单 {order_number}。"


@dataclass(eq=False)
class RepairerUnfit(Refusal):
    """The repairer is not the one for this order: it is not active, or not for this city or brand."""

    what: Misfit
    code = "REPAIRER_UNFIT"
    english = "This repairer does not fit: {what}."
    chinese = "该维修网点不符合派单条件：{what}。"


@dataclass(eq=False)
class RepairerFull(Refusal):
    """A repairer takes only so many orders a day."""

    capacity: int
    code = "REPAIRER_FULL"
    english = "This repairer takes {capacity} orders a day, and has them for today."
    chinese = "该维修网点每日接单上限为 {capacity} 单，今日已满。"


@dataclass(eq=False)
class OtherDevice(Refusal):
    """What came in is not the insured device."""

    code = "OTHER_DEVICE"
    english = "The serial number is not that of the insured device."
    chinese = "设备序列号与保险标的不一致。"


@dataclass(eq=False)
class RateStands(Refusal):
    """A price of a rate card is never changed; another one counts from a later day on."""

    rate: str
    valid_from: date
    code = "RATE_STANDS"
    english = "A price for {rate} from {valid_from} on stands already; set one from a later day on."
    chinese = "{rate} 自 {valid_from} 起的价格已设定，不能更改；请设定更晚的生效日。"


@dataclass(eq=False)
class NotOnRateCard(Refusal):
    """A line follows the rate card, or says why it does not."""

    code = "NOT_ON_RATE_CARD"
    english = "The rate card has no such price today; say why the line is off the card."
    chinese = "价目表中没有该项目，请说明不按价目表报价的理由。"


@dataclass(eq=False)
class AboveRateCard(OverLimit):
    """A line costs more than the rate card says, and gives no reason."""

    what: str = "rate card"
    english = "The rate card says {limit}; say why the line is off the card."
    chinese = "超出价目表价格 {limit}，请说明不按价目表报价的理由。"


@dataclass(eq=False)
class NothingCovered(Refusal):
    """An estimate of which the contract covers nothing is not paid for by the insurer."""

    code = "NOTHING_COVERED"
    english = "The contract covers nothing of this estimate; reject it or cancel the order."
    chinese = "报价中没有属于保险责任的项目，请驳回报价或取消工单。"


@dataclass(eq=False)
class NotBeyondRepair(Refusal):
    """The total-loss test says that the device is worth repairing."""

    code = "NOT_BEYOND_REPAIR"
    english = "There are parts, and the repair costs no more than the product's share of the value: repair it."
    chinese = "配件可得且维修费用未超过全损比例，应予维修。"


@dataclass(eq=False)
class AboveApproved(OverLimit):
    """A repairer invoices no more than was approved."""

    what: str = "approved"
    english = "{limit} was approved."
    chinese = "批准的金额为 {limit}。"


@dataclass(eq=False)
class NoSuchPart(Refusal):
    """Serial numbers are given for parts of the estimate, each once."""

    position: int
    code = "NO_SUCH_PART"
    english = "The estimate has no part at place {position}."
    chinese = "报价单第 {position} 行不是配件。"
