"""Words of the policies room."""

from __future__ import annotations

from enum import StrEnum

MAX_REF = 64
"""Characters of a seller's own name for a sale, at most."""


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


class RegistrationSource(StrEnum):
    """How many sales came together 批量来源."""

    REQUEST = "REQUEST"
    """接口: in one request."""
    UPLOAD = "UPLOAD"
    """文件: as a file."""


class RegistrationState(StrEnum):
    """Where a registration of many sales stands 批量承保状态."""

    RECEIVED = "RECEIVED"
    """已接收: its file is kept, nothing is sold."""
    REGISTERING = "REGISTERING"
    """承保中: its rows are being sold."""
    FINISHED = "FINISHED"
    """已完成: of every row is known what became of it."""


class RegistrationAction(StrEnum):
    """What is done with a registration of many sales."""

    REGISTER = "REGISTER"
    """承保: sell its rows."""
    FINISH = "FINISH"
    """完成: the last of its rows is worked off."""


class OnError(StrEnum):
    """What becomes of the good rows of a request with bad ones 出错处理."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"
    """全部成功或全部不处理: one bad row, and none is sold."""
    EACH_BY_ITSELF = "EACH_BY_ITSELF"
    """逐行处理: good rows are sold, bad ones are told."""


class RowOutcome(StrEnum):
    """What became of one row of many 逐行结果."""

    REGISTERED = "REGISTERED"
    """已承保: sold now."""
    FOUND = "FOUND"
    """此前已承保: sold before under the same reference."""
    REFUSED = "REFUSED"
    """未承保: not sold; the faults say why."""
