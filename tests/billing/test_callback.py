"""The gateway's calls over HTTP: believed when signed and fresh, a 200 for whatever was kept."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from api.calls import MOST
from api.premium import PATH
from domain.billing.models import PremiumException, PremiumPayment
from domain.billing.terms import PremiumExceptionKind
from tests.face.conftest import Face, running, untouched
from tests.factories.billing import SECRET, invoiced, signed, word


@pytest.fixture
async def face(database_url: str) -> AsyncIterator[Face]:
    """The application with the gateway's secret."""
    async with running(database_url, premium_secret=SecretStr(SECRET)) as found:
        yield found


async def call(face: Face, said: object, *, secret: str = SECRET, at: int | None = None) -> httpx.Response:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    timestamp, signature = signed(body, secret=secret, at=at)
    headers = {"x-premium-timestamp": timestamp, "x-premium-signature": signature}
    return await face.client.post(PATH, content=body, headers=headers)


async def test_a_payment_is_heard_and_heard_again(face: Face) -> None:
    said = word(await invoiced())
    for _ in range(2):
        answer = await call(face, said)
        assert (answer.status_code, answer.json()) == (200, {"heard": True})
    assert await PremiumPayment.all().count() == 1


async def test_twenty_identical_calls_at_once_are_one_payment(face: Face) -> None:
    said = word(await invoiced())
    answers = await asyncio.gather(*(call(face, said) for _ in range(20)))
    assert {each.status_code for each in answers} == {200}
    assert await PremiumPayment.all().count() == 1
    assert await PremiumException.all().count() == 0


async def test_money_that_fits_nothing_is_heard_too(face: Face) -> None:
    said = word(await invoiced(), amount="1.00")
    assert (await call(face, said)).status_code == 200
    assert [each.kind for each in await PremiumException.all()] == [PremiumExceptionKind.WRONG_AMOUNT]


async def test_a_call_that_is_forged_or_old_is_refused_and_changes_nothing(face: Face) -> None:
    said = word(await invoiced())
    async with untouched():
        assert (await call(face, said, secret="x" * 32)).status_code == 401
        assert (await call(face, said, at=int(time.time()) - 301)).status_code == 401
        assert (await call(face, said, at=int(time.time()) + 301)).status_code == 401
        assert (await face.client.post(PATH, content=json.dumps(said).encode())).status_code == 401


BODIES: list[Any] = [b"", b"{", b"[]", b"null", b"\xff", b"[" * 5_000, {}, {"reference": "R-1"}]


@pytest.mark.parametrize("body", BODIES)
async def test_a_signed_call_that_cannot_be_read_is_told_so_and_changes_nothing(face: Face, body: Any) -> None:
    async with untouched():
        assert (await call(face, body)).status_code == 400


async def test_a_call_that_is_too_long_is_not_read(face: Face) -> None:
    async with untouched():
        assert (await call(face, b" " * (MOST + 1))).status_code == 413


async def test_without_a_secret_there_is_no_address(database_url: str) -> None:
    async with running(database_url) as bare:
        assert (await call(bare, {})).status_code == 404
