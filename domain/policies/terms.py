"""Words of the policies room."""

from __future__ import annotations

from enum import StrEnum


class PolicyState(StrEnum):
    """Where a policy stands 保单状态."""

    PENDING = "PENDING"
    """未生效: sold, the cover has not begun."""
    IN_FORCE = "IN_FORCE"
    """有效: the cover runs."""
    EXPIRED = "EXPIRED"
    """满期: the cover has ended in time."""
    LAPSED = "LAPSED"
    """失效: a premium was not paid within the days of grace; nothing is covered."""
    CANCELLED = "CANCELLED"
    """已退保: taken back before its end."""


class PolicyAction(StrEnum):
    """What is done with a policy."""

    BEGIN = "BEGIN"
    """生效: the first day of its cover has come."""
    EXPIRE = "EXPIRE"
    """满期: its last day is over."""
    LAPSE = "LAPSE"
    """失效: a premium was not paid in time."""
    REINSTATE = "REINSTATE"
    """复效: put it in force again, once nothing is overdue."""
    CANCEL = "CANCEL"
    """退保: take it back."""


class PolicyStatus(StrEnum):
    """What holds of a policy today beside its state 保单附加状态; worked out from its days, never stored."""

    WAITING_PERIOD = "WAITING_PERIOD"
    """等待期: nothing is covered yet."""
    MANUFACTURER_WARRANTY = "MANUFACTURER_WARRANTY"
    """厂商保修期内: the maker still answers for faults."""
