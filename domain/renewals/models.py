"""The rows of renewals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns


class RenewalReminder(Model):
    """One reminder 续保提醒 of one cover's end, for one mark. Units: `days_before` days before `ends_on`."""

    id: UUID = columns.key()
    policy: Any = columns.belongs_to("Policy")
    policy_id: UUID
    customer_id: UUID = columns.reference()
    partner_id: UUID = columns.reference()
    days_before: int = columns.whole()
    ends_on: date = columns.day()
    reminded_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "renewal_reminder"
        constraints = (
            UniqueConstraint(fields=("policy_id", "days_before", "ends_on"), name="renewal_reminder_mark_key"),
            CheckConstraint(check="days_before > 0", name="renewal_reminder_before_the_end"),
        )
        indexes = (
            Index(fields=("policy_id", "id"), name="renewal_reminder_policy"),
            Index(fields=("customer_id", "id"), name="renewal_reminder_customer"),
            Index(fields=("partner_id", "id"), name="renewal_reminder_partner"),
        )
