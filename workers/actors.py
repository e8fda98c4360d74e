"""One actor for each queue. It carries a job's id and fence to the executor and never fails: the row tells the rest."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from uuid import UUID

import dramatiq

from domain.jobs.execution import Executor
from domain.jobs.relaying import Ticket
from domain.jobs.terms import Queue
from workers.broker import TicketBroker
from workers.metrics import DELIVERIES, SECONDS

log = logging.getLogger("aftercare.workers")

BACKSTOP = timedelta(hours=1)
"""A kind's own time limit ends an attempt long before this ends its thread."""


def declare_actor(broker: TicketBroker, queue: Queue, executor: Executor) -> None:
    """Declares the actor of one queue."""

    async def perform(job_id: str, fence: int) -> None:
        begun = time.monotonic()
        try:
            ending: str = await executor.perform(Ticket(UUID(job_id), fence))
        except asyncio.CancelledError:
            ending = "GIVEN_BACK"
        except Exception as lost:  # noqa: BLE001 - the lease heals whatever it was
            log.warning("job %s was left to its lease: %s", job_id, type(lost).__name__)
            ending = "LEFT"
        DELIVERIES.labels(ending).inc()
        SECONDS.labels(queue).observe(time.monotonic() - begun)

    dramatiq.actor(
        actor_name=queue.lower(),
        queue_name=queue.lower(),
        broker=broker,
        time_limit=BACKSTOP / timedelta(milliseconds=1),
    )(perform)
