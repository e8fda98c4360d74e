"""The words of credit: characteristics, grades, what follows from them, and the values that scores are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CreditCharacteristic(StrEnum):
    """What of a customer is scored 评分特征; each is known inside the system."""

    CLAIMS_3Y = "CLAIMS_3Y"
    """三年内报案次数: claims reported in three years."""
    PAYMENT_DEFAULTS = "PAYMENT_DEFAULTS"
    """三年内分期逾期次数: instalments lapsed in three years."""
    TENURE_MONTHS = "TENURE_MONTHS"
    """客户年资（月）: whole months as a customer."""
    IDENTITY = "IDENTITY"
    """身份核验: whether it is known who the customer is."""
    DECLARED_USE = "DECLARED_USE"
    """申报用途: what the insured device is used for, as the customer declared."""


class IdentityStatus(StrEnum):
    """Whether it is known who somebody is 身份核验状态."""

    VERIFIED = "VERIFIED"
    """已核验."""
    UNVERIFIED = "UNVERIFIED"
    """未核验."""


class DeclaredUse(StrEnum):
    """What a device is used for, as its owner declared 申报用途."""

    PRIVATE = "PRIVATE"
    """个人使用."""
    COMMERCIAL = "COMMERCIAL"
    """商业使用."""


class CreditGrade(StrEnum):
    """A customer's credit grade 信用等级, the best one first."""

    A = "A"
    """优秀."""
    B = "B"
    """良好."""
    C = "C"
    """一般."""
    D = "D"
    """较差."""
    E = "E"
    """差: a person looks at it."""


class CreditAction(StrEnum):
    """What follows from a grade 评级措施; none of them is a refusal."""

    ACCEPT = "ACCEPT"
    """正常承保: at the tariff or below it."""
    SURCHARGE = "SURCHARGE"
    """加费承保: above the tariff."""
    SURCHARGE_OR_GUARANTEE = "SURCHARGE_OR_GUARANTEE"
    """加费或提供担保: above the tariff, or with somebody's guarantee."""
    REFER = "REFER"
    """转人工核保: an underwriter decides."""


class FraudCode(StrEnum):
    """What speaks for a look at a claim by a person 欺诈信号; none of it proves anything, and none refuses."""

    LOSS_BEFORE_SALE = "LOSS_BEFORE_SALE"
    """出险早于投保: the loss is older than the contract."""
    EARLY_LOSS = "EARLY_LOSS"
    """承保初期出险: the loss came in the first days of the cover."""
    DEVICE_ELSEWHERE = "DEVICE_ELSEWHERE"
    """设备关联他人保单: the device is or was insured by another customer."""
    FREQUENT_CLAIMS = "FREQUENT_CLAIMS"
    """频繁报案: many claims in a year."""
    INVOICE_REPEATED = "INVOICE_REPEATED"
    """发票重复: the invoice of the purchase stands for other devices, too."""
    ACCOUNT_SHARED = "ACCOUNT_SHARED"
    """收款账户共用: other customers are paid to the same account."""
    PAYEE_CHANGED = "PAYEE_CHANGED"
    """报案前变更联系方式或账户: phone or account were changed shortly before the report."""
    NEAR_LIMIT = "NEAR_LIMIT"
    """索赔额接近限额: the amount claimed is about all that can be had."""
    SERIAL_MISMATCH = "SERIAL_MISMATCH"
    """序列号不符: the device that was told of is not the insured one."""
    FILE_REPEATED = "FILE_REPEATED"
    """材料重复: a file that was handed in stands in claims for other devices, or of other customers, too."""
    REPAIRER_OUTLIER = "REPAIRER_OUTLIER"
    """维修报价偏高: the estimate asks far more than other repairers do for the same work on the same brand."""


CATEGORIES: Mapping[CreditCharacteristic, type[StrEnum]] = {
    CreditCharacteristic.IDENTITY: IdentityStatus,
    CreditCharacteristic.DECLARED_USE: DeclaredUse,
}
"""Characteristics that are one of several values; the others are whole numbers from 0 on."""
BEST_FIRST = tuple(CreditGrade)


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """What is known of a customer on a day. Units: numbers of claims and instalments; whole months."""

    claims_reported: int
    payment_defaults: int
    tenure_months: int
    identity: IdentityStatus
    declared_use: DeclaredUse

    def values(self) -> dict[CreditCharacteristic, int | str]:
        """The facts by characteristic."""
        return {
            CreditCharacteristic.CLAIMS_3Y: self.claims_reported,
            CreditCharacteristic.PAYMENT_DEFAULTS: self.payment_defaults,
            CreditCharacteristic.TENURE_MONTHS: self.tenure_months,
            CreditCharacteristic.IDENTITY: self.identity,
            CreditCharacteristic.DECLARED_USE: self.declared_use,
        }


@dataclass(frozen=True, slots=True)
class Scale:
    """How odds become a score: `base_score` at `base_odds` (good to bad), `pdo` points more for twice the odds."""

    pdo: Decimal
    base_score: Decimal
    base_odds: Decimal


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers alike in one characteristic 分箱, with how many turned out well and badly.

    It holds a range `[lower, upper)`, open above without `upper`, or one `value`.
    """

    characteristic: CreditCharacteristic
    goods: int
    bads: int
    lower: int | None = None
    upper: int | None = None
    value: str | None = None

    @property
    def label(self) -> str:
        """How the bin is named, such as `[1, 12)` or `VERIFIED`."""
        if self.value is not None:
            return self.value
        return f"[{self.lower}, {'∞' if self.upper is None else self.upper})"

    def holds(self, found: int | str) -> bool:
        """Whether a fact falls into the bin."""
        if isinstance(found, str) or self.lower is None:
            return found == self.value
        return self.lower <= found and (self.upper is None or found < self.upper)


@dataclass(frozen=True, slots=True)
class Band:
    """Scores of one grade: from `least_score` on, or whatever is left.

    Units: `premium_factor` is what the premium is multiplied by; None where a person decides.
    """

    grade: CreditGrade
    least_score: Decimal | None
    premium_factor: Decimal | None
    credit_action: CreditAction


@dataclass(frozen=True, slots=True)
class ScorecardTerms:
    """A whole scorecard 评分卡. Units: `valid_days` is how long a score counts, in calendar days."""

    scale: Scale
    valid_days: int
    bins: tuple[Bin, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """What one characteristic adds to a score, and what it costs against its best bin."""

    characteristic: CreditCharacteristic
    bin: str
    points: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Rating:
    """A score with its grade; `base_points` and the points of all characteristics add up to it.

    `points` are in the order of reasons: what costs most comes first, equals in the order of the characteristics.
    """

    score: Decimal
    band: Band
    base_points: Decimal
    points: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class FraudMeasure:
    """What a signal weighs, and from where on it counts: days, cases or per cent, as its code says."""

    code: FraudCode
    points: int
    threshold: int
