"""Every state and action of a product version is decided, and every state can be reached."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.products.terms import VersionAction, VersionState

A, S = VersionAction, VersionState
EXPECTED: dict[VersionState, dict[VersionAction, tuple[VersionState, set[Role]]]] = {
    S.DRAFT: {A.REVISE: (S.DRAFT, {Role.UNDERWRITER}), A.SUBMIT: (S.IN_REVIEW, {Role.UNDERWRITER})},
    S.IN_REVIEW: {A.RETURN: (S.DRAFT, {Role.COMPLIANCE}), A.PUT_ON_SALE: (S.ON_SALE, {Role.COMPLIANCE})},
    S.ON_SALE: {A.WITHDRAW: (S.WITHDRAWN, {Role.COMPLIANCE})},
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize("state", VersionState)
@pytest.mark.parametrize("action", VersionAction)
@pytest.mark.parametrize("role", Role)
def test_each_action_in_each_state_is_open_to_exactly_its_roles(
    state: VersionState, action: VersionAction, role: Role
) -> None:
    actor, expected = Actor(frozenset({role})), EXPECTED[state].get(action)
    if expected is None:
        with pytest.raises(IllegalStep):
            VERSION_LIFECYCLE.step(state, action, actor)
    elif role in expected[1]:
        assert VERSION_LIFECYCLE.step(state, action, actor) is expected[0]
    else:
        with pytest.raises(Forbidden):
            VERSION_LIFECYCLE.step(state, action, actor)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {VERSION_LIFECYCLE.initial}, set[VersionState]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in VERSION_LIFECYCLE.steps if step.sources & reached}
    assert reached == set(VersionState)
