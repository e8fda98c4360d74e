"""The steps of a notification."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden
from domain.notifications.lifecycle import NOTIFICATION_LIFECYCLE
from domain.notifications.terms import NotificationAction as Do
from domain.notifications.terms import NotificationState as At

OPEN = {
    At.QUEUED: {Do.START: At.SENDING, Do.SKIP: At.SKIPPED},
    At.DEAD: {Do.START: At.SENDING, Do.SKIP: At.SKIPPED},
    At.SENDING: {Do.DELIVER: At.SENT, Do.POSTPONE: At.QUEUED, Do.FAIL: At.FAILED, Do.GIVE_UP: At.DEAD},
}


@pytest.mark.parametrize("state", list(At))
@pytest.mark.parametrize("action", list(Do))
def test_every_state_and_action_is_decided(state: At, action: Do) -> None:
    found = NOTIFICATION_LIFECYCLE.find(state, action)
    assert (found.target if found else None) == OPEN.get(state, {}).get(action)


def test_nobody_but_a_worker_moves_a_notification() -> None:
    with pytest.raises(Forbidden):
        NOTIFICATION_LIFECYCLE.step(At.QUEUED, Do.START, Actor(frozenset({Role.ADMIN})))
