"""The rows of notifications."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind
from domain.notifications.terms import Channel, Failure, NotificationState


class Notification(Model):
    """One letter to one party about one row.

    `address_sealed` is sealed for `address_place` and the party's row, `parameters_sealed` (a JSON object of texts) for
    this row. `sent_at` is the instant in which the mail server took it; `message_id` is the same at every attempt.
    """

    id: UUID = columns.key()
    template: str = columns.text(64)
    party_kind: SubjectKind = columns.choice(SubjectKind)
    party_id: UUID = columns.reference()
    channel: Channel = columns.choice(Channel)
    address_sealed: bytes = columns.sealed()
    address_place: str = columns.text(64)
    address_mask: str = columns.text(260)
    language: str = columns.text(8)
    parameters_sealed: bytes = columns.sealed()
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    customer_id: UUID | None = columns.maybe_reference()
    partner_id: UUID | None = columns.maybe_reference()
    state: NotificationState = columns.choice(NotificationState)
    failure: Failure | None = columns.maybe_choice(Failure)
    attempts: int = columns.whole(0)
    sent_at: datetime | None = columns.maybe_instant()
    message_id: str | None = columns.maybe_text(200)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "notification"
        constraints = (
            CheckConstraint(check="(state = 'SENT') = (sent_at IS NOT NULL)", name="notification_sent_when"),
            CheckConstraint(
                check="(state IN ('FAILED', 'DEAD', 'SKIPPED')) = (failure IS NOT NULL)",
                name="notification_failure_said",
            ),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="notification_subject"),
            Index(fields=("customer_id", "id"), name="notification_customer"),
            Index(fields=("state", "id"), name="notification_state"),
        )
