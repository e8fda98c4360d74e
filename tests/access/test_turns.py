"""Turns at signing in: few at once, in the order of coming, and a refusal rather than a wait without end."""

from __future__ import annotations

import asyncio

import pytest

from domain.access.turns import AT_ONCE, MOST_WAITING, turn
from domain.kernel.refusals import TooManyAttempts


async def test_few_sign_in_at_once_and_the_others_follow_in_their_order() -> None:
    inside, most, order = 0, 0, list[int]()

    async def sign_in(number: int) -> None:
        nonlocal inside, most
        async with turn():
            order.append(number)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(sign_in(number) for number in range(50)))
    assert (most, order) == (AT_ONCE, list(range(50)))


async def test_when_too_many_wait_the_next_is_told_to_come_later() -> None:
    async def sign_in(over: asyncio.Event) -> None:
        async with turn():
            await over.wait()

    over = asyncio.Event()
    waiting = [asyncio.create_task(sign_in(over)) for _ in range(AT_ONCE + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyAttempts):
        await sign_in(over)
    waiting[-1].cancel()
    await asyncio.sleep(0)
    waiting.append(asyncio.create_task(sign_in(over)))
    over.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in outcomes if each is not None] == [asyncio.CancelledError]


async def test_whoever_fails_or_gives_up_leaves_his_or_her_place() -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError):
            async with turn():
                raise ZeroDivisionError
    async with asyncio.timeout(5), turn():
        pass
