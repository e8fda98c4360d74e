"""How a partner's system is called: what goes out, and what is known when no answer came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from domain.partners.terms import WebhookFault


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """One call: where to, and what. `signatures` are by each secret that counts.

    Units: `timestamp` in seconds since 1970. Source: Standard Webhooks.
    """

    url: str = field(repr=False)
    message_id: str
    timestamp: int
    body: bytes
    signatures: tuple[str, ...] = field(repr=False)


@dataclass(eq=False)
class WebhookUnanswered(Exception):
    """No answer came back; the partner's system may have been told or not."""

    fault: WebhookFault


class AddressRefused(WebhookUnanswered):
    """The name leads to an address that is not public, and nothing was called.

    It is told as any name that leads nowhere: whoever chose it must not learn by it which names there are inside.
    """

    def __init__(self) -> None:
        super().__init__(WebhookFault.UNREACHABLE)


class WebhookSender(Protocol):
    """Calls systems of partners, and nothing inside the house."""

    async def send(self, call: WebhookCall) -> int:
        """The HTTP status of the answer; no redirect is followed.

        Raises: WebhookUnanswered.
        """
        ...


class NoSender(RuntimeError):
    """The process was put together without a gateway to partners."""


_senders: list[WebhookSender] = []


def use_webhooks(sender: WebhookSender) -> None:
    """Lets this process call partners by a gateway; said once, where the process is put together."""
    _senders[:] = [sender]


def webhooks_in_use() -> WebhookSender:
    """The gateway of this process.

    Raises: NoSender.
    """
    if not _senders:
        raise NoSender("no gateway to partners was given to this process")
    return _senders[0]
