"""The sandbox gateway speaks the same protocol over a real connection."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from api import premium
from domain.billing.models import PremiumException, PremiumPayment
from domain.billing.terms import InvoiceState
from sandbox import gateway
from tests.factories.billing import SECRET, invoiced
from tests.payouts.conftest import served

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gateway.SECRET, SECRET)


async def run(*arguments: str, secret: str = SECRET) -> int:
    """The command against the insurer's route."""
    async with served(Starlette(routes=premium.routes(SecretStr(secret)))) as url:
        return await asyncio.to_thread(gateway.main, [*arguments, "--url", url])


async def test_an_invoice_is_paid_by_the_command_and_paid_once() -> None:
    billed = await invoiced("50.00", 1)
    for _ in range(2):
        assert await run(billed.invoice.invoice_number, "50.00", "--reference", "SB-1") == 0
    assert (await billed.now()).state is InvoiceState.PAID
    assert await PremiumPayment.all().count() == 1


async def test_a_wrong_amount_is_heard_and_kept() -> None:
    billed = await invoiced("50.00", 1)
    assert await run(billed.invoice.invoice_number, "49.99") == 0
    assert await PremiumException.all().count() == 1


async def test_another_secret_is_not_heard() -> None:
    billed = await invoiced("50.00", 1)
    assert await run(billed.invoice.invoice_number, "50.00", secret="x" * 32) == 1
    assert await PremiumPayment.all().count() == 0
