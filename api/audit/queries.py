"""Queries of the audit."""

from __future__ import annotations

import strawberry

from api.audit.types import AuditEntry, AuditOrder, AuditWhere
from api.paging import Connection
from api.reading import fields


@strawberry.type
class AuditQueries:
    """Reads of the audit."""

    audit_entries: Connection[AuditEntry] = fields.connection(
        "The audit; compliance only sees entries.", order=AuditOrder, where=AuditWhere
    )
