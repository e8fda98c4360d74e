"""The life of a change of roles or limits, which counts when a second administrator confirms it, and of a presence."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.staff.terms import ChangeAction, ChangeState, Presence, PresenceAction

CHANGE_LIFECYCLE = Lifecycle(
    "staff_change",
    ChangeState.PROPOSED,
    (
        step(ChangeAction.CONFIRM, ChangeState.PROPOSED, ChangeState.CONFIRMED, Role.ADMIN),
        step(ChangeAction.REJECT, ChangeState.PROPOSED, ChangeState.REJECTED, Role.ADMIN),
    ),
)
PRESENCE_LIFECYCLE = Lifecycle(
    "staff",
    Presence.ACTIVE,
    (
        step(PresenceAction.LEAVE, Presence.ACTIVE, Presence.LEFT, Role.HR, Role.ADMIN),
        step(PresenceAction.RETURN, Presence.LEFT, Presence.ACTIVE, Role.ADMIN),
    ),
)
