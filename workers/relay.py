"""The relay: takes due jobs out of the database and sends their tickets to the workers: `python -m workers.relay`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from redis.exceptions import RedisError

from domain.jobs.measuring import depths
from domain.jobs.relaying import Ticket, dispatch, listen, open_relay, ready_queues, recall, sweep
from domain.jobs.terms import Queue
from domain.jobs.waking import listen_here
from domain.kernel.logs import set_up_logs
from domain.kernel.settings import settings
from domain.notifications.measuring import oldest_notice
from domain.payouts.measuring import payouts_under_way
from workers import metrics
from workers.broker import TicketBroker, open_broker
from workers.parent import parent

log = logging.getLogger("aftercare.workers")

POLL = 0.25  # seconds between two looks when nobody tells of new jobs
SWEEP = 1.0  # seconds
MEASURE = 5.0  # seconds
BATCH = 100
GATHER = 0.004  # seconds to let more jobs come together, so that a stream of them does not cost a round for each
RECONNECT = 0.5  # seconds
BROKER_PAUSE = 1.0  # seconds without sending after the broker failed


class Relay:
    """One relay. Any number may run; they take turns at each queue and share the sweeping."""

    def __init__(
        self, url: str, broker: TicketBroker, lease: timedelta, queues: Sequence[Queue] = tuple(Queue)
    ) -> None:
        self._url, self._broker, self._lease, self._queues = url, broker, lease, tuple(queues)
        self._woken = asyncio.Event()
        self._connection: Any = None
        self._send_after = self._sweep_after = self._measure_after = 0.0

    async def run(self) -> None:
        """Relays until it is cancelled. A database out of reach is tried again and again."""
        forget = listen_here(self._woken.set)
        try:
            while True:
                try:
                    await self._serve()
                except Exception as lost:  # noqa: BLE001 - a relay that stops is worse than any of them
                    log.warning("relay starts anew: %s: %s", type(lost).__name__, lost)
                    await asyncio.sleep(RECONNECT)
        finally:
            forget()

    async def _serve(self) -> None:
        self._connection = await open_relay(self._url)
        try:
            await listen(self._connection, self._woken.set)
            while True:
                if not await self.round():
                    await self._wait()
                await asyncio.sleep(GATHER)
        finally:
            self._connection.terminate()

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), POLL)

    async def round(self) -> int:
        """One round over all queues, with sweeping and counting when they are due; how many jobs were sent."""
        self._woken.clear()
        sent = 0
        if time.monotonic() >= self._send_after:
            for queue in await ready_queues(self._connection, self._queues):
                sent += await self._relay(queue)
        await self._keep_house()
        metrics.RELAY_SEEN.set_to_current_time()
        return sent

    async def _relay(self, queue: Queue) -> int:
        tickets = await dispatch(self._connection, queue, BATCH, self._lease)
        if tickets and await self._send(queue, tickets):
            metrics.DISPATCHED.labels(queue).inc(len(tickets))
            return len(tickets)
        return 0

    async def _send(self, queue: Queue, tickets: Sequence[Ticket]) -> bool:
        try:
            await asyncio.to_thread(self._broker.send, queue, tickets)
        except RedisError as lost:
            log.warning("the broker is out of reach, %s jobs taken back: %s", len(tickets), type(lost).__name__)
            self._send_after = time.monotonic() + BROKER_PAUSE
            metrics.UNSENT.labels(queue).inc(len(tickets))
            await recall(self._connection, tickets)
            return False
        return True

    async def _keep_house(self) -> None:
        now = time.monotonic()
        if now >= self._sweep_after:
            self._sweep_after = now + SWEEP
            swept = await sweep(self._connection, self._queues)
            metrics.LAPSED.inc(swept.lapsed)
            metrics.CRASHED.inc(swept.crashed)
        if now >= self._measure_after:
            self._measure_after = now + MEASURE
            metrics.show_depths(await depths(self._connection))
            metrics.show_payouts(await payouts_under_way(self._connection))
            metrics.NOTICE_OLDEST.set(await oldest_notice(self._connection))


async def relay_until_told(queues: Sequence[Queue]) -> None:
    """Runs a relay until SIGTERM, or until the supervisor is gone."""
    configured = settings()
    relay = Relay(configured.database_url, open_broker(configured.redis_url), configured.dispatch_lease_time, queues)
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    task = asyncio.create_task(relay.run(), name="relay")
    supervisor = parent()
    while os.getppid() == supervisor and not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def main() -> None:
    """The command line of the relay process."""
    parser = argparse.ArgumentParser(description="Sends due jobs to the workers.")
    parser.add_argument("queues", type=Queue, nargs="*", default=list(Queue))
    parser.add_argument("--metrics-port", type=int)
    given = parser.parse_args()
    set_up_logs()
    metrics.serve_metrics(given.metrics_port)
    asyncio.run(relay_until_told(given.queues))


if __name__ == "__main__":
    main()
