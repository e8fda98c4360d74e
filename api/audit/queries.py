"""Queries of the audit."""

from __future__ import annotations

import strawberry

from api.audit.types import AuditEntry
from api.listing import order_of, where_of
from api.paging import Connection
from api.reading import fields
from domain.audit.reading import AUDIT_ENTRY


@strawberry.type
class AuditQueries:
    """Reads of the audit."""

    audit_entries: Connection[AuditEntry] = fields.connection(
        "The audit.", order=order_of(AUDIT_ENTRY), where=where_of(AUDIT_ENTRY)
    )
