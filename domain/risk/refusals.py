"""Why risk says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal
from domain.risk.terms import CreditCharacteristic


@dataclass(eq=False)
class EmptyBin(Refusal):
    """A bin in which nobody turned out well, or nobody badly, says nothing of the odds: it is merged, never guessed."""

    characteristic: CreditCharacteristic
    bin: str
    code = "EMPTY_BIN"
    english = "The bin {bin} of {characteristic} needs customers who turned out well and badly; merge it with another."
    chinese = "特征 {characteristic} 的分箱 {bin} 缺少好客户或坏客户样本，请与相邻分箱合并。"


@dataclass(eq=False)
class BinsIncomplete(Refusal):
    """The bins of a characteristic do not hold every value exactly once."""

    characteristic: CreditCharacteristic
    code = "BINS_INCOMPLETE"
    english = "The bins of {characteristic} must hold every value once: no gap, no overlap, the last range open."
    chinese = "特征 {characteristic} 的分箱须不重不漏地覆盖全部取值，且最后一个区间不设上限。"


@dataclass(eq=False)
class CountsDiffer(Refusal):
    """The bins of one characteristic count other customers than those of another, so their odds do not add up."""

    characteristic: CreditCharacteristic
    code = "COUNTS_DIFFER"
    english = "The bins of {characteristic} add up to other numbers of customers than those of the other ones."
    chinese = "特征 {characteristic} 各分箱的样本合计与其他特征不一致。"


@dataclass(eq=False)
class BandsOutOfOrder(Refusal):
    """The bands do not say for every score which grade it is, or a worse grade would pay less."""

    code = "BANDS_OUT_OF_ORDER"
    english = (
        "From the best grade down, least scores must fall and factors must not; only the last one has no least score, "
        "only a referral has no factor, and a factor above 1 is a surcharge."
    )
    chinese = (
        "等级由优到劣，最低分须递减、费率系数不得降低；仅最末等级不设最低分，"
        "仅转人工不设系数，系数大于 1 即为加费。"
    )
