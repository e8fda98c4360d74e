"""What must be as before when a verb refused: rows, audit and jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tortoise import Tortoise

from domain.kernel.refusals import Refusal

CHANGED_BY_VERBS = (
    "claim", "claim_line", "claim_document", "complaint", "payout", "notification", "audit_entry", "job",
    "customer", "policy", "policy_cover", "renewal_reminder", "ledger_transaction", "ledger_line",
)  # fmt: skip


async def _everything() -> dict[str, list[dict[str, Any]]]:
    connection = Tortoise.get_connection("default")
    return {
        table: await connection.execute_query_dict(f"SELECT * FROM {table} ORDER BY id") for table in CHANGED_BY_VERBS
    }


@asynccontextmanager
async def refused(kind: type[Refusal]) -> AsyncIterator[pytest.ExceptionInfo[Refusal]]:
    """The block is refused with this kind and leaves no trace."""
    before = await _everything()
    with pytest.raises(kind) as raised:
        yield raised
    assert await _everything() == before
