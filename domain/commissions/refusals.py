"""Why commission statements say no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class NothingToPay(Refusal):
    """What was clawed back is not earned again yet; it goes over to the next month."""

    code = "NOTHING_TO_PAY"
    english = "This statement has nothing to pay; what is below zero goes over to the next month."
    chinese = "本结算单无应付金额，负数余额结转下月。"
