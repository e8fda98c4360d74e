"""Why billing says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.money import Money
from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class PaidInPart(Refusal):
    """Something of the invoice was paid, so it is not taken back as if nothing had been."""

    code = "PAID_IN_PART"
    english = "Something of this invoice was paid; it cannot be voided."
    chinese = "该账单已有缴费，不能作废。"


@dataclass(eq=False)
class ReferenceUsed(Refusal):
    """The same reference was recorded before with another invoice, amount or currency."""

    code = "REFERENCE_USED"
    english = "This reference was recorded before with other facts."
    chinese = "该流水号已登记，且内容不同。"


@dataclass(eq=False)
class PremiumOverdue(Refusal):
    """Instalments are overdue; what they come to."""

    amount: Money
    code = "PREMIUM_OVERDUE"
    english = "Premium of {amount} is overdue."
    chinese = "尚有逾期保费 {amount} 未缴。"


@dataclass(eq=False)
class PremiumCallRefused(Refusal):
    """A word that does not come from the gateway, or is too old to be trusted."""

    code = "CALLBACK_REFUSED"
    english = "This callback is not signed by the gateway, or too old."
    chinese = "回调签名无效或已过期。"


@dataclass(eq=False)
class PremiumCallUnreadable(Refusal):
    """A signed word of the gateway that cannot be read."""

    code = "CALLBACK_UNREADABLE"
    english = "This callback cannot be read."
    chinese = "回调内容无法解析。"
