"""Words of the products room."""

from __future__ import annotations

from enum import StrEnum


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
    """Where a version stands: draft 草稿, on sale 在售, withdrawn 停售."""

    DRAFT = "DRAFT"
    """草稿: its terms may still be wrong; nobody outside sees it."""
    ON_SALE = "ON_SALE"
    """在售: sold on these terms."""
    WITHDRAWN = "WITHDRAWN"
    """停售: sold no more; policies on it stay as they are."""


class VersionAction(StrEnum):
    """What is done with a version."""

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
