"""The rows of partners."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.partners.terms import PartnerKind


class Partner(Model):
    """A partner. `commission_rate` is its usual share of the net premium, 0 to 1, where none was agreed for the day.

    `licensed_until` is the last day of its licence as an agent or broker 保险中介许可; without one it earns nothing.
    """

    id: UUID = columns.key()
    code: str = columns.text(32)
    name: str = columns.text(200)
    kind: PartnerKind = columns.choice(PartnerKind)
    commission_rate: Decimal = columns.rate()
    license_number: str | None = columns.maybe_text(40)
    licensed_until: date | None = columns.maybe_day()
    active: bool = columns.flag(default=True)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "partner"
        constraints = (
            UniqueConstraint(fields=("code",), name="partner_code_key"),
            CheckConstraint(check="commission_rate >= 0 AND commission_rate <= 1", name="partner_commission_rate"),
            CheckConstraint(
                check="(license_number IS NULL) = (licensed_until IS NULL)", name="partner_license_whole"
            ),
        )
