"""What the Python sides have in common: how they are served, and where they find what they need."""

from __future__ import annotations

import os
from typing import Any

import uvicorn

DATABASE_URL = "DATABASE_URL"
PORT = "BENCH_PORT"
BARE = "BENCH_BARE"  # "1": without token, session and visibility
POOL = 8  # connections to the database, on every side


def is_bare() -> bool:
    """Whether this process answers anybody everything."""
    return os.environ.get(BARE) == "1"


def serve(app: Any) -> None:
    """Serves an ASGI application on the loopback, in this one process, until it is told to end."""
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ[PORT]), log_level="warning", access_log=False)
