"""What the tests of risk share: the application, and a database with no scorecard but the first afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.face.conftest import face
from tests.factories.credit import FIRST_DAY

__all__ = ["face"]


@pytest.fixture
async def first_scorecard_only(database_url: str) -> AsyncIterator[None]:
    """Scorecards from later days on are taken back after the test, behind the trigger that keeps them."""
    yield
    connection = await asyncpg.connect(database_url)
    await connection.execute("SET session_replication_role = replica")
    for statement in (
        "DELETE FROM credit_band WHERE scorecard_id IN (SELECT id FROM scorecard WHERE applies_from > $1)",
        "DELETE FROM scorecard_bin WHERE scorecard_id IN (SELECT id FROM scorecard WHERE applies_from > $1)",
        "DELETE FROM scorecard WHERE applies_from > $1",
    ):
        await connection.execute(statement, FIRST_DAY)
    await connection.close()
