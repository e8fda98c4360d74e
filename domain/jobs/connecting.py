"""Opens a worker's connections: as the verbs' own, with longer statements and without a reset after each use."""

from __future__ import annotations

import asyncpg
from tortoise import Tortoise

from domain.connections import tortoise_config

STATEMENT_TIMEOUT = "60000"  # milliseconds; an attempt's own time limit is usually shorter


class _WorkConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection given back as it is: no job changes session state, so the round trip of a reset is spared."""

    def get_reset_query(self) -> str:
        return ""


async def open_for_work(url: str, pool: int) -> None:
    """Opens the write path for the jobs of this process, on the running loop. Units: `pool` connections at most."""
    config = tortoise_config(url, pool, statement_timeout=STATEMENT_TIMEOUT, application_name="aftercare-work")
    config["connections"]["default"]["credentials"]["connection_class"] = _WorkConnection
    await Tortoise.init(config=config, _enable_global_fallback=True)


async def close_after_work() -> None:
    """Closes them."""
    await Tortoise.close_connections()
