"""Words of the partners room."""

from __future__ import annotations

from enum import StrEnum


class PartnerKind(StrEnum):
    """What a partner is: retailer 零售商, maker 厂商 or repairer 维修商."""

    RETAILER = "RETAILER"
    """零售商: sells the device and the cover with it."""
    MAKER = "MAKER"
    """厂商: made the device."""
    REPAIRER = "REPAIRER"
    """维修商: repairs it."""
