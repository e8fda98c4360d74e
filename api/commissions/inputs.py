"""What callers say of commission statements."""

from __future__ import annotations

import strawberry

from api import inputs


@strawberry.input(description="A closed commission statement to release.")
class CommissionStatementApproveInput:
    """A closed commission statement to release."""

    statement_id: strawberry.ID = inputs.plain("The statement.")
    expected_version: int = inputs.version()
