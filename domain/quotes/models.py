"""The rows of quotes; each carries who may see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.money import Currency
from domain.products.terms import DeviceCategory, DeviceCondition
from domain.quotes.terms import Advice
from domain.risk.terms import DeclaredUse


class Recommendation(Model):
    """What a customer was asked, what was said of each product, and what he or she chose 产品推荐记录.

    `perils` are those wanted; `judged` holds what was said of every product on sale, the best match first, as it was
    said. It never changes but for the choice, which is made once. `adviser_id` is the member of staff who advised.
    """

    id: UUID = columns.key()
    customer: Any = columns.maybe_belongs_to("Customer")
    customer_id: UUID | None
    partner: Any = columns.maybe_belongs_to("Partner")
    partner_id: UUID | None
    adviser: Any = columns.maybe_belongs_to("Staff")
    adviser_id: UUID | None
    category: DeviceCategory = columns.choice(DeviceCategory)
    condition: DeviceCondition = columns.choice(DeviceCondition)
    currency: Currency = columns.choice(Currency)
    price_minor: int = columns.minor()
    purchased_on: date = columns.day()
    warranty_until: date | None = columns.maybe_day()
    perils: list[str] = columns.document(list)
    declared_use: DeclaredUse = columns.choice(DeclaredUse)
    budget_minor: int = columns.minor()
    bearable_minor: int = columns.minor()
    is_owed_care: bool = columns.flag()
    judged: list[dict[str, Any]] = columns.document(list)
    advice: Advice = columns.choice(Advice)
    chosen: Any = columns.maybe_belongs_to("ProductVersion")
    chosen_id: UUID | None
    chosen_at: datetime | None = columns.maybe_instant()
    override_reason: str | None = columns.maybe_text(2000)
    made_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "recommendation"
        constraints = (
            CheckConstraint(check="(chosen_id IS NULL) = (chosen_at IS NULL)", name="recommendation_chosen_when"),
            CheckConstraint(
                check="override_reason IS NULL OR chosen_id IS NOT NULL", name="recommendation_overridden_by_choice"
            ),
            CheckConstraint(check="budget_minor >= 0 AND bearable_minor >= 0", name="recommendation_means"),
        )
        indexes = (
            Index(fields=("customer_id", "id"), name="recommendation_customer"),
            Index(fields=("partner_id", "id"), name="recommendation_partner"),
            Index(fields=("adviser_id", "id"), name="recommendation_adviser"),
            Index(fields=("chosen_id", "id"), name="recommendation_chosen"),
        )
