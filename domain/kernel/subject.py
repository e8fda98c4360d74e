"""How a lower room names a row of an upper room: by kind and id, never by its table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class SubjectKind(StrEnum):
    """Kinds of rows that jobs, payouts, notifications and the audit may be about."""

    CUSTOMER = "CUSTOMER"
    PARTNER = "PARTNER"
    STAFF = "STAFF"
    PRODUCT = "PRODUCT"
    POLICY = "POLICY"
    CLAIM = "CLAIM"
    COMPLAINT = "COMPLAINT"
    PAYOUT = "PAYOUT"
    RENEWAL = "RENEWAL"
    NOTIFICATION = "NOTIFICATION"
    JOB = "JOB"
    SESSION = "SESSION"
    QUEUE = "QUEUE"


@dataclass(frozen=True, slots=True)
class Subject:
    """One row of some room."""

    kind: SubjectKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """Who a row concerns, copied onto rows of lower rooms so that they can decide their own visibility."""

    customer_id: UUID | None = None
    partner_id: UUID | None = None
