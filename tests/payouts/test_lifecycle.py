"""Every state and action of a payout is decided, and every state can be reached."""

from __future__ import annotations

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, IllegalStep
from domain.payouts.lifecycle import EXCEPTION_LIFECYCLE, PAYOUT_LIFECYCLE
from domain.payouts.terms import ExceptionAction, ExceptionState, PayoutAction, PayoutState

A, S = PayoutAction, PayoutState
FIN, FAP, SYS = Role.FINANCE, Role.FINANCE_APPROVER, Role.SYSTEM
RISKS = {Role.RISK, Role.COMPLIANCE}
OUTCOMES = {A.SETTLE: ({SYS}, S.SETTLED), A.FAIL: ({SYS}, S.FAILED), A.RECALL: ({SYS}, S.APPROVED)}
CANCEL = {A.CANCEL: ({SYS}, S.CANCELLED)}
EXPECTED: dict[PayoutState, dict[PayoutAction, tuple[set[Role], PayoutState]]] = {
    S.DRAFT: {A.MAKE_READY: ({FIN}, S.PENDING_APPROVAL), **CANCEL},
    S.PENDING_APPROVAL: {
        A.MAKE_READY: ({FIN}, S.PENDING_APPROVAL), A.APPROVE: ({FAP}, S.APPROVED), A.REJECT: ({FAP}, S.REJECTED),
        **CANCEL,
    },
    S.APPROVED: {
        A.HOLD: ({*RISKS, SYS}, S.ON_HOLD), A.SUBMIT: ({SYS}, S.SUBMITTED), A.VOID_APPROVAL: ({SYS}, S.DRAFT),
        **CANCEL,
    },
    S.REJECTED: {A.MAKE_READY: ({FIN}, S.PENDING_APPROVAL), **CANCEL},
    S.ON_HOLD: {A.RELEASE: ({*RISKS, SYS}, S.APPROVED), **CANCEL},
    S.SUBMITTED: {**OUTCOMES, A.LOSE_ANSWER: ({SYS}, S.UNKNOWN)},
    S.UNKNOWN: OUTCOMES,
    S.SETTLED: {A.REVERSE: ({FIN, SYS}, S.REVERSED)},
    S.FAILED: {A.RETRY: ({FIN}, S.DRAFT), **CANCEL},
    S.REVERSED: {A.RETRY: ({FIN}, S.REVERSED), **CANCEL},
    S.CANCELLED: {},
}  # fmt: skip


@pytest.mark.parametrize("state", PayoutState)
@pytest.mark.parametrize("action", PayoutAction)
def test_each_action_in_each_state_is_open_to_exactly_its_roles(state: PayoutState, action: PayoutAction) -> None:
    decided = EXPECTED[state].get(action)
    for role in Role:
        actor = Actor(frozenset({role}))
        if decided is None:
            with pytest.raises(IllegalStep):
                PAYOUT_LIFECYCLE.step(state, action, actor)
        elif role in decided[0]:
            assert PAYOUT_LIFECYCLE.step(state, action, actor) is decided[1]
        else:
            with pytest.raises(Forbidden):
                PAYOUT_LIFECYCLE.step(state, action, actor)


def test_a_difference_is_given_to_finance_and_closed_for_good() -> None:
    found = {(line.action, line.target): line for line in EXCEPTION_LIFECYCLE.steps}
    assert {each: set(line.roles) for each, line in found.items()} == {
        (ExceptionAction.ASSIGN, ExceptionState.OPEN): {FIN, FAP},
        (ExceptionAction.CLOSE, ExceptionState.CLOSED): {FIN, FAP, *RISKS},
    }
    assert {line.sources for line in found.values()} == {frozenset({ExceptionState.OPEN})}


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, before = {PAYOUT_LIFECYCLE.initial}, set[PayoutState]()
    while reached != before:
        before = set(reached)
        reached |= {step.target for step in PAYOUT_LIFECYCLE.steps if step.sources & reached}
    assert reached == set(PayoutState)


def test_no_person_may_say_what_the_bank_did() -> None:
    for action in (A.SUBMIT, A.SETTLE, A.FAIL, A.LOSE_ANSWER, A.RECALL):
        roles = {role for step in PAYOUT_LIFECYCLE.steps if step.action is action for role in step.roles}
        assert roles == {SYS}


def test_nobody_holds_a_role_that_both_makes_and_approves() -> None:
    makers = {role for step in PAYOUT_LIFECYCLE.steps if step.action is A.MAKE_READY for role in step.roles}
    approvers = {role for step in PAYOUT_LIFECYCLE.steps if step.action is A.APPROVE for role in step.roles}
    assert not makers & approvers
