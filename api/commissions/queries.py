"""Queries of commission statements."""

from __future__ import annotations

import strawberry

from api.commissions.types import CommissionStatement
from api.lists import COMMISSION_STATEMENT_ORDER, COMMISSION_STATEMENT_WHERE
from api.paging import Connection
from api.reading import fields


@strawberry.type
class CommissionsQueries:
    """Reads of commission statements."""

    commission_statement: CommissionStatement | None = fields.by_id("One commission statement.")
    commission_statements: Connection[CommissionStatement] = fields.connection(
        "Commission statements.", order=COMMISSION_STATEMENT_ORDER, where=COMMISSION_STATEMENT_WHERE
    )
