"""Administrators retry, call off and put off jobs, and hold queues, with an audit entry each; others change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.audit.entries import record
from domain.jobs import operations
from domain.jobs.refusals import AlreadyPaused, AnotherIsLive, NotPaused
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, IllegalStep, NotFound, Refusal, StaleVersion
from domain.kernel.subject import Scope
from tests.jobs.conftest import ADMIN, STAFF, Place
from tests.jobs.kinds import Hasty, One

CUSTOMER = Actor(frozenset({Role.CUSTOMER}), customer_id=UUID(int=3))
LATER = clock.now() + timedelta(hours=5)


async def retry(job_id: UUID, actor: Actor = ADMIN, version: int | None = None) -> None:
    await operations.retry(job_id, reason="mended", expected_version=version, actor=actor, record=record)


async def cancel(job_id: UUID, actor: Actor = ADMIN, version: int | None = None) -> None:
    await operations.cancel(job_id, reason="wrong", expected_version=version, actor=actor, record=record)


async def snooze(job_id: UUID, actor: Actor = ADMIN, version: int | None = None) -> None:
    await operations.snooze(
        job_id, until=LATER, reason="not now", expected_version=version, actor=actor, record=record
    )


VERBS: dict[str, Callable[..., Awaitable[None]]] = {"retry": retry, "cancel": cancel, "snooze": snooze}
STANDS = {"retry": "DEAD", "cancel": "AVAILABLE", "snooze": "AVAILABLE"}


async def standing(place: Place, state: str, **options: Any) -> UUID:
    """A job that stands in a state."""
    job_id = await place.add(One(new_id()), scope=Scope(customer_id=CUSTOMER.customer_id), **options)
    await place.set(
        job_id,
        "state = $2::text, "
        "lease_until = CASE WHEN $2::text IN ('DISPATCHED', 'EXECUTING') THEN now() + interval '1 h' END, "
        "finished_at = CASE WHEN $2::text IN ('DEAD', 'SUCCEEDED', 'CANCELLED') THEN now() END",
        state,
    )
    return job_id


async def audited(place: Place) -> list[tuple[str, str | None]]:
    rows = await place.connection.fetch("SELECT action, reason FROM audit_entry ORDER BY id")
    return [(row["action"], row["reason"]) for row in rows]


async def test_a_dead_job_is_taken_up_again_with_all_its_attempts(place: Place) -> None:
    job_id = await place.add(Hasty(new_id()))
    await place.set(
        job_id, "state = 'DEAD', finished_at = now(), attempt = 20, crashes = 3, lapses = 4, deadline_at = now()"
    )
    await retry(job_id)
    row = await place.row(job_id)
    assert (row["state"], row["attempt"], row["crashes"], row["lapses"]) == ("AVAILABLE", 0, 0, 0)
    assert (row["finished_at"], row["cancel_requested"]) == (None, False)
    assert timedelta(seconds=55) < row["deadline_at"] - row["now"] <= timedelta(minutes=1)
    assert await audited(place) == [("job:retry", "mended")]
    assert [each.job_id for each in await place.dispatch()] == [job_id]


async def test_a_dead_job_whose_work_another_does_stays_dead(place: Place) -> None:
    dead = await standing(place, "DEAD", unique_key="k")
    await place.add(One(new_id()), unique_key="k")
    before = await place.snapshot()
    with pytest.raises(AnotherIsLive):
        await retry(dead)
    assert await place.snapshot() == before


async def test_a_waiting_job_is_called_off(place: Place) -> None:
    for state in ("AVAILABLE", "DISPATCHED"):
        job_id = await standing(place, state)
        await cancel(job_id)
        row = await place.row(job_id)
        assert (row["state"], row["lease_until"]) == ("CANCELLED", None)
        assert row["finished_at"] is not None
    assert await audited(place) == [("job:cancel", "wrong")] * 2


async def test_an_executing_job_is_only_asked_to_end(place: Place) -> None:
    job_id = await standing(place, "EXECUTING")
    await cancel(job_id)
    row = await place.row(job_id)
    assert (row["state"], row["cancel_requested"], row["finished_at"]) == ("EXECUTING", True, None)
    assert row["lease_until"] is not None


async def test_a_waiting_job_is_put_off(place: Place) -> None:
    job_id = await standing(place, "AVAILABLE")
    await snooze(job_id)
    assert (await place.row(job_id))["run_at"] == LATER
    assert await place.dispatch() == []
    assert await audited(place) == [("job:snooze", "not now")]


ILLEGAL = [
    *(("retry", state) for state in JobState if state != "DEAD"),
    *(("cancel", state) for state in JobState if state not in {"AVAILABLE", "DISPATCHED", "EXECUTING"}),
    *(("snooze", state) for state in JobState if state != "AVAILABLE"),
]


@pytest.mark.parametrize(("verb", "state"), ILLEGAL)
async def test_from_any_other_state_it_is_refused_and_nothing_changes(place: Place, verb: str, state: str) -> None:
    job_id = await standing(place, state)
    before = await place.snapshot()
    with pytest.raises(IllegalStep):
        await VERBS[verb](job_id)
    assert await place.snapshot() == before


CALLERS: list[tuple[Actor, type[Refusal]]] = [
    (STAFF, Forbidden),
    (CUSTOMER, Forbidden),
    (Actor(frozenset({Role.COMPLIANCE}), staff_id=UUID(int=5)), Forbidden),
    (Actor(frozenset({Role.CLAIMS_HANDLER}), staff_id=UUID(int=6)), NotFound),
    (Actor(frozenset({Role.CUSTOMER}), customer_id=UUID(int=7)), NotFound),
    (Actor.anonymous(), NotFound),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("actor", "refusal"), CALLERS)
async def test_others_are_refused_and_nothing_changes(
    place: Place, verb: str, actor: Actor, refusal: type[Refusal]
) -> None:
    job_id = await standing(place, STANDS[verb])
    before = await place.snapshot()
    with pytest.raises(refusal):
        await VERBS[verb](job_id, actor)
    assert await place.snapshot() == before


@pytest.mark.parametrize("verb", VERBS)
async def test_what_was_decided_on_an_older_state_is_refused(place: Place, verb: str) -> None:
    job_id = await standing(place, STANDS[verb])
    before = await place.snapshot()
    with pytest.raises(StaleVersion):
        await VERBS[verb](job_id, ADMIN, 7)
    assert await place.snapshot() == before
    await VERBS[verb](job_id, ADMIN, 1)
    assert (await place.row(job_id))["version"] == 2


async def test_a_job_taken_by_a_worker_meanwhile_is_told_as_executing(place: Place) -> None:
    ticket = await place.ticket(One(new_id()))
    await asyncio.gather(place.worker.perform(ticket), cancel(ticket.job_id), return_exceptions=True)
    assert (await place.state(ticket.job_id), len(await place.effects())) in {("SUCCEEDED", 1), ("CANCELLED", 0)}


async def hold(actor: Actor = ADMIN) -> UUID:
    return await operations.pause_queue(Queue.BULK, reason="flood", actor=actor, record=record)


async def release(actor: Actor = ADMIN) -> UUID:
    return await operations.resume_queue(Queue.BULK, reason="over", actor=actor, record=record)


async def limit(actor: Actor = ADMIN) -> UUID:
    return await operations.limit_queue(
        Queue.BULK, max_inflight=5, rate_per_second=2, reason="slow bank", actor=actor, record=record
    )


async def test_a_queue_is_held_limited_and_let_go_each_with_its_entry(place: Place) -> None:
    assert await hold() == await limit() == await release()
    row = await place.connection.fetchrow("SELECT * FROM queue_control WHERE queue = 'BULK'")
    assert (row["paused"], row["reason"], row["max_inflight"], row["rate_per_second"]) == (False, None, 5, 2)
    assert row["version"] == 4
    assert await audited(place) == [("queue:pause", "flood"), ("queue:limit", "slow bank"), ("queue:resume", "over")]


async def test_a_queue_is_held_once_and_let_go_once(place: Place) -> None:
    with pytest.raises(NotPaused):
        await release()
    await hold()
    before = await place.snapshot()
    with pytest.raises(AlreadyPaused):
        await hold()
    assert await place.snapshot() == before


@pytest.mark.parametrize("verb", [hold, release, limit])
@pytest.mark.parametrize("actor", [STAFF, CUSTOMER, Actor.anonymous(), Actor(frozenset({Role.COMPLIANCE}))])
async def test_only_administrators_hold_queues(
    place: Place, verb: Callable[[Actor], Awaitable[UUID]], actor: Actor
) -> None:
    before = await place.snapshot()
    with pytest.raises(Forbidden):
        await verb(actor)
    assert await place.snapshot() == before
