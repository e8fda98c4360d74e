"""Words of the products room."""

from __future__ import annotations

from enum import StrEnum


class ProductKind(StrEnum):
    """Kinds of cover: extended warranty 延保, accidental damage 意外损坏, screen 碎屏, theft 盗抢."""

    EXTENDED_WARRANTY = "EXTENDED_WARRANTY"
    ACCIDENTAL_DAMAGE = "ACCIDENTAL_DAMAGE"
    SCREEN = "SCREEN"
    THEFT = "THEFT"


class VersionState(StrEnum):
    """Where a version stands: draft 草稿, on sale 在售, withdrawn 停售."""

    DRAFT = "DRAFT"
    ON_SALE = "ON_SALE"
    WITHDRAWN = "WITHDRAWN"


class VersionAction(StrEnum):
    """What is done with a version."""

    PUT_ON_SALE = "PUT_ON_SALE"
    WITHDRAW = "WITHDRAW"


class Peril(StrEnum):
    """Insured perils 保险责任: breakdown 故障, drop 跌落, liquid 进液, screen 碎屏, theft 盗抢, battery 电池."""

    BREAKDOWN = "BREAKDOWN"
    DROP = "DROP"
    LIQUID = "LIQUID"
    SCREEN = "SCREEN"
    THEFT = "THEFT"
    BATTERY = "BATTERY"
