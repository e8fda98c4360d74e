"""Why products says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class OwnTerms(Refusal):
    """Nobody puts terms on sale that he or she wrote or handed to the review."""

    code = "DUTIES_NOT_SEPARATE"
    english = "You wrote these terms or handed them to the review; somebody else must put them on sale."
    chinese = "该产品条款由您起草或提交审查，须由他人上架。"


@dataclass(eq=False)
class ExclusionsMissing(Refusal):
    """Terms without any exclusion are not reviewed: what is not insured must be told before the sale."""

    code = "EXCLUSIONS_MISSING"
    english = "The terms name no exclusion."
    chinese = "条款未列明责任免除事项。"


@dataclass(eq=False)
class ExclusionTextUnfit(Refusal):
    """The text of an exclusion is blank in one of the languages, or longer than can be kept."""

    exclusion: str
    language: str
    most: int
    code = "EXCLUSION_TEXT_UNFIT"
    english = "The exclusion {exclusion} needs a text of 1 to {most} characters in the language {language}."
    chinese = "责任免除 {exclusion} 须有 1 至 {most} 个字符的文本（语言：{language}）。"


@dataclass(eq=False)
class LimitMissing(Refusal):
    """A peril has neither a limit of its own nor one by the version."""

    peril: str
    code = "LIMIT_MISSING"
    english = "The peril {peril} has no limit for one claim, neither its own nor the version's."
    chinese = "保险责任 {peril} 未设每次赔偿限额（自身与产品版本均未设定）。"


@dataclass(eq=False)
class RateUnfit(Refusal):
    """A factor of the rate table is not positive, or its dimension or key names nothing that is rated."""

    dimension: str
    key: str
    code = "RATE_UNFIT"
    english = "The rate table has no valid factor at {dimension} {key}."
    chinese = "费率表 {dimension} {key} 不是有效的费率因子。"


@dataclass(eq=False)
class OwnRateMissing(Refusal):
    """A dimension of the rate table leaves out what the version itself has, so nothing could be sold."""

    dimension: str
    key: str
    code = "OWN_RATE_MISSING"
    english = "The rate table weighs {dimension} and leaves out this version's own: {key}."
    chinese = "费率表的 {dimension} 未包含本产品版本自身的取值：{key}。"


@dataclass(eq=False)
class PartnerNotLicensed(Refusal):
    """Commission goes to licensed agents and brokers only (Insurance Law Art. 130)."""

    code = "PARTNER_NOT_LICENSED"
    english = "This partner holds no licence for that day, so no commission above 0 can be set."
    chinese = "该合作伙伴在该日没有有效的保险中介许可，不得设定佣金。"
