"""The steps of a commission statement: a job closes it, finance approves it, the bank ends it."""

from __future__ import annotations

from domain.commissions.terms import StatementAction, StatementState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = StatementAction, StatementState
FINISHED = (S.CLOSED, S.APPROVED, S.PAID)
"""States in which the partner reads it."""

STATEMENT_LIFECYCLE: Lifecycle[StatementState, StatementAction] = Lifecycle(
    name="commission_statement",
    initial=S.ACCRUING,
    steps=(
        step(A.CLOSE, S.ACCRUING, S.CLOSED, Role.SYSTEM),
        step(A.APPROVE, S.CLOSED, S.APPROVED, Role.FINANCE_APPROVER),
        step(A.RECORD_PAID, S.APPROVED, S.PAID, Role.SYSTEM),
    ),
)
