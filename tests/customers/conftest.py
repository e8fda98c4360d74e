"""The application, and a sandbox register of identities on a port of its own, for the tests of customers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from domain.customers.identity_register import use_register
from domain.kernel.settings import settings
from gateways.identity import HttpIdentityRegister
from sandbox.identity import IdentityFault, IdentityPlan, SandboxRegister
from tests.face.conftest import face
from tests.payouts.conftest import served

__all__ = ["face"]

IMPATIENT = httpx.Timeout(30.0, read=0.4)  # for a register that shall not answer


@dataclass
class Register:
    """The register from both sides."""

    sandbox: SandboxRegister
    client: HttpIdentityRegister
    url: str

    def plan(self, *faults: IdentityFault) -> None:
        """What goes wrong next, in order; from now on no answer is waited for long."""
        self.client._client.timeout = IMPATIENT
        self.sandbox.plan = IdentityPlan(list(faults))


@pytest.fixture
async def register() -> AsyncIterator[Register]:
    """A register without faults, which this process asks."""
    secret = settings().identity_secret.get_secret_value()
    sandbox = SandboxRegister(secret, silence=1.0)
    async with served(sandbox.app()) as url:
        client = HttpIdentityRegister(url, secret)
        use_register(client)
        yield Register(sandbox, client, url)
        await client.close()
