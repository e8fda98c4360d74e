"""The life of a change of roles or limits: what one administrator proposes counts when another confirms it."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.staff.terms import ChangeAction, ChangeState

CHANGE_LIFECYCLE = Lifecycle(
    "staff_change",
    ChangeState.PROPOSED,
    (
        step(ChangeAction.CONFIRM, ChangeState.PROPOSED, ChangeState.CONFIRMED, Role.ADMIN),
        step(ChangeAction.REJECT, ChangeState.PROPOSED, ChangeState.REJECTED, Role.ADMIN),
    ),
)
