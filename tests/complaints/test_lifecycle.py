"""Every state and action of a complaint is decided, and every state can be reached."""

from __future__ import annotations

import pytest

from domain.complaints.lifecycle import COMPLAINT_LIFECYCLE
from domain.complaints.terms import ComplaintAction, ComplaintState
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep

A, S = ComplaintAction, ComplaintState
SERVICE, COMPLIANCE = Role.CUSTOMER_SERVICE, Role.COMPLIANCE
ANSWERERS = {SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER}
WITHDRAW = {A.WITHDRAW: {Role.CUSTOMER, SERVICE}}
EXTEND = {A.EXTEND: {COMPLIANCE}}
ASSIGN = {A.ASSIGN: {SERVICE, COMPLIANCE}}
CLOSE = {A.CLOSE: {SERVICE, COMPLIANCE, Role.SYSTEM}}
EXPECTED: dict[ComplaintState, dict[ComplaintAction, set[Role]]] = {
    S.RECEIVED: {A.ACCEPT: {SERVICE}, A.REFUSE: {SERVICE}, **WITHDRAW},
    S.ACCEPTED: {**ASSIGN, **EXTEND, **WITHDRAW},
    S.NOT_ACCEPTED: CLOSE,
    S.INVESTIGATING: {A.DRAFT_REPLY: ANSWERERS, **ASSIGN, **EXTEND, **WITHDRAW},
    S.RESPONSE_PENDING_APPROVAL: {
        A.RETURN_REPLY: {COMPLIANCE}, A.APPROVE_REPLY: {COMPLIANCE}, **EXTEND, **WITHDRAW,
    },
    S.REPLIED: {A.REQUEST_REVIEW: {Role.CUSTOMER, SERVICE}, **CLOSE},
    S.REVIEW_REQUESTED: {A.COMPLETE_REVIEW: {COMPLIANCE}},
    S.REVIEWED: CLOSE,
    S.CLOSED: {},
    S.WITHDRAWN: {},
}  # fmt: skip


@pytest.mark.parametrize("state", ComplaintState)
@pytest.mark.parametrize("action", ComplaintAction)
def test_each_action_in_each_state_is_open_to_exactly_its_roles(state: ComplaintState, action: ComplaintAction) -> None:
    roles = EXPECTED[state].get(action)
    for role in Role:
        actor = Actor(frozenset({role}))
        if roles is None:
            with pytest.raises(IllegalStep):
                COMPLAINT_LIFECYCLE.step(state, action, actor)
        elif role in roles:
            assert COMPLAINT_LIFECYCLE.step(state, action, actor) in ComplaintState
        else:
            with pytest.raises(Forbidden):
                COMPLAINT_LIFECYCLE.step(state, action, actor)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {COMPLAINT_LIFECYCLE.initial}, set[ComplaintState]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in COMPLAINT_LIFECYCLE.steps if step.sources & reached}
    assert reached == set(ComplaintState)
