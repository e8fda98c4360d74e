"""Every state and action of a survey is decided for every role, and every state can be reached."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.surveys.lifecycle import SURVEY_LIFECYCLE
from domain.surveys.terms import SurveyAction as A
from domain.surveys.terms import SurveyState as S

OFFICE = {Role.SYSTEM}
EXPECTED: dict[S, dict[A, tuple[S, set[Role]]]] = {
    S.QUEUED: {A.SEND: (S.SENT, OFFICE), A.SKIP: (S.SKIPPED, OFFICE)},
    S.SENT: {A.ANSWER: (S.RESPONDED, {Role.CUSTOMER, Role.SYSTEM}), A.EXPIRE: (S.EXPIRED, OFFICE)},
    S.RESPONDED: {},
    S.EXPIRED: {},
    S.SKIPPED: {},
}


@pytest.mark.parametrize("action", A)
@pytest.mark.parametrize("state", S)
def test_each_action_in_each_state_is_decided_for_each_role(state: S, action: A) -> None:
    expected = EXPECTED[state].get(action)
    for role in Role:
        actor = Actor(frozenset({role}))
        if expected is None:
            with pytest.raises(IllegalStep):
                SURVEY_LIFECYCLE.step(state, action, actor)
        elif role in expected[1]:
            assert SURVEY_LIFECYCLE.step(state, action, actor) is expected[0]
        else:
            with pytest.raises(Forbidden):
                SURVEY_LIFECYCLE.step(state, action, actor)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached = {SURVEY_LIFECYCLE.initial} | {step.target for step in SURVEY_LIFECYCLE.steps}
    assert reached == set(EXPECTED) == set(S)
