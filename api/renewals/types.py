"""What renewals show."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.node import Node
from api.reading import fields
from domain.renewals.reading import RENEWAL_REMINDER

if TYPE_CHECKING:
    from api.policies.types import Policy


@fields.entity_type(RENEWAL_REMINDER)
class RenewalReminder(Node):
    """One reminder 续保提醒 of the end of a cover."""

    days_before: int = fields.bound("Which reminder: so many days before the end.")
    ends_on: date = fields.bound("The day after the cover's last day, as it was told.")
    reminded_at: datetime = fields.bound("When the customer was reminded.")
    policy: Annotated[Policy, strawberry.lazy("api.policies.types")] | None = fields.bound("The policy.")
