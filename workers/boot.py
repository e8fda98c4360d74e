"""Opens what jobs need on Dramatiq's event loop before the first message, and closes it after the last."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

from dramatiq import Broker, Worker
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import Middleware

from domain.jobs.connecting import close_after_work, open_for_work
from domain.jobs.execution import Executor
from domain.jobs.waking import close_waking, open_waking
from domain.kernel.news import close_news, open_news
from domain.kernel.settings import Settings
from workers.metrics import count_attempt
from workers.registry import HANDLERS

T = TypeVar("T")
log = logging.getLogger("aftercare.workers")


def on_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine on Dramatiq's event loop, from any other thread, and waits for it."""
    thread = get_event_loop_thread()
    if thread is None:
        raise RuntimeError("the event loop of the workers does not run")
    return thread.run_coroutine(work)


class Boot(Middleware):
    """Stands right after AsyncIO: any later, the first messages would find no database."""

    def __init__(self, settings: Settings, connections: int) -> None:
        self._settings, self._connections = settings, connections
        worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self.executor = Executor(worker, HANDLERS, settings.execute_lease_time, count_attempt)

    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """Opens the database and starts the heartbeat."""
        on_loop(self._open())

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """Stops the heartbeat and closes the database."""
        on_loop(self._close())

    async def _open(self) -> None:
        await open_for_work(self._settings.database_url, self._connections)
        await open_waking(self._settings.database_url)
        await open_news()
        self.executor.heart.start()

    async def _close(self) -> None:
        await self.executor.heart.stop()
        await close_news()
        await close_waking()
        await close_after_work()
