"""What can be read of partners, and by whom."""

from __future__ import annotations

from domain.jobs.reading import JOB
from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import (
    Column,
    Entity,
    Filter,
    about,
    days,
    flags,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, Owns, SeenBy
from domain.kernel.projection.wire import JSON, RATE, TEXT, WHOLE
from domain.kernel.subject import SubjectKind
from domain.service_levels.reading import SERVICE_ATTAINMENT

PARTNER = Entity(
    name="Partner",
    table="partner",
    prefix="par",
    seen_by={**dict.fromkeys(STAFF_ROLES, EVERYTHING), Role.PARTNER: Owns("id", Fact.PARTNER_ID)},
    columns={
        **texts("code", "name", "kind"),
        **flags("active"),
        **wholes("version"),
        "commission_rate": Column("commission_rate", RATE),
        **maybe_texts("license_number"),
        "bank_account": Column("bank_account_mask", nullable=True),
        **days("licensed_until", nullable=True),
    },
    orders={"RECORDED": order()},
    filters={"code": Filter("code", TEXT)},
)

CALLED: SeenBy = {Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID), Role.ADMIN: EVERYTHING}

WEBHOOK_ENDPOINT = Entity(
    name="WebhookEndpoint",
    table="webhook_endpoint",
    prefix="whk",
    kind=SubjectKind.WEBHOOK_ENDPOINT,
    seen_by=CALLED,
    columns={
        **texts("url"),
        "events": Column("events", JSON),
        **flags("active"),
        **instants("created_at"),
        **instants("former_until", nullable=True),
        **wholes("version"),
    },
    orders={"RECORDED": order()},
)

WEBHOOK_DELIVERY = Entity(
    name="WebhookDelivery",
    table="webhook_delivery",
    prefix="whd",
    kind=SubjectKind.WEBHOOK_DELIVERY,
    seen_by=CALLED,
    columns={
        **texts("event", "subject_kind", "state"),
        **maybe_texts("last_fault"),
        "last_status": Column("last_status", WHOLE, nullable=True),
        **wholes("attempts", "version"),
        **instants("created_at"),
        **instants("next_attempt_at", "delivered_at", nullable=True),
    },
    orders={"RECORDED": order()},
    filters={"state": Filter("state", TEXT)},
)

link(WEBHOOK_ENDPOINT, "partner", PARTNER, "partner_id", back="webhooks")
link(WEBHOOK_DELIVERY, "endpoint", WEBHOOK_ENDPOINT, "endpoint_id", back="deliveries")
about(JOB, "subject", SubjectKind.WEBHOOK_DELIVERY, WEBHOOK_DELIVERY)
about(JOB, "result", SubjectKind.WEBHOOK_DELIVERY, WEBHOOK_DELIVERY)
link(SERVICE_ATTAINMENT, "partner", PARTNER, "partner_id")
about(JOB, "requested_by", SubjectKind.PARTNER, PARTNER)
