"""Refusals of the partners room."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class TooManyWebhooks(Refusal):
    """The partner has as many live endpoints as it may have."""

    most: int
    code = "TOO_MANY_WEBHOOKS"
    english = "A partner has {most} live webhook endpoints at most; remove one first."
    chinese = "每个合作方最多设置 {most} 个有效的推送地址，请先移除一个。"


@dataclass(eq=False)
class WebhookRemoved(Refusal):
    """The endpoint was removed, or its own system wanted no more calls."""

    code = "WEBHOOK_REMOVED"
    english = "This webhook endpoint was removed."
    chinese = "该推送地址已移除。"
