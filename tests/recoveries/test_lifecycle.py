"""Every state and action of what comes back is decided for every role, and every state can be reached."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.recoveries.lifecycle import RECEIPT_LIFECYCLE, SALVAGE_LIFECYCLE, SUBROGATION_LIFECYCLE
from domain.recoveries.terms import (
    ReceiptAction,
    ReceiptState,
    SalvageAction,
    SalvageState,
    SubrogationAction,
    SubrogationState,
)

A, S, B, D, R = SalvageAction, SalvageState, SubrogationAction, SubrogationState, ReceiptState
W, F, M = {Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER}, {Role.FINANCE}, {Role.CLAIMS_MANAGER}
Expected = dict[StrEnum, dict[StrEnum, tuple[StrEnum, set[Role]]]]
ENDING: dict[StrEnum, tuple[StrEnum, set[Role]]] = {
    A.SCRAP: (S.SCRAPPED, W), A.LEAVE_TO_CUSTOMER: (S.LEFT_TO_CUSTOMER, W),
}  # fmt: skip
SALVAGE: Expected = {
    S.EXPECTED: {A.RECEIVE: (S.RECEIVED, W), **ENDING},
    S.RECEIVED: {A.SELL: (S.SOLD, W), **ENDING},
    S.SOLD: {A.UNDO_SALE: (S.RECEIVED, F)},
    S.SCRAPPED: {},
    S.LEFT_TO_CUSTOMER: {},
}
SUBROGATION: Expected = {
    D.OPEN: {B.DEMAND: (D.DEMANDED, W), B.WAIVE: (D.WAIVED, M)},
    D.DEMANDED: {
        B.RECORD_RECEIPT: (D.DEMANDED, W), B.CONFIRM_RECEIPT: (D.RECOVERED, F), B.CLOSE: (D.CLOSED, W),
        B.WAIVE: (D.WAIVED, M),
    },
    D.RECOVERED: {
        B.RECORD_RECEIPT: (D.RECOVERED, W), B.CONFIRM_RECEIPT: (D.RECOVERED, F), B.CLOSE: (D.CLOSED, W),
    },
    D.CLOSED: {},
    D.WAIVED: {},
}  # fmt: skip
RECEIPT: Expected = {
    R.RECORDED: {ReceiptAction.CONFIRM: (R.CONFIRMED, F), ReceiptAction.REFUSE: (R.REFUSED, F)},
    R.CONFIRMED: {},
    R.REFUSED: {},
}
TABLES: list[tuple[Lifecycle[Any, Any], Expected, type[StrEnum]]] = [
    (SALVAGE_LIFECYCLE, SALVAGE, SalvageAction),
    (SUBROGATION_LIFECYCLE, SUBROGATION, SubrogationAction),
    (RECEIPT_LIFECYCLE, RECEIPT, ReceiptAction),
]
CASES = [
    pytest.param(lifecycle, state, action, expected[state].get(action), id=f"{lifecycle.name}-{state}-{action}")
    for lifecycle, expected, actions in TABLES
    for state in expected
    for action in actions
]


@pytest.mark.parametrize(("lifecycle", "state", "action", "expected"), CASES)
def test_each_action_in_each_state_is_decided_for_each_role(
    lifecycle: Lifecycle[Any, Any], state: Any, action: Any, expected: tuple[StrEnum, set[Role]] | None
) -> None:
    for role in Role:
        actor = Actor(frozenset({role}))
        if expected is None:
            with pytest.raises(IllegalStep):
                lifecycle.step(state, action, actor)
        elif role in expected[1]:
            assert lifecycle.step(state, action, actor) is expected[0]
        else:
            with pytest.raises(Forbidden):
                lifecycle.step(state, action, actor)


@pytest.mark.parametrize(("lifecycle", "expected"), [table[:2] for table in TABLES])
def test_every_state_can_be_reached_from_the_first(lifecycle: Lifecycle[Any, Any], expected: Expected) -> None:
    reached, before = {lifecycle.initial}, set[Any]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in lifecycle.steps if step.sources & reached}
    assert reached == set(expected)
