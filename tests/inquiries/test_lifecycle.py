"""Every state and action of an inquiry is decided, and every state can be reached."""

from __future__ import annotations

import pytest

from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.inquiries.terms import InquiryAction, InquiryState
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep

A, S = InquiryAction, InquiryState
CS, SALES, SYSTEM = Role.CUSTOMER_SERVICE, Role.SALES, Role.SYSTEM
SPECIALISTS = {SALES, Role.CLAIMS_HANDLER, Role.UNDERWRITER}
ASKERS = {Role.CUSTOMER, Role.PARTNER, CS, SYSTEM}
EVERY = {A.IDENTIFY: {CS}, A.NOTE: {CS, *SPECIALISTS}, A.CONVERT: {CS}}
WAITING = {**EVERY, A.TAKE_UP: {CS, SALES}, A.HASTEN: {CS}, A.FOLLOW_UP: ASKERS}
IN_HAND = {**WAITING, A.ESCALATE: {CS}, A.ANSWER: {CS, *SPECIALISTS}}
EXPECTED: dict[InquiryState, dict[InquiryAction, set[Role]]] = {
    S.NEW: WAITING,
    S.IN_PROGRESS: IN_HAND,
    S.ESCALATED: IN_HAND,
    S.ANSWERED: {**EVERY, A.FOLLOW_UP: ASKERS, A.CLOSE: ASKERS},
    S.CLOSED: {A.REOPEN: ASKERS},
    S.CONVERTED: {},
}


@pytest.mark.parametrize("state", InquiryState)
@pytest.mark.parametrize("action", InquiryAction)
def test_each_action_in_each_state_is_open_to_exactly_its_roles(state: InquiryState, action: InquiryAction) -> None:
    roles = EXPECTED[state].get(action)
    for role in Role:
        actor = Actor(frozenset({role}))
        if roles is None:
            with pytest.raises(IllegalStep):
                INQUIRY_LIFECYCLE.step(state, action, actor)
        elif role in roles:
            assert INQUIRY_LIFECYCLE.step(state, action, actor) in InquiryState
        else:
            with pytest.raises(Forbidden):
                INQUIRY_LIFECYCLE.step(state, action, actor)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {INQUIRY_LIFECYCLE.initial}, set[InquiryState]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in INQUIRY_LIFECYCLE.steps if step.sources & reached}
    assert reached == set(InquiryState)
