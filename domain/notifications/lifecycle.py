"""The steps of a notification; only workers take them."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.notifications.terms import NotificationAction as Do
from domain.notifications.terms import NotificationState as At

NOTIFICATION_LIFECYCLE: Lifecycle[At, Do] = Lifecycle(
    "notification",
    At.QUEUED,
    (
        step(Do.START, (At.QUEUED, At.DEAD), At.SENDING, Role.SYSTEM),
        step(Do.SKIP, (At.QUEUED, At.DEAD), At.SKIPPED, Role.SYSTEM),
        step(Do.DELIVER, At.SENDING, At.SENT, Role.SYSTEM),
        step(Do.POSTPONE, At.SENDING, At.QUEUED, Role.SYSTEM),
        step(Do.FAIL, At.SENDING, At.FAILED, Role.SYSTEM),
        step(Do.GIVE_UP, At.SENDING, At.DEAD, Role.SYSTEM),
    ),
)
