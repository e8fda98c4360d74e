"""The rows of idempotency."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.kernel import clock, columns


class IdempotencyKey(Model):
    """A request that was carried out under a key of its client's. `outcome` holds ids and refusals, nothing personal.

    Units: `payload_hash` is a keyed hash (HMAC-SHA-256) of operation and input.
    """

    id: UUID = columns.key()
    actor: str = columns.text(64)
    operation: str = columns.text(64)
    key: str = columns.text(255)
    payload_hash: bytes = columns.sealed()
    outcome: dict[str, Any] = columns.document()
    for_ever: bool = columns.flag()
    created_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "idempotency_key"
        constraints = (
            UniqueConstraint(fields=("actor", "operation", "key"), name="idempotency_key_named"),
            CheckConstraint(check="octet_length(payload_hash) = 32 AND key <> ''", name="idempotency_key_whole"),
        )
        indexes = (Index(fields=("for_ever", "created_at"), name="idempotency_key_age"),)
