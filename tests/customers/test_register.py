"""The sandbox register and our client of it: what is an answer, what is none, and that asking is signed."""

from __future__ import annotations

import asyncio
import os
import socket
import sys

import httpx
import pytest

from domain.customers.identity_register import (
    IdentityAnswer,
    IdentityQuestion,
    NoRegister,
    RegisterAnswerLost,
    RegisterUnavailable,
    _registers,
    register_in_use,
)
from domain.customers.terms import CustomerKind
from gateways.identity import HttpIdentityRegister
from sandbox.identity import IdentityFault, PlanUnreadable, read_plan
from tests.customers.conftest import IMPATIENT, Register
from tests.factories.identity import COMPANY_CODE, NUMBER

ASKED = IdentityQuestion(CustomerKind.PERSON, "Zhang San", NUMBER)
COMPANY = IdentityQuestion(CustomerKind.COMPANY, "Acme Ltd", COMPANY_CODE)
SECRET = "a secret that only this test and its register know"
NOT_LOOKED_AT = {IdentityFault.BUSY}
NO_ANSWER = {IdentityFault.ERROR, IdentityFault.SILENCE, IdentityFault.NONSENSE, IdentityFault.STRANGER}


@pytest.mark.parametrize("asked", [ASKED, COMPANY])
async def test_a_name_and_its_number_belong_together(register: Register, asked: IdentityQuestion) -> None:
    assert await register.client.check(asked) is IdentityAnswer.MATCH
    assert register.sandbox.requests == 1


@pytest.mark.parametrize("name", ["MISMATCH Zhang", "不一致的张三"])
async def test_some_names_never_belong_to_a_number(register: Register, name: str) -> None:
    asked = IdentityQuestion(CustomerKind.PERSON, name, NUMBER)
    assert await register.client.check(asked) is IdentityAnswer.MISMATCH


async def test_a_plan_names_numbers_and_faults(register: Register) -> None:
    async with httpx.AsyncClient(base_url=register.url, trust_env=False) as anybody:
        plan = {"mismatches": [NUMBER], "faults": ["ERROR"]}
        assert (await anybody.post("/plan", json=plan)).json() == {"planned": True}
        assert (await anybody.get("/health")).json() == {"open": True}
        assert (await anybody.post("/plan", json={"faults": ["LIES"]})).status_code == 400
        assert (await anybody.post("/plan", json=[])).status_code == 400
    with pytest.raises(RegisterAnswerLost):
        await register.client.check(ASKED)
    assert await register.client.check(ASKED) is IdentityAnswer.MISMATCH
    assert await register.client.check(COMPANY) is IdentityAnswer.MATCH


@pytest.mark.parametrize("given", [{"faults": ["LIES"]}, {"faults": "ERROR"}, {"mismatches": NUMBER}])
def test_a_plan_that_cannot_be_read_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(PlanUnreadable):
        read_plan(given)


@pytest.mark.parametrize("fault", sorted(NO_ANSWER))
async def test_what_is_no_answer_to_this_question_says_nothing(register: Register, fault: IdentityFault) -> None:
    register.plan(fault)
    with pytest.raises(RegisterAnswerLost):
        await register.client.check(ASKED)
    assert await register.client.check(ASKED) is IdentityAnswer.MATCH


def test_every_fault_is_told_apart() -> None:
    answers = {IdentityFault.NONE, IdentityFault.MISMATCH}
    assert set(IdentityFault) == answers | NOT_LOOKED_AT | NO_ANSWER


async def test_a_register_that_is_busy_or_gone_has_not_looked(register: Register) -> None:
    register.plan(IdentityFault.BUSY)
    with pytest.raises(RegisterUnavailable):
        await register.client.check(ASKED)
    nowhere = HttpIdentityRegister("http://127.0.0.1:1", SECRET, IMPATIENT)
    with pytest.raises(RegisterUnavailable):
        await nowhere.check(ASKED)
    await nowhere.close()


async def test_a_question_with_another_secret_is_not_looked_at(register: Register) -> None:
    stranger = HttpIdentityRegister(register.url, SECRET, IMPATIENT)
    with pytest.raises(RegisterUnavailable):
        await stranger.check(ASKED)
    assert register.sandbox.requests == 0
    await stranger.close()


async def test_a_question_that_was_changed_on_its_way_is_not_looked_at(register: Register) -> None:
    async with httpx.AsyncClient(base_url=register.url, trust_env=False) as anybody:
        for headers in ({}, {"x-identity-timestamp": "1", "x-identity-signature": "00"}, {"x-identity-timestamp": "x"}):
            assert (await anybody.post("/checks", json={}, headers=headers)).status_code == 401
    assert register.sandbox.requests == 0


async def test_a_question_that_says_nothing_is_no_question(register: Register) -> None:
    with pytest.raises(RegisterAnswerLost, match="status 400"):
        await register.client.check(IdentityQuestion(CustomerKind.PERSON, "", NUMBER))


def test_neither_a_question_nor_a_failure_shows_whom_it_is_about() -> None:
    assert NUMBER not in repr(ASKED)
    assert "Zhang" not in repr(ASKED)


def test_a_process_without_a_register_says_so() -> None:
    former = list(_registers)
    _registers.clear()
    with pytest.raises(NoRegister):
        register_in_use()
    _registers[:] = former


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_the_demos_register_is_a_process_with_its_secret_from_the_environment() -> None:
    port = free_port()
    environment = {**os.environ, "AFTERCARE_IDENTITY_SECRET": SECRET}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.identity", "--port", str(port), env=environment
    )
    client = HttpIdentityRegister(f"http://127.0.0.1:{port}", SECRET, httpx.Timeout(10.0))
    try:
        answer = None
        for _ in range(200):
            try:
                answer = await client.check(ASKED)
                break
            except RegisterUnavailable:
                await asyncio.sleep(0.05)
        assert answer is IdentityAnswer.MATCH
    finally:
        await client.close()
        process.kill()
        await process.wait()
