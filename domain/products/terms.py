"""Words of the products room, and the terms of a version as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.kernel.money import Money
from domain.staff.terms import ProductGrade

ONE = Decimal(1)


class ProductKind(StrEnum):
    """Kinds of cover: extended warranty 延保, accidental damage 意外损坏, screen 碎屏, theft 盗抢."""

    EXTENDED_WARRANTY = "EXTENDED_WARRANTY"
    """延保: breakdown after the maker's warranty."""
    ACCIDENTAL_DAMAGE = "ACCIDENTAL_DAMAGE"
    """意外损坏: drops, liquid and the like."""
    SCREEN = "SCREEN"
    """碎屏: the screen only."""
    THEFT = "THEFT"
    """盗抢: theft and robbery."""


class VersionState(StrEnum):
    """Where a version stands: draft 草稿, in review 合规审查中, on sale 在售, withdrawn 停售."""

    DRAFT = "DRAFT"
    """草稿: its terms may still be wrong; nobody outside sees it."""
    IN_REVIEW = "IN_REVIEW"
    """合规审查中: its terms stand while compliance judges them; nobody outside sees it."""
    ON_SALE = "ON_SALE"
    """在售: sold on these terms."""
    WITHDRAWN = "WITHDRAWN"
    """停售: sold no more; policies on it stay as they are."""


class VersionAction(StrEnum):
    """What is done with a version."""

    REVISE = "REVISE"
    """修订: replace its terms."""
    SUBMIT = "SUBMIT"
    """提交审查: hand it to compliance."""
    RETURN = "RETURN"
    """退回: give it back with what compliance found."""
    PUT_ON_SALE = "PUT_ON_SALE"
    """上架: release it for sale."""
    WITHDRAW = "WITHDRAW"
    """停售: take it from sale."""


class Peril(StrEnum):
    """Insured perils 保险责任: breakdown 故障, drop 跌落, liquid 进液, screen 碎屏, theft 盗抢, battery 电池."""

    BREAKDOWN = "BREAKDOWN"
    """故障: electrical or mechanical breakdown."""
    DROP = "DROP"
    """跌落: damage by a fall."""
    LIQUID = "LIQUID"
    """进液: damage by liquid."""
    SCREEN = "SCREEN"
    """碎屏: a broken screen."""
    THEFT = "THEFT"
    """盗抢: theft or robbery."""
    BATTERY = "BATTERY"
    """电池: a worn battery."""


class DisclosureLevel(StrEnum):
    """How an exclusion is drawn to the buyer's attention before the sale. Source: Insurance Law Art. 17."""

    KEY = "KEY"
    """明确说明: pointed out, and explained in words or in writing so that the buyer understands what it means."""
    ORDINARY = "ORDINARY"
    """提示: pointed out in a way that cannot be overlooked."""


class RatingFactor(StrEnum):
    """What a rate table may weigh 费率因子; a version's table names these dimensions, in lower case."""

    CATEGORY = "category"
    """设备类别: the key is a `DeviceCategory`."""
    CONDITION = "condition"
    """设备成色: the key is a `DeviceCondition`."""
    MONTHS = "months"
    """保险期间: the key is the number of months of cover."""
    DEDUCTIBLE = "deductible"
    """免赔额: the key is the deductible in whole units of the currency."""


class DeviceCategory(StrEnum):
    """Kinds of insured devices 设备类别."""

    PHONE = "PHONE"
    """手机."""
    TABLET = "TABLET"
    """平板电脑."""
    LAPTOP = "LAPTOP"
    """笔记本电脑."""
    WATCH = "WATCH"
    """智能手表."""
    APPLIANCE = "APPLIANCE"
    """家用电器."""


class DeviceCondition(StrEnum):
    """What a device was when it was bought 设备成色."""

    NEW = "NEW"
    """全新."""
    REFURBISHED = "REFURBISHED"
    """官翻."""
    USED = "USED"
    """二手."""


@dataclass(frozen=True)
class PerilTerms:
    """What a version says of one peril; None leaves it to the version's own limit, deductible and count."""

    limit: Money | None = None
    deductible: Money | None = None
    max_claims_a_year: int | None = None


@dataclass(frozen=True)
class Exclusion:
    """One exclusion 责任免除 with its text in both languages, and how it is drawn to the buyer's attention."""

    code: str
    text_zh: str
    text_en: str
    disclosure: DisclosureLevel = DisclosureLevel.KEY


@dataclass(frozen=True)
class VersionTerms:
    """The terms of a version. Units as in `ProductVersion`; `relativities` by dimension and key."""

    grade: ProductGrade
    months: int
    base_rate: Decimal
    minimum_premium: Money
    perils: Mapping[Peril, PerilTerms]
    premium_tax_rate: Decimal = Decimal("0.06")
    per_claim_limit: Money | None = None
    aggregate_limit_rate: Decimal = ONE
    deductible: Money = field(default_factory=lambda: Money(0))
    coinsurance_rate: Decimal = Decimal(0)
    max_claims_a_year: int | None = None
    waiting_days: int = 0
    cooling_off_days: int = 15
    registration_days: int = 15
    refund_fee: Money = field(default_factory=lambda: Money(0))
    depreciation_monthly_rate: Decimal = Decimal("0.015")
    depreciation_floor_rate: Decimal = Decimal("0.2")
    replacement_rate: Decimal = Decimal("0.7")
    starts_after_warranty: bool = False
    exclusions: tuple[Exclusion, ...] = ()
    relativities: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
