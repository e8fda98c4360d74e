"""Every state and action of a policy is decided, and every state can be reached."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.policies.lifecycle import POLICY_LIFECYCLE, REGISTRATION_LIFECYCLE
from domain.policies.terms import PolicyAction, PolicyState, RegistrationAction, RegistrationState

A, S = PolicyAction, PolicyState
CANCEL = (S.CANCELLED, {Role.CUSTOMER, Role.CUSTOMER_SERVICE})
EXPECTED: dict[PolicyState, dict[PolicyAction, tuple[PolicyState, set[Role]]]] = {
    S.PENDING: {A.BEGIN: (S.IN_FORCE, {Role.SYSTEM}), A.CANCEL: CANCEL},
    S.IN_FORCE: {A.EXPIRE: (S.EXPIRED, {Role.SYSTEM}), A.CANCEL: CANCEL, A.LAPSE: (S.LAPSED, {Role.SYSTEM})},
    S.LAPSED: {A.EXPIRE: (S.EXPIRED, {Role.SYSTEM}), A.REINSTATE: (S.IN_FORCE, {Role.UNDERWRITER})},
    S.EXPIRED: {},
    S.CANCELLED: {},
}


@pytest.mark.parametrize("state", PolicyState)
@pytest.mark.parametrize("action", PolicyAction)
@pytest.mark.parametrize("role", Role)
def test_each_action_in_each_state_is_open_to_exactly_its_roles(
    state: PolicyState, action: PolicyAction, role: Role
) -> None:
    actor, expected = Actor(frozenset({role})), EXPECTED[state].get(action)
    if expected is None:
        with pytest.raises(IllegalStep):
            POLICY_LIFECYCLE.step(state, action, actor)
    elif role in expected[1]:
        assert POLICY_LIFECYCLE.step(state, action, actor) is expected[0]
    else:
        with pytest.raises(Forbidden):
            POLICY_LIFECYCLE.step(state, action, actor)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {POLICY_LIFECYCLE.initial}, set[PolicyState]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in POLICY_LIFECYCLE.steps if step.sources & reached}
    assert reached == set(PolicyState)


@pytest.mark.parametrize("state", RegistrationState)
@pytest.mark.parametrize("action", RegistrationAction)
@pytest.mark.parametrize("role", Role)
def test_a_file_is_sold_by_sellers_and_finished_by_workers_once(
    state: RegistrationState, action: RegistrationAction, role: Role
) -> None:
    sellers, workers = {Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE}, {Role.SYSTEM}
    decided = {
        (RegistrationState.RECEIVED, RegistrationAction.REGISTER): (RegistrationState.REGISTERING, sellers),
        (RegistrationState.REGISTERING, RegistrationAction.FINISH): (RegistrationState.FINISHED, workers),
    }
    expected, actor = decided.get((state, action)), Actor(frozenset({role}))
    if expected is None:
        with pytest.raises(IllegalStep):
            REGISTRATION_LIFECYCLE.step(state, action, actor)
    elif role in expected[1]:
        assert REGISTRATION_LIFECYCLE.step(state, action, actor) is expected[0]
    else:
        with pytest.raises(Forbidden):
            REGISTRATION_LIFECYCLE.step(state, action, actor)
