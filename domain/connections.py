"""Opens and closes the write path's connections."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise import Tortoise

from domain.rooms import module_names

APP = "aftercare"
SERVER_SETTINGS = {
    "TimeZone": "UTC",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    "idle_in_transaction_session_timeout": "60000",
    "application_name": "aftercare-write",
}


def tortoise_config(url: str, pool: int = 8, **server_settings: str) -> dict[str, Any]:
    """Tortoise's configuration for one database. Units: `pool` connections at most in each process."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    credentials: dict[str, Any] = {
        "host": query.get("host") or parts.hostname,
        "port": parts.port or int(query.get("port", "5432")),
        "user": unquote(parts.username or query.get("user", "")),
        "password": unquote(parts.password or query.get("password", "")),
        "database": unquote(parts.path.lstrip("/")),
        "minsize": 1,
        "maxsize": pool,
        "server_settings": SERVER_SETTINGS | server_settings,
    }
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {
            APP: {
                "models": list(module_names("models")),
                "default_connection": "default",
                "migrations": "migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def open_database(url: str, pool: int = 8) -> None:
    """Opens the write path for every task of this process, on the running event loop."""
    await Tortoise.init(config=tortoise_config(url, pool), _enable_global_fallback=True)


async def close_database() -> None:
    """Closes the write path's connections."""
    await Tortoise.close_connections()


@asynccontextmanager
async def database(url: str, pool: int = 8) -> AsyncIterator[None]:
    """The write path, open for the time of a block."""
    await open_database(url, pool)
    try:
        yield
    finally:
        await close_database()
