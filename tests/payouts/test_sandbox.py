"""The sandbox bank as its own process: what it answered it knows after a kill, and it fails by plan."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from domain.kernel import clock
from domain.kernel.money import Money
from domain.payouts.bank import BankAnswerLost, BankRefused, BankStatus, BankUnavailable, NumberTaken
from gateways.bank import HttpBank
from sandbox.book import Book, Payment
from sandbox.faults import Fault, Plan, PlanUnreadable, read_plan
from tests.factories.payouts import ACCOUNT

SECRET = "a secret that only this test and its bank know"
AMOUNT = Money.of("12.00")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def bank_process(home: Path) -> AsyncIterator[tuple[HttpBank, asyncio.subprocess.Process]]:
    port = free_port()
    environment = {**os.environ, "AFTERCARE_BANK_SECRET": SECRET}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.bank", "--port", str(port), "--home", str(home), env=environment
    )
    client = HttpBank(f"http://127.0.0.1:{port}", SECRET, httpx.Timeout(10.0))
    try:
        async with httpx.AsyncClient(trust_env=False) as ready:
            for _ in range(200):
                try:
                    await ready.get(f"http://127.0.0.1:{port}/health")
                    break
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)
        yield client, process
    finally:
        await client.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_the_demos_bank_loses_its_first_answer_and_is_honest_when_asked_even_after_a_kill(tmp_path: Path) -> None:
    async with bank_process(tmp_path) as (bank, process):
        with pytest.raises(BankAnswerLost):
            await bank.pay("a" * 32, AMOUNT, ACCOUNT, "Zhang San")
        second = await bank.pay("b" * 32, AMOUNT, ACCOUNT, "Zhang San")
        assert second.status is BankStatus.SETTLED
        process.kill()
        await process.wait()
        with pytest.raises(BankUnavailable):
            await bank.find("a" * 32)
    async with bank_process(tmp_path) as (bank, _):
        lost = await bank.find("a" * 32)
        assert lost is not None
        assert (lost.status, lost.amount) == (BankStatus.SETTLED, AMOUNT)
        assert await bank.pay("b" * 32, AMOUNT, ACCOUNT, "Zhang San") == second
        assert [each.request_no[0] for each in await bank.list(clock.today())] == ["a", "b"]
        with pytest.raises(NumberTaken):
            await bank.pay("b" * 32, Money.of("12.01"), ACCOUNT, "Zhang San")
        assert await bank.find("c" * 32) is None


async def test_the_bank_fails_by_the_plan_it_is_given(tmp_path: Path) -> None:
    async with bank_process(tmp_path) as (bank, _):
        address = str(bank._client.base_url)
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            planned = await client.post("/plan", json={"faults": ["BUSY", "ERROR", "REFUSED", "PENDING"]})
            assert planned.status_code == 200
            assert (await client.post("/plan", json={"faults": ["SULK"]})).status_code == 400
            assert (await client.post("/payments", json={})).status_code == 401
        for number, expected in (("1", BankUnavailable), ("2", BankAnswerLost)):
            with pytest.raises(expected):
                await bank.pay(number * 32, AMOUNT, ACCOUNT, "Zhang San")
            assert await bank.find(number * 32) is None
        refused = await bank.pay("3" * 32, AMOUNT, ACCOUNT, "Zhang San")
        assert (refused.status, refused.code) == (BankStatus.FAILED, "ACCOUNT_CLOSED")
        assert (await bank.pay("4" * 32, AMOUNT, ACCOUNT, "Zhang San")).status is BankStatus.PENDING
        assert await bank.list(clock.today()) == []
        with pytest.raises(BankRefused):
            await bank.pay("5" * 32, Money(-1), ACCOUNT, "Zhang San")


def test_the_same_seed_gives_the_same_faults() -> None:
    given = {"chances": {"LOST_ANSWER": 0.3, "BUSY": 0.2}, "seed": 7}
    first, second = read_plan(given), read_plan(given)
    drawn = [first.take() for _ in range(400)]
    assert drawn == [second.take() for _ in range(400)]
    assert set(drawn) == {Fault.NONE, Fault.LOST_ANSWER, Fault.BUSY}
    assert 80 < drawn.count(Fault.LOST_ANSWER) < 160
    assert Plan([Fault.BUSY]).take() is Fault.BUSY


@pytest.mark.parametrize("given", [
    {"faults": "BUSY"}, {"chances": {"BUSY": 2}}, {"chances": {"BUSY": -1}}, {"chances": {"NO": 0.1}}, {"seed": "x"},
    {"chances": {"BUSY": "often"}},
])  # fmt: skip
def test_a_plan_that_cannot_be_read_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(PlanUnreadable):
        read_plan(given)


def test_an_unknown_fault_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(PlanUnreadable) as refused:
        read_plan({"faults": ["NO"]})
    assert all(fault in str(refused.value) for fault in Fault)


def test_a_line_that_a_crash_cut_off_was_never_answered_and_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "book.jsonl"
    book = Book(path)
    kept = Payment("a", 1, "CNY", ACCOUNT, "x", "SETTLED", "BK1", datetime.now(UTC).isoformat())
    book.write(kept)
    book.close()
    path.write_bytes(path.read_bytes() + b'{"request_no": "b", "amou')
    again = Book(path)
    again.write(kept)
    again.close()
    assert Book(path).find("a") == kept
    assert Book(path).find("b") is None
    assert len(path.read_bytes().splitlines()) == 2
