"""The rows of partners."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind
from domain.partners.terms import MAX_URL, PartnerKind, WebhookDeliveryState, WebhookEvent, WebhookFault


class Partner(Model):
    """A partner. `commission_rate` is its usual share of the net premium, 0 to 1, where none was agreed for the day.

    `licensed_until` is the last day of its licence as an agent or broker 保险中介许可; without one it earns nothing.
    `bank_account_…` is where its money goes: the ciphertext, what is shown, and for search; `bank_account_set_at`
    starts the cool-down before money is paid there, and who set it has no other part in paying.
    """

    id: UUID = columns.key()
    code: str = columns.text(32)
    name: str = columns.text(200)
    kind: PartnerKind = columns.choice(PartnerKind)
    commission_rate: Decimal = columns.rate()
    license_number: str | None = columns.maybe_text(40)
    licensed_until: date | None = columns.maybe_day()
    bank_account_sealed: bytes | None = columns.maybe_sealed()
    bank_account_mask: str | None = columns.maybe_text(32)
    bank_account_blind: bytes | None = columns.maybe_sealed()
    bank_account_set_at: datetime | None = columns.maybe_instant()
    bank_account_set_by: UUID | None = columns.maybe_reference()
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
            CheckConstraint(
                check="num_nulls(bank_account_sealed, bank_account_mask, bank_account_blind, bank_account_set_at)"
                " IN (0, 4)",
                name="partner_bank_account_whole",
            ),
        )


class WebhookEndpoint(Model):
    """Where a partner's system is called, and for which `events` (a list of their names).

    `secret_sealed` signs the calls; `former_sealed` is the one before it, which signs as well up to `former_until`.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    url: str = columns.text(MAX_URL)
    secret_sealed: bytes = columns.sealed()
    former_sealed: bytes | None = columns.maybe_sealed()
    former_until: datetime | None = columns.maybe_instant()
    events: list[str] = columns.document(list)
    active: bool = columns.flag(default=True)
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "webhook_endpoint"
        constraints = (
            CheckConstraint(
                check="(former_sealed IS NULL) = (former_until IS NULL)", name="webhook_endpoint_former_whole"
            ),
        )
        indexes = (Index(fields=("partner_id", "id"), name="webhook_endpoint_partner"),)


class WebhookDelivery(Model):
    """One event for one endpoint. `told_id` and `told_number` are all that is told of its row.

    `attempts` counts the calls that were begun. `last_status` is the HTTP status of the latest answer, if one came.
    """

    id: UUID = columns.key()
    endpoint: Any = columns.belongs_to("WebhookEndpoint")
    endpoint_id: UUID
    partner_id: UUID = columns.reference()
    event: WebhookEvent = columns.choice(WebhookEvent)
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    told_id: str = columns.text(40)
    told_number: str = columns.text(40)
    state: WebhookDeliveryState = columns.choice(WebhookDeliveryState)
    attempts: int = columns.whole(0)
    last_status: int | None = columns.maybe_whole()
    last_fault: WebhookFault | None = columns.maybe_choice(WebhookFault)
    next_attempt_at: datetime | None = columns.maybe_instant()
    created_at: datetime = columns.instant(clock.now)
    delivered_at: datetime | None = columns.maybe_instant()
    version: int = columns.version()

    class Meta:
        table = "webhook_delivery"
        constraints = (
            CheckConstraint(
                check="(state = 'DELIVERED') = (delivered_at IS NOT NULL)", name="webhook_delivery_delivered_when"
            ),
            CheckConstraint(
                check="state <> 'FAILED' OR last_fault IS NOT NULL", name="webhook_delivery_fault_said"
            ),
        )
        indexes = (
            Index(fields=("endpoint_id", "id"), name="webhook_delivery_endpoint"),
            Index(fields=("endpoint_id", "state", "id"), name="webhook_delivery_state"),
            Index(fields=("partner_id", "id"), name="webhook_delivery_partner"),
        )
