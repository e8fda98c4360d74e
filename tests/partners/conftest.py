"""The application, and a partner's system on a port of its own, for the tests of partners."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from domain.partners.calling import use_webhooks
from gateways.webhooks import HttpWebhooks
from tests.face.conftest import face
from tests.factories.webhooks import PartnerSystem
from tests.payouts.conftest import served

__all__ = ["face"]


@dataclass
class Called:
    """A partner's system and where it is called; this process calls it by the real gateway."""

    system: PartnerSystem
    url: str


@pytest.fixture
async def called() -> AsyncIterator[Called]:
    """A partner's system that takes every call, and is not waited for long."""
    system = PartnerSystem()
    async with served(system.app()) as url:
        use_webhooks(HttpWebhooks(loopback=True, timeout=0.5))
        yield Called(system, f"{url}/hook")
