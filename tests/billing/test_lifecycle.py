"""Every state and action of an invoice and of an exception is decided, and every state can be reached."""

from __future__ import annotations

from typing import Any

import pytest

from domain.billing.lifecycle import EXCEPTION_LIFECYCLE, INVOICE_LIFECYCLE
from domain.billing.terms import InvoiceAction, InvoiceState, PremiumExceptionAction, PremiumExceptionState
from domain.kernel.actor import Actor, Role
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.refusals import Forbidden, IllegalStep

A, S = InvoiceAction, InvoiceState
FIN = {Role.FINANCE, Role.SYSTEM}
Expected = dict[Any, dict[Any, tuple[Any, set[Role]]]]
INVOICE: Expected = {
    S.OPEN: {
        A.PAY: (S.PAID, FIN), A.LAPSE: (S.LAPSED, {Role.SYSTEM}), A.VOID: (S.VOID, FIN),
        A.END: (S.ENDED, {Role.SYSTEM}),
    },
    S.LAPSED: {
        A.PAY: (S.PAID, FIN), A.REVIVE: (S.OPEN, {Role.UNDERWRITER, Role.SYSTEM}), A.VOID: (S.VOID, FIN),
        A.END: (S.ENDED, {Role.SYSTEM}),
    },
    S.ENDED: {},
    S.PAID: {},
    S.VOID: {},
}
EXCEPTION: Expected = {
    PremiumExceptionState.OPEN: {
        PremiumExceptionAction.SETTLE: (PremiumExceptionState.SETTLED, {Role.FINANCE})
    },
    PremiumExceptionState.SETTLED: {},
}
CASES = [
    (lifecycle, state, action, expected[state].get(action))
    for lifecycle, expected, actions in (
        (INVOICE_LIFECYCLE, INVOICE, InvoiceAction),
        (EXCEPTION_LIFECYCLE, EXCEPTION, PremiumExceptionAction),
    )
    for state in expected
    for action in actions
]


@pytest.mark.parametrize(("lifecycle", "state", "action", "expected"), CASES)
def test_each_action_in_each_state_is_open_to_exactly_its_roles(
    lifecycle: Lifecycle[Any, Any], state: Any, action: Any, expected: tuple[Any, set[Role]] | None
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


@pytest.mark.parametrize(
    ("lifecycle", "states"),
    [(INVOICE_LIFECYCLE, set(InvoiceState)), (EXCEPTION_LIFECYCLE, set(PremiumExceptionState))],
)
def test_every_state_can_be_reached_from_the_first(lifecycle: Lifecycle[Any, Any], states: set[Any]) -> None:
    reached, before = {lifecycle.initial}, set[Any]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in lifecycle.steps if step.sources & reached}
    assert reached == states
