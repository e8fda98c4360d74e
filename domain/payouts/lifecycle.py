"""The steps of a payout: who may take it from which state to which."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.payouts.terms import IN_FLIGHT, UNPAID, ExceptionAction, ExceptionState, PayoutAction, PayoutState

A, S = PayoutAction, PayoutState
MAKER, APPROVER, SYSTEM = Role.FINANCE, Role.FINANCE_APPROVER, Role.SYSTEM
HOLDERS = (Role.RISK, Role.COMPLIANCE)
EXPLAINERS = (MAKER, APPROVER)
"""Whose differences between bank, payouts and ledger are."""

# An approval that is not the last leaves the state as it is; the table names where the last one leads.
PAYOUT_LIFECYCLE: Lifecycle[PayoutState, PayoutAction] = Lifecycle(
    name="payout",
    initial=S.DRAFT,
    steps=(
        step(A.MAKE_READY, (S.DRAFT, S.PENDING_APPROVAL, S.REJECTED), S.PENDING_APPROVAL, MAKER),
        step(A.APPROVE, S.PENDING_APPROVAL, S.APPROVED, APPROVER),
        step(A.REJECT, S.PENDING_APPROVAL, S.REJECTED, APPROVER),
        step(A.HOLD, S.APPROVED, S.ON_HOLD, *HOLDERS, SYSTEM),
        step(A.RELEASE, S.ON_HOLD, S.APPROVED, *HOLDERS, SYSTEM),
        step(A.VOID_APPROVAL, S.APPROVED, S.DRAFT, SYSTEM),
        step(A.SUBMIT, S.APPROVED, S.SUBMITTED, SYSTEM),
        step(A.RECALL, IN_FLIGHT, S.APPROVED, SYSTEM),
        step(A.LOSE_ANSWER, S.SUBMITTED, S.UNKNOWN, SYSTEM),
        step(A.SETTLE, IN_FLIGHT, S.SETTLED, SYSTEM),
        step(A.FAIL, IN_FLIGHT, S.FAILED, SYSTEM),
        step(A.RETRY, S.FAILED, S.DRAFT, MAKER),
        step(A.RETRY, S.REVERSED, S.REVERSED, MAKER),  # asked for anew by a payout of its own
        step(A.REVERSE, S.SETTLED, S.REVERSED, MAKER, SYSTEM),
        step(A.CANCEL, (*UNPAID, S.REVERSED), S.CANCELLED, SYSTEM),
    ),
)

EXCEPTION_LIFECYCLE: Lifecycle[ExceptionState, ExceptionAction] = Lifecycle(
    name="payout_exception",
    initial=ExceptionState.OPEN,
    steps=(
        step(ExceptionAction.ASSIGN, ExceptionState.OPEN, ExceptionState.OPEN, *EXPLAINERS),
        step(ExceptionAction.CLOSE, ExceptionState.OPEN, ExceptionState.CLOSED, *EXPLAINERS, *HOLDERS),
    ),
)
