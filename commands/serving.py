"""The API process: what `aftercare serve` runs."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from api.app import create_app
from commands.keeping import store_of
from commands.mailbox_page import mailbox_routes
from commands.servers.processes import end_with_parent
from commands.tracing import connect_tracer
from domain.documents.keeping import use_store
from domain.kernel.logs import set_up_logs
from domain.kernel.news import use_carrier
from domain.kernel.settings import Environment, Settings, settings
from gateways.news import RedisNews

FACTORY = "commands.serving:application"
DRAIN = 10  # seconds that requests under way have after SIGTERM
KEEP_ALIVE = 75  # seconds, longer than a proxy in front keeps its own side open


def application() -> Starlette:
    """The API by this process's settings; a worker process of `serve` ends with the process that started it."""
    if multiprocessing.parent_process() is not None:
        end_with_parent(signal.SIGTERM)
    set_up_logs()
    leave_out_addresses()
    connect_tracer("aftercare-api")
    use_carrier(RedisNews(settings().redis_url))
    use_store(store_of(settings()))
    app = create_app(settings(), demo_routes(settings()))
    call_before_the_end(app.state.subscriptions.streaming.end)
    keep_for_good()
    return app


def keep_for_good() -> None:
    """Leaves out what lives as long as the process when garbage is collected, as that happens amid a request."""
    gc.collect()
    gc.freeze()


def leave_out_addresses() -> None:
    """Leaves out the lines by which the server tells where each socket comes from."""
    logging.getLogger("uvicorn.error").addFilter(_names_no_address)


def _names_no_address(line: logging.LogRecord) -> bool:
    return '"WebSocket' not in str(line.msg)


def call_before_the_end(end: Callable[[], None]) -> None:
    """Calls `end` as soon as the server is told to stop: it waits for answers under way, and streams go on for hours.

    Sockets are closed by the server itself, with the code 1012.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if callable(before):
            signal.signal(number, partial(_ended, end, before))


def _ended(
    end: Callable[[], None], before: Callable[[int, FrameType | None], Any], number: int, frame: FrameType | None
) -> None:
    end()
    before(number, frame)


def demo_routes(configured: Settings) -> list[BaseRoute]:
    """What the demo shows beside the API: its mailbox, where one is named, and never in production."""
    if configured.mailbox_url is None or configured.env is Environment.PRODUCTION:
        return []
    return mailbox_routes(configured.mailbox_url)


def serve(port: int | None = None, workers: int = 1) -> None:
    """Answers requests until SIGTERM or SIGINT. Units: `workers` processes that share the port."""
    configured = settings()
    set_up_logs()
    uvicorn.run(
        FACTORY,
        factory=True,
        host=configured.host,
        port=port or configured.port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=configured.body_limit,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # it would believe whatever a caller on this machine says of where it calls from
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=DRAIN,
    )
