"""The way to the workers: Dramatiq's Redis broker, reduced to carrying tickets.

Left out on purpose are Dramatiq's retries, delays, groups, pipelines, results and limiters: each loses or doubles work
when Redis or a worker dies, and the job's row does all of it better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.encoder import Encoder
from dramatiq.middleware import Middleware
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from domain.jobs.relaying import Ticket
from domain.jobs.terms import Queue

SOCKET_TIMEOUT = 2.0  # seconds
HEARTBEAT_TIMEOUT = 15_000  # milliseconds until the messages of a silent worker go to others
MAINTENANCE_CHANCE = 50_000  # of a million commands: one in twenty looks after dead workers
NAMESPACE = "aftercare"
NOBODY = Ticket(UUID(int=0), 0)

_WIRE = re.compile(rb"([0-9a-f]{32}):([0-9]{1,18})")


def wire_text(ticket: Ticket) -> str:
    """A ticket as it travels; also the message's id, so that a doubled one is recognised as the same."""
    return f"{ticket.job_id.hex}:{ticket.fence}"


def read_ticket(wire: bytes) -> Ticket:
    """The ticket of a message. Anything else, however it came there, is a ticket that no job has."""
    match = _WIRE.fullmatch(wire)
    return Ticket(UUID(hex=match[1].decode()), int(match[2])) if match else NOBODY


class TicketEncoder(Encoder):
    """Reads every message as a ticket for this process's one queue, so that no message can name anything else."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def encode(self, data: dict[str, Any]) -> bytes:
        """The wire form of a message that carries a ticket."""
        job_id, fence = data["args"]
        return wire_text(Ticket(UUID(job_id), fence)).encode()

    def decode(self, data: bytes) -> dict[str, Any]:
        """The message that stands for a ticket."""
        ticket = read_ticket(data)
        text = wire_text(ticket)
        return {
            "queue_name": self._queue.lower(),
            "actor_name": self._queue.lower(),
            "args": (str(ticket.job_id), ticket.fence),
            "kwargs": {},
            "options": {"redis_message_id": text},
            "message_id": text,
            "message_timestamp": 0,
        }


class TicketBroker(RedisBroker):
    """A Redis broker without delayed messages, which sends a whole batch in one round trip."""

    def declare_queue(self, queue_name: str) -> None:
        """Declares a queue, without the queue for delayed messages that Dramatiq puts beside it."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def send(self, queue: Queue, tickets: Sequence[Ticket]) -> None:
        """Puts tickets into a queue, all or none; what the broker's own script does for one message.

        Raises: RedisError, after which they may be there or not.
        """
        texts = [wire_text(each) for each in tickets]
        name = f"{self.namespace}:{queue.lower()}"
        with self.client.pipeline(transaction=True) as pipeline:
            pipeline.hset(f"{name}.msgs", mapping={text: text for text in texts})
            pipeline.rpush(name, *texts)
            pipeline.execute()


def connect(url: str) -> Redis:
    """A Redis client that tries nothing twice: a send whose answer was lost would be doubled."""
    return Redis.from_url(
        url, socket_timeout=SOCKET_TIMEOUT, socket_connect_timeout=SOCKET_TIMEOUT, retry=Retry(NoBackoff(), 0)
    )


def open_broker(url: str, middleware: Sequence[Middleware] = ()) -> TicketBroker:
    """A broker with exactly the given middleware, made the process's own."""
    broker = TicketBroker(  # type: ignore[no-untyped-call]  # Dramatiq leaves its broker untyped
        client=connect(url),
        middleware=list(middleware),
        namespace=NAMESPACE,
        heartbeat_timeout=HEARTBEAT_TIMEOUT,
        maintenance_chance=MAINTENANCE_CHANCE,
    )
    dramatiq.set_broker(broker)
    return broker
