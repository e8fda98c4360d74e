"""Whoever caused a job or is concerned by it can follow it, living or archived; nobody else sees that it is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.jobs.archive import archive_finished
from domain.jobs.reading import JOB, POLL_SQL, STATUS_SQL
from domain.jobs.terms import JobState, JobStatus
from domain.kernel.actor import Actor, Fact, Role
from domain.kernel.ids import new_id
from domain.kernel.projection.visibility import predicate_sql, seen_by_roles
from domain.kernel.subject import Scope
from tests.jobs.conftest import STAFF, Place
from tests.jobs.kinds import One

CUSTOMER, PARTNER = UUID(int=3), UUID(int=4)
CALLERS = {
    "the customer": (Actor(frozenset({Role.CUSTOMER}), customer_id=CUSTOMER), True),
    "another customer": (Actor(frozenset({Role.CUSTOMER}), customer_id=UUID(int=33)), False),
    "the partner": (Actor(frozenset({Role.PARTNER}), partner_id=PARTNER), True),
    "another partner": (Actor(frozenset({Role.PARTNER}), partner_id=UUID(int=44)), False),
    "who caused it": (STAFF, True),
    "another handler": (Actor(frozenset({Role.CLAIMS_HANDLER}), staff_id=UUID(int=78)), False),
    "an administrator": (Actor(frozenset({Role.ADMIN}), staff_id=UUID(int=9)), True),
    "compliance": (Actor(frozenset({Role.COMPLIANCE}), staff_id=UUID(int=10)), True),
    "nobody": (Actor.anonymous(), False),
}


async def seen(place: Place, actor: Actor) -> list[UUID]:
    arguments: list[object] = []

    def bind(fact: Fact) -> str:
        arguments.append(getattr(actor, fact))
        return f"${len(arguments)}::uuid"

    condition = predicate_sql(seen_by_roles(JOB.seen_by, actor.roles), "t", bind)
    rows = await place.connection.fetch(f"SELECT t.id FROM {JOB.table} t WHERE {condition}", *arguments)
    return [row["id"] for row in rows]


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("where", ["job", "job_archive"])
async def test_who_sees_a_job(place: Place, caller: str, where: str) -> None:
    job_id = await place.add(One(new_id()), scope=Scope(customer_id=CUSTOMER, partner_id=PARTNER))
    if where == "job_archive":
        await place.set(job_id, "state = 'SUCCEEDED', finished_at = now() - interval '31 days'")
        assert await archive_finished() == 1
    actor, sees = CALLERS[caller]
    assert await seen(place, actor) == ([job_id] if sees else [])


async def shown(place: Place, job_id: UUID, sql: str) -> Any:
    expression = sql.format(row="t", now="clock_timestamp()")
    return await place.connection.fetchval(f"SELECT {expression} FROM job_all t WHERE id = $1", job_id)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("state = 'AVAILABLE'", JobStatus.QUEUED),
        ("state = 'AVAILABLE', attempt = 1", JobStatus.RETRYING),
        ("state = 'AVAILABLE', crashes = 1", JobStatus.RETRYING),
        ("state = 'DISPATCHED', lease_until = now()", JobStatus.QUEUED),
        ("state = 'EXECUTING', lease_until = now()", JobStatus.RUNNING),
        ("state = 'PARKED'", JobStatus.AWAITING_OUTCOME),
        ("state = 'SUCCEEDED', finished_at = now()", JobStatus.SUCCEEDED),
        ("state = 'DEAD', finished_at = now()", JobStatus.FAILED),
        ("state = 'CANCELLED', finished_at = now()", JobStatus.CANCELLED),
    ],
)
async def test_a_client_is_told_how_it_stands_and_when_to_ask_again(
    place: Place, change: str, status: JobStatus
) -> None:
    job_id = await place.add()
    await place.set(job_id, change)
    assert await shown(place, job_id, STATUS_SQL) == status
    poll = await shown(place, job_id, POLL_SQL)
    if status in {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED}:
        assert poll is None
    else:
        assert 500 <= poll <= 60_000


async def test_a_job_of_the_far_future_is_asked_about_once_a_minute(place: Place) -> None:
    job_id = await place.add(run_at=datetime(2100, 1, 1, tzinfo=UTC))
    assert await shown(place, job_id, POLL_SQL) == 60_000


def test_actions_are_offered_for_every_state() -> None:
    offered = JOB.columns["available_actions"]
    assert set(offered.states) == set(JobState)  # type: ignore[union-attr]  # it is the lifecycle's
