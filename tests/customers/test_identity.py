"""Whether customers are who they say: asked of a real register over HTTP, by a job, and never while a row is held."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.customers import consents, identifying, identity
from domain.customers.identity import check, request_check, verify
from domain.customers.identity_register import IdentityAnswer, IdentityQuestion
from domain.customers.models import Customer
from domain.customers.refusals import ConsentMissing, IdentityMissing
from domain.customers.terms import ConsentPurpose, IdentityState
from domain.jobs.execution import Ending, JobRun
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Queue, Word
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.refusals import Forbidden, NotFound, StaleVersion
from sandbox.identity import IdentityFault
from tests.customers.conftest import Register
from tests.factories.identity import COMPANY_CODE, OTHER_NUMBER, consenting, known, signed_in
from tests.factories.insured import partner_with_a_book, staff
from tests.factories.unchanged import refused, unchanged
from tests.factories.work import hurry, work
from tests.factories.working import work_off
from workers.customers import TOLD_OF_IDENTITY

pytestmark = pytest.mark.usefixtures("database")
ASK, NEWS = "customers.verify_identity", "customers.identity_checked"
OFFICE = Actor.system("test")
VERIFIED, CHECKING = IdentityState.VERIFIED, IdentityState.CHECKING
MISMATCH, UNVERIFIED = IdentityState.MISMATCH, IdentityState.UNVERIFIED


async def asked_for(row: Customer) -> IdentityState:
    async with transaction():
        return await request_check(row.id, actor=OFFICE)


async def now(row: Customer) -> Customer:
    return await Customer.get(id=row.id)


async def jobs(kind: str) -> list[Job]:
    return await Job.filter(kind=kind).order_by("id")


async def test_a_request_puts_the_customer_under_check_and_asks_one_job_to_see_to_it() -> None:
    row = await known()
    assert await asked_for(row) is CHECKING
    assert ((await now(row)).identity_state, (await now(row)).version) == (CHECKING, 2)
    async with unchanged():
        assert await asked_for(row) is CHECKING
    (job,) = await jobs(ASK)
    assert (job.queue, job.customer_id, job.partner_id) == (Queue.NOTIFY, row.id, row.partner_id)
    assert job.arguments == {"customer_id": str(row.id)}
    entry = await AuditEntry.get(action="customer:check_identity")
    assert (entry.before, entry.after) == ({"identity_state": "UNVERIFIED"}, {"identity_state": "CHECKING"})


async def test_without_a_number_there_is_nothing_to_check() -> None:
    row = await known(identity_number=None)
    async with refused(IdentityMissing):
        await asked_for(row)
    with pytest.raises(NoTransaction):
        await request_check(row.id, actor=OFFICE)
    async with refused(NotFound), transaction():
        await request_check(uuid4(), actor=OFFICE)


@pytest.mark.parametrize("changes", [{}, {"identity_number": None, "organisation_code": COMPANY_CODE}])
async def test_a_match_verifies_people_and_companies(
    database: str, register: Register, changes: dict[str, Any]
) -> None:
    row = await known(**changes)
    await asked_for(row)
    await work(database, (Queue.NOTIFY,))
    found = await now(row)
    assert (found.identity_state, register.sandbox.requests) == (VERIFIED, 1)
    assert found.identity_checked_at is not None
    assert abs(found.identity_checked_at - clock.now()) < timedelta(minutes=1)
    entry = await AuditEntry.get(action="customer:verify_identity")
    assert (entry.before, entry.after) == ({}, {"identity_state": "VERIFIED"})
    for kind in (ASK, NEWS):
        (job,) = await jobs(kind)
        assert (job.state, job.result_id, job.arguments) == (JobState.SUCCEEDED, row.id, {"customer_id": str(row.id)})
    async with unchanged():
        assert await asked_for(row) is VERIFIED


async def test_a_mismatch_is_recorded_and_may_be_asked_about_again(register: Register) -> None:
    row = await known()
    register.plan(IdentityFault.MISMATCH)
    await asked_for(row)
    await work_off(ASK)
    assert (await now(row)).identity_state is MISMATCH
    assert await asked_for(row) is CHECKING
    await work_off(ASK)
    assert ((await now(row)).identity_state, len(await jobs(NEWS))) == (VERIFIED, 2)


@pytest.mark.parametrize("fault", [IdentityFault.BUSY])
async def test_a_register_that_is_away_is_asked_later_and_that_is_no_attempt(
    register: Register, fault: IdentityFault
) -> None:
    row = await known()
    register.plan(fault, fault)
    await asked_for(row)
    for _ in range(2):
        await work_off(ASK, most=1)
        (job,) = await jobs(ASK)
        assert (job.state, job.attempt, (await now(row)).identity_state) == (JobState.AVAILABLE, 0, CHECKING)
        assert job.run_at > clock.now()
    await work_off(ASK)
    assert ((await now(row)).identity_state, register.sandbox.requests) == (VERIFIED, 3)


@pytest.mark.parametrize("fault", [
    IdentityFault.ERROR, IdentityFault.SILENCE, IdentityFault.NONSENSE, IdentityFault.STRANGER,
])  # fmt: skip
async def test_a_lost_answer_is_never_a_mismatch_and_is_asked_for_again(
    database: str, register: Register, fault: IdentityFault
) -> None:
    row = await known()
    register.plan(fault)
    await asked_for(row)
    await work(database, (Queue.NOTIFY,))
    (job,) = await jobs(ASK)
    assert (job.state, job.error_code, (await now(row)).identity_state) == (
        JobState.AVAILABLE, "IDENTITY_ANSWER_LOST", CHECKING,
    )  # fmt: skip
    assert await jobs(NEWS) == []
    await hurry()
    await work(database, (Queue.NOTIFY,))
    assert ((await now(row)).identity_state, len(await jobs(NEWS))) == (VERIFIED, 1)


async def test_a_check_that_was_given_up_is_taken_up_by_the_next_request(register: Register) -> None:
    row = await known()
    await asked_for(row)
    await Job.filter(kind=ASK).update(state=JobState.DEAD, finished_at=clock.now())
    assert await asked_for(row) is CHECKING
    await work_off(ASK)
    assert ((await now(row)).identity_state, register.sandbox.requests) == (VERIFIED, 1)


class Meanwhile:
    """A register that answers only after something else has happened, with no row of ours held."""

    def __init__(self, happens: Callable[[], Awaitable[None]]) -> None:
        self.happens = happens
        self.asked: list[str] = []

    async def check(self, asked: IdentityQuestion) -> IdentityAnswer:
        self.asked.append(asked.number)
        if len(self.asked) == 1:
            await self.happens()
        return IdentityAnswer.MATCH


async def nothing() -> None:
    """Nothing happens meanwhile."""


async def test_a_number_that_is_corrected_while_the_register_is_asked_is_asked_about_anew() -> None:
    row, service = await known(), await staff(Role.CUSTOMER_SERVICE)
    await asked_for(row)

    async def correct() -> None:
        version = (await now(row)).version
        await identifying.identify(
            row.id, identity_number=OTHER_NUMBER, organisation_code=None, reason="a slip of the pen",
            expected_version=version, actor=service,
        )  # fmt: skip

    gateway = Meanwhile(correct)
    outcome = await verify(row.id, gateway=gateway, actor=OFFICE)
    assert (outcome.word, (await now(row)).identity_state, await jobs(NEWS)) == (Word.LATER, CHECKING, [])
    outcome = await verify(row.id, gateway=gateway, actor=OFFICE)
    assert (outcome.word, (await now(row)).identity_state) == (Word.DONE, VERIFIED)
    assert gateway.asked[1] == OTHER_NUMBER != gateway.asked[0]


async def test_a_consent_that_is_withdrawn_calls_the_check_off_and_whoever_waits_is_told() -> None:
    row = await consenting()
    await asked_for(row)

    async def withdraw() -> None:
        await consents.withdraw(row.id, purpose=ConsentPurpose.IDENTITY_CHECK, actor=signed_in(row.id))

    outcome = await verify(row.id, gateway=Meanwhile(withdraw), actor=OFFICE)
    found = await now(row)
    assert (outcome.word, found.identity_state, found.identity_checked_at) == (Word.DONE, UNVERIFIED, None)
    assert len(await jobs(NEWS)) == 1
    nobody = Meanwhile(nothing)
    assert (await verify(row.id, gateway=nobody, actor=OFFICE)).word is Word.DONE
    assert nobody.asked == []


async def test_a_consent_that_is_withdrawn_later_leaves_what_was_found() -> None:
    row = await consenting()
    await asked_for(row)
    await verify(row.id, gateway=Meanwhile(nothing), actor=OFFICE)
    await consents.withdraw(row.id, purpose=ConsentPurpose.IDENTITY_CHECK, actor=signed_in(row.id))
    assert ((await now(row)).identity_state, len(await jobs(NEWS))) == (VERIFIED, 1)


async def test_a_customer_who_is_not_there_is_not_asked_about() -> None:
    with pytest.raises(NotFound):
        await verify(uuid4(), gateway=Meanwhile(nothing), actor=OFFICE)


@pytest.mark.usefixtures("register")
async def test_every_room_that_waits_is_told_of_the_end() -> None:
    heard: list[tuple[UUID, IdentityState, bool]] = []

    async def hear(customer_id: UUID, run: JobRun) -> None:
        found = await Customer.get(id=customer_id)
        heard.append((customer_id, found.identity_state, run.kind.name == NEWS))

    row = await known()
    await asked_for(row)
    await work_off(ASK)
    TOLD_OF_IDENTITY.extend([hear, hear])
    try:
        assert await work_off(NEWS) == [Ending.ENDED]
    finally:
        del TOLD_OF_IDENTITY[-2:]
    assert heard == [(row.id, VERIFIED, True)] * 2


async def test_staff_ask_for_a_check_of_whoever_consented() -> None:
    for role in (Role.CUSTOMER_SERVICE, Role.SALES, Role.UNDERWRITER):
        row, actor = await consenting(), await staff(role)
        async with refused(StaleVersion):
            await check(row.id, expected_version=9, actor=actor)
        assert await check(row.id, expected_version=row.version, actor=actor) is CHECKING
        assert await check(row.id, actor=actor) is CHECKING


async def test_nobody_is_checked_without_consent() -> None:
    row, actor = await known(), await staff(Role.UNDERWRITER)
    async with refused(ConsentMissing) as missing:
        await check(row.id, actor=actor)
    assert isinstance(missing.value, ConsentMissing)
    assert missing.value.purposes == (ConsentPurpose.IDENTITY_CHECK,)
    unnumbered = await consenting(identity_number=None)
    async with refused(IdentityMissing):
        await check(unnumbered.id, actor=actor)
    async with refused(NotFound):
        await check(uuid4(), actor=actor)


async def test_nobody_else_asks_for_a_check() -> None:
    partner = await partner_with_a_book()
    row = await consenting(partner=partner)
    others = [await staff(role) for role in sorted(STAFF_ROLES - set(identity.CHECKERS))]
    for actor in (signed_in(row.id), partner, Actor.anonymous(), *others):
        async with refused(Forbidden):
            await check(row.id, actor=actor)
