"""Words of the partners room."""

from __future__ import annotations

from enum import StrEnum

MAX_URL = 500  # characters of the address of an endpoint


class PartnerKind(StrEnum):
    """What a partner is: retailer 零售商, maker 厂商 or repairer 维修商."""

    RETAILER = "RETAILER"
    """零售商: sells the device and the cover with it."""
    MAKER = "MAKER"
    """厂商: made the device."""
    REPAIRER = "REPAIRER"
    """维修商: repairs it."""


class WebhookEvent(StrEnum):
    """News that a partner's system is called for 通知事件."""

    POLICY_ISSUED = "POLICY_ISSUED"
    """保单已出单: a policy that it sold was issued."""
    POLICY_CANCELLED = "POLICY_CANCELLED"
    """保单已退保: a policy that it sold was taken back."""
    APPLICATION_DECIDED = "APPLICATION_DECIDED"
    """核保结论: an application that it made was accepted, offered on other terms, or declined."""
    REPAIR_DISPATCHED = "REPAIR_DISPATCHED"
    """维修派单: a repair order was offered to it."""


class WebhookDeliveryState(StrEnum):
    """Where a call to a partner's system stands 推送状态."""

    QUEUED = "QUEUED"
    """待推送: to be made, for the first time or again."""
    DELIVERED = "DELIVERED"
    """已送达: taken by the partner's system."""
    FAILED = "FAILED"
    """推送失败: given up."""


class WebhookDeliveryAction(StrEnum):
    """What a worker does with a call to a partner's system 推送操作."""

    DELIVER = "DELIVER"
    """送达: it was taken."""
    GIVE_UP = "GIVE_UP"
    """放弃: it is made no more."""


class WebhookFault(StrEnum):
    """Why the latest call to a partner's system did not succeed 推送失败原因."""

    UNREACHABLE = "UNREACHABLE"
    """无法连接: no public address, no connection, or no encryption that can be trusted."""
    TIMED_OUT = "TIMED_OUT"
    """超时: no answer in time."""
    ANSWER_LOST = "ANSWER_LOST"
    """应答丢失: the connection broke before the answer."""
    STATUS = "STATUS"
    """状态码异常: an answer that is not 2xx; a redirect is none."""
    GONE = "GONE"
    """已停用: 410, by which the partner's system wants no more calls."""
    REMOVED = "REMOVED"
    """地址已移除: the endpoint was removed before."""
