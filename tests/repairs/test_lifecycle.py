"""Every state and action of a repair order is decided for every role, and every state can be reached."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.repairs.lifecycle import OVER, PAID_OFF, REPAIR_LIFECYCLE
from domain.repairs.terms import RepairAction, RepairState

A, S = RepairAction, RepairState
R, W = {Role.REPAIRER}, {Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER}
EXPECTED: dict[RepairState, dict[RepairAction, tuple[RepairState, set[Role]]]] = {
    S.CREATED: {A.DISPATCH: (S.DISPATCHED, W), A.CANCEL: (S.CANCELLED, W)},
    S.DISPATCHED: {A.ACCEPT: (S.ACCEPTED, R), A.REFUSE: (S.REFUSED, R), A.CANCEL: (S.CANCELLED, W)},
    S.ACCEPTED: {
        A.RECEIVE_DEVICE: (S.DEVICE_RECEIVED, R), A.DECLARE_BEYOND_REPAIR: (S.BEYOND_REPAIR, W),
        A.CANCEL: (S.CANCELLED, W),
    },
    S.REFUSED: {A.DISPATCH: (S.DISPATCHED, W), A.CANCEL: (S.CANCELLED, W)},
    S.DEVICE_RECEIVED: {A.DIAGNOSE: (S.DIAGNOSED, R), A.CANCEL: (S.CANCELLED, W)},
    S.DIAGNOSED: {
        A.SUBMIT_ESTIMATE: (S.ESTIMATE_SUBMITTED, R), A.DECLARE_BEYOND_REPAIR: (S.BEYOND_REPAIR, R),
        A.CANCEL: (S.CANCELLED, W),
    },
    S.ESTIMATE_SUBMITTED: {
        A.APPROVE_ESTIMATE: (S.ESTIMATE_APPROVED, W), A.REJECT_ESTIMATE: (S.ESTIMATE_REJECTED, W),
        A.DECLARE_BEYOND_REPAIR: (S.BEYOND_REPAIR, W), A.CANCEL: (S.CANCELLED, W),
    },
    S.ESTIMATE_REJECTED: {A.SUBMIT_ESTIMATE: (S.ESTIMATE_SUBMITTED, R), A.CANCEL: (S.CANCELLED, W)},
    S.ESTIMATE_APPROVED: {A.START_REPAIR: (S.IN_REPAIR, R)},
    S.IN_REPAIR: {A.COMPLETE: (S.COMPLETED, R)},
    S.COMPLETED: {A.RETURN_DEVICE: (S.RETURNED, R)},
    S.RETURNED: {A.INVOICE: (S.INVOICED, R)},
    S.BEYOND_REPAIR: {
        A.CHOOSE_REPLACEMENT: (S.REPLACEMENT_CHOSEN, W), A.CHOOSE_CASH: (S.CASH_CHOSEN, W), A.CANCEL: (S.CANCELLED, W),
    },
    S.REPLACEMENT_CHOSEN: {A.RECORD_REPLACEMENT: (S.COMPLETED, W)},
    S.INVOICED: {
        A.SETTLE: (S.SETTLED, {Role.SYSTEM}), A.REFUSE_PAYMENT: (S.PAYMENT_REFUSED, {Role.CLAIMS_MANAGER}),
    },
    S.SETTLED: {},
    S.PAYMENT_REFUSED: {},
    S.CASH_CHOSEN: {},
    S.CANCELLED: {},
}  # fmt: skip


@pytest.mark.parametrize("state", RepairState)
@pytest.mark.parametrize("action", RepairAction)
def test_each_action_in_each_state_is_decided_for_each_role(state: RepairState, action: RepairAction) -> None:
    expected = EXPECTED[state].get(action)
    for role in Role:
        actor = Actor(frozenset({role}))
        if expected is None:
            with pytest.raises(IllegalStep):
                REPAIR_LIFECYCLE.step(state, action, actor)
        elif role in expected[1]:
            assert REPAIR_LIFECYCLE.step(state, action, actor) is expected[0]
        else:
            with pytest.raises(Forbidden):
                REPAIR_LIFECYCLE.step(state, action, actor)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {REPAIR_LIFECYCLE.initial}, set[RepairState]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in REPAIR_LIFECYCLE.steps if step.sources & reached}
    assert reached == set(RepairState)


def test_what_is_over_has_no_step_left_but_to_be_paid() -> None:
    assert {state for state, steps in EXPECTED.items() if not steps} == set(PAID_OFF) == set(OVER) - {S.INVOICED}
