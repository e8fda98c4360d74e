"""Why a request is not taken under the key that it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class IdempotencyKeyReused(Refusal):
    """The key names another request of yours: the same mutation with another input."""

    first_seen_at: datetime
    code = "IDEMPOTENCY_KEY_REUSED"
    english = "This key was used for another input; take a new key for a new request."
    chinese = "该幂等键已用于另一请求，请为新请求使用新的键。"


@dataclass(eq=False)
class RequestUnderWay(Refusal):
    """The first request of this key is still being carried out; ask again in a moment, by the same key."""

    code = "REQUEST_UNDER_WAY"
    english = "The first request of this key is still under way; ask again in a moment."
    chinese = "同一幂等键的请求正在处理中，请稍后重试。"
