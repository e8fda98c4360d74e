"""Words of suitability: what a customer needs and can bear, what is said of each product, and the advice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.kernel.money import Money
from domain.products.terms import DisclosureLevel, Peril
from domain.risk.terms import DeclaredUse
from domain.staff.terms import ProductGrade


class Verdict(StrEnum):
    """What is said of one product for one customer 适当性匹配意见."""

    RECOMMENDED = "RECOMMENDED"
    """推荐: it covers what is wanted, within the means, and nothing speaks against it."""
    SUITABLE = "SUITABLE"
    """适合: it may be bought; what speaks for and against it is said."""
    UNSUITABLE = "UNSUITABLE"
    """不适合: the customer is advised not to buy it."""


class Advice(StrEnum):
    """What comes of all verdicts together 投保建议."""

    BUY = "BUY"
    """建议投保: one product is recommended."""
    CONSIDER = "CONSIDER"
    """可以考虑: some products are suitable, none is recommended."""
    DO_NOT_BUY = "DO_NOT_BUY"
    """建议不投保: no product is suitable, or none is needed."""


class ReasonCode(StrEnum):
    """Why a product is recommended, or is not 理由."""

    COVERS_WHAT_IS_WANTED = "COVERS_WHAT_IS_WANTED"
    """覆盖全部需求: every wanted peril is insured."""
    WITHIN_BUDGET = "WITHIN_BUDGET"
    """在预算之内: it costs no more than the customer wants to spend."""
    BEST_MATCH = "BEST_MATCH"
    """最匹配: of those that fit it leaves least uncovered, adds least that is not wanted, and costs least."""
    NOT_INSURABLE = "NOT_INSURABLE"
    """不可承保: the device is not insured by it."""
    COVERS_NOTHING_WANTED = "COVERS_NOTHING_WANTED"
    """与需求不符: no wanted peril is insured."""
    LEAVES_OPEN = "LEAVES_OPEN"
    """部分需求未覆盖: some wanted perils are not insured."""
    COVERS_MORE = "COVERS_MORE"
    """包含不需要的责任: some insured perils are not wanted, and paid for."""
    OVER_BUDGET = "OVER_BUDGET"
    """超出预算: it costs more than the customer wants to spend."""
    USE_EXCLUDED = "USE_EXCLUDED"
    """用途属于责任免除: what the device is used for is excluded."""
    WARRANTY_RUNS = "WARRANTY_RUNS"
    """厂商保修期内: the maker answers for breakdowns during a part of the cover."""
    WARRANTY_COVERS_MOST = "WARRANTY_COVERS_MOST"
    """厂商保修已覆盖大部分期间: the maker answers for breakdowns during most of the cover."""
    LOSS_IS_BEARABLE = "LOSS_IS_BEARABLE"
    """损失可自行承担: the customer could bear the loss of the device without insurance."""
    DEDUCTIBLE_BEYOND_MEANS = "DEDUCTIBLE_BEYOND_MEANS"
    """免赔额超出承受能力: the customer could not bear the deductible of a claim."""
    NEEDS_EXPLAINING = "NEEDS_EXPLAINING"
    """条款复杂需特别说明: a complex product for somebody who is owed extra care."""
    SELLER_NOT_QUALIFIED = "SELLER_NOT_QUALIFIED"
    """销售人员资质不足: another adviser may sell it."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a customer wants and can bear. Source: NFRA Order 2025-7 arts. 32-35.

    `budget` is the most that the customer wants to spend on the premium; `bearable` the largest loss that he or she
    could bear alone; `is_owed_care` says that the customer is 65 or older, or asks for extra care otherwise.
    """

    perils: frozenset[Peril]
    declared_use: DeclaredUse
    budget: Money
    bearable: Money
    is_owed_care: bool = False


@dataclass(frozen=True, slots=True)
class ExclusionTold:
    """An exclusion as it is part of every answer."""

    code: str
    text_zh: str
    text_en: str
    disclosure: DisclosureLevel


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `perils` are those it names; `objections` the codes of refusals where the device is not insured."""

    code: ReasonCode
    perils: tuple[Peril, ...] = ()
    objections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one product: nothing of it is hidden. Units: `overlap_rate` 0 to 1."""

    version_id: str
    name_zh: str
    name_en: str
    grade: ProductGrade
    verdict: Verdict
    reasons: tuple[Reason, ...]
    perils: tuple[Peril, ...]
    exclusions: tuple[ExclusionTold, ...]
    premium: Money | None
    sum_insured: Money | None
    deductible: Money
    overlap_rate: Decimal | None
