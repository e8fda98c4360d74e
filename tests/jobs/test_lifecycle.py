"""Every state and action of a job is decided, every state is reached, and the statements go no other way."""

from __future__ import annotations

import re

import pytest

from domain.jobs import execution, operations, outcomes, relaying
from domain.jobs.lifecycle import JOB_LIFECYCLE
from domain.jobs.terms import FINISHED, LEASED, LIVE, JobAction, JobState
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep

A, S = JobAction, JobState
EVERYTHING = {
    (S.AVAILABLE, A.DISPATCH): S.DISPATCHED,
    (S.AVAILABLE, A.CANCEL): S.CANCELLED,
    (S.AVAILABLE, A.SNOOZE): S.AVAILABLE,
    (S.DISPATCHED, A.RECALL): S.AVAILABLE,
    (S.DISPATCHED, A.CLAIM): S.EXECUTING,
    (S.DISPATCHED, A.FINISH): S.SUCCEEDED,
    (S.DISPATCHED, A.POSTPONE): S.AVAILABLE,
    (S.DISPATCHED, A.PARK): S.PARKED,
    (S.DISPATCHED, A.GIVE_UP): S.DEAD,
    (S.DISPATCHED, A.CANCEL): S.CANCELLED,
    (S.EXECUTING, A.RECALL): S.AVAILABLE,
    (S.EXECUTING, A.FINISH): S.SUCCEEDED,
    (S.EXECUTING, A.POSTPONE): S.AVAILABLE,
    (S.EXECUTING, A.PARK): S.PARKED,
    (S.EXECUTING, A.GIVE_UP): S.DEAD,
    (S.EXECUTING, A.CANCEL): S.EXECUTING,
    (S.PARKED, A.FINISH): S.SUCCEEDED,
    (S.PARKED, A.POSTPONE): S.AVAILABLE,
    (S.PARKED, A.GIVE_UP): S.DEAD,
    (S.DEAD, A.RETRY): S.AVAILABLE,
}


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("action", JobAction)
def test_every_state_and_action_is_decided(state: JobState, action: JobAction) -> None:
    found = JOB_LIFECYCLE.find(state, action)
    assert (found.target if found else None) == EVERYTHING.get((state, action))


def test_every_state_is_reached_and_two_are_final() -> None:
    reached, grown = {JOB_LIFECYCLE.initial}, True
    while grown:
        more = {target for (source, _), target in EVERYTHING.items() if source in reached} - reached
        reached, grown = reached | more, bool(more)
    assert reached == set(JobState)
    assert {each for each in JobState if not any(source is each for source, _ in EVERYTHING)} == {
        S.SUCCEEDED,
        S.CANCELLED,
    }


def test_people_call_off_snooze_and_retry_and_nothing_else() -> None:
    admin = frozenset({Role.ADMIN})
    offered = {action for state in JobState for action in JOB_LIFECYCLE.allowed(state, admin)}
    assert offered == {A.CANCEL, A.SNOOZE, A.RETRY}
    for role in set(Role) - {Role.ADMIN, Role.SYSTEM}:
        assert [JOB_LIFECYCLE.allowed(state, frozenset({role})) for state in JobState] == [()] * len(JobState)


def test_a_step_is_refused_by_its_own_name() -> None:
    with pytest.raises(IllegalStep):
        JOB_LIFECYCLE.step(S.SUCCEEDED, A.RETRY, Actor(frozenset({Role.ADMIN})))
    with pytest.raises(Forbidden) as refused:
        JOB_LIFECYCLE.step(S.DEAD, A.RETRY, Actor(frozenset({Role.COMPLIANCE})))
    assert refused.value.permission == "job:retry"


def test_the_groups_of_states_say_what_they_are() -> None:
    assert set(LIVE) | set(FINISHED) == set(JobState)
    assert set(LIVE) & set(FINISHED) == set()
    assert set(LEASED) < set(LIVE)


def test_the_statements_set_only_states_there_are() -> None:
    for module in (execution, operations, outcomes, relaying):
        text = " ".join(each for each in vars(module).values() if isinstance(each, str))
        named = set(re.findall(r"state (?:=|<>) '([A-Z_]+)'|(?:THEN|ELSE) '([A-Z_]+)'", text))
        states = {one or two for one, two in named} - {"WORKER_LOST", "DEADLINE_PASSED"}
        assert states <= {each.value for each in JobState}, module.__name__
        assert states or module is operations
