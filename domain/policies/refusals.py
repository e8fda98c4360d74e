"""Why policies says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class PartnerSuspended(Refusal):
    """A partner that is suspended sells nothing."""

    code = "PARTNER_SUSPENDED"
    english = "This partner is suspended and sells nothing."
    chinese = "该合作伙伴已停用，不能销售。"


@dataclass(eq=False)
class NotOnSale(Refusal):
    """A version that is a draft or was withdrawn is not sold."""

    code = "NOT_ON_SALE"
    english = "This version of the product is not on sale."
    chinese = "该产品版本不在售。"


@dataclass(eq=False)
class NotRated(Refusal):
    """The product does not insure such a device: its rate table has no factor for it."""

    dimension: str
    key: str = ""
    code = "NOT_RATED"
    english = "This product has no rate for {dimension} {key}."
    chinese = "该产品没有此项费率：{dimension} {key}。"


@dataclass(eq=False)
class PurchaseInFuture(Refusal):
    """A device that is not bought yet."""

    today: date
    code = "VALIDATION"
    english = "The day of purchase is after today, {today}."
    chinese = "购买日期晚于今天（{today}）。"


@dataclass(eq=False)
class RegisteredTooLate(Refusal):
    """The product is sold only so many days after the purchase of the device."""

    days: int
    code = "REGISTERED_TOO_LATE"
    english = "This product must be registered within {days} days of the purchase."
    chinese = "该产品须在购买后 {days} 天内注册。"


@dataclass(eq=False)
class DeviceCovered(Refusal):
    """The device has a live cover for one of these perils already, whoever sold it."""

    perils: tuple[str, ...]
    code = "DEVICE_COVERED"
    english = "This device is insured already against {perils}."
    chinese = "该设备已有有效保障：{perils}。"

    def message(self, language: str) -> str:
        """The sentence with the perils as a list."""
        template = self.chinese if language.startswith("zh") else self.english
        return template.format(perils=", ".join(self.perils))


@dataclass(eq=False)
class CoolingOffOver(Refusal):
    """The cover runs and the days in which it is taken back in full are over."""

    last_day: date
    code = "COOLING_OFF_OVER"
    english = "The cooling-off period ended on {last_day}."
    chinese = "犹豫期已于 {last_day} 结束。"


@dataclass(eq=False)
class LossReported(Refusal):
    """A loss was reported under the policy, so it is not taken back."""

    code = "LOSS_REPORTED"
    english = "A loss was reported under this policy; it cannot be taken back."
    chinese = "该保单已有报案，不能退保。"


@dataclass(eq=False)
class RowFailed(Refusal):
    """A fault of ours kept a row of a file from being worked off; nothing of it was sold, and it may come again."""

    code = "ROW_FAILED"
    english = "A fault of ours kept this row from being worked off; nothing of it was sold. Hand it in again."
    chinese = "因系统故障未能处理此行，未予承保，请重新提交。"


@dataclass(eq=False)
class ExternalRefTaken(Refusal):
    """The seller's own reference names another sale: of another device, or of another version."""

    code = "EXTERNAL_REF_TAKEN"
    english = "This reference of yours names another sale."
    chinese = "该外部编号已用于另一笔承保。"
