"""One worker process for one queue: `python -m workers.process MONEY`."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import threading
from dataclasses import dataclass

import dramatiq
from dramatiq.middleware import AsyncIO, TimeLimit

from domain.jobs.terms import Queue
from domain.kernel.logs import set_up_logs
from domain.kernel.settings import settings
from workers.actors import declare_actor
from workers.boot import Boot, on_loop
from workers.broker import TicketEncoder, open_broker
from workers.metrics import serve_metrics
from workers.parent import parent

log = logging.getLogger("aftercare.workers")

HANDLERS_MODULE = "workers.handlers"
IDLE_POLL = 50  # milliseconds between two looks of an idle worker at Redis, at most
DRAIN = 18.0  # seconds for jobs under way after SIGTERM; then they are given back
STOP = 22_000  # milliseconds until the process goes whatever happens
PARENT_CHECK = 1.0  # seconds


@dataclass(frozen=True)
class Size:
    """How much of a queue one process takes. `prefetch` messages, those under way included, wait in its memory."""

    threads: int
    prefetch: int


# Money: few at a time, and none waits in the memory of a worker that is busy. Notices mostly wait for the network.
SIZES = {
    Queue.MONEY: Size(threads=4, prefetch=4),
    Queue.NOTIFY: Size(threads=12, prefetch=48),
    Queue.BULK: Size(threads=6, prefetch=64),
    Queue.DOCUMENTS: Size(threads=4, prefetch=8),
}


def run(queue: Queue, handlers: str = HANDLERS_MODULE, metrics_port: int | None = None) -> None:
    """Carries out a queue's jobs until SIGTERM, or until the supervisor is gone.

    Importing the module `handlers` registers the functions that carry them out.
    """
    configured = settings()
    importlib.import_module(handlers)
    size = SIZES[queue]
    dramatiq.set_encoder(TicketEncoder(queue))
    boot = Boot(configured, connections=size.threads + 2)
    broker = open_broker(configured.redis_url, [AsyncIO(), boot, TimeLimit()])
    declare_actor(broker, queue, boot.executor)
    worker = dramatiq.Worker(broker, queues={queue.lower()}, worker_timeout=IDLE_POLL, worker_threads=size.threads)
    worker.queue_prefetch = size.prefetch
    stop = _stop_event()
    broker.emit_after("process_boot")
    worker.start()
    serve_metrics(metrics_port)
    log.info("worker of %s is up", queue)
    _wait(stop)
    _drain(worker, boot)


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    return stop


def _wait(stop: threading.Event) -> None:
    """Waits for a signal, or for the parent's death: a worker without a supervisor would be forgotten."""
    supervisor = parent()
    while not stop.wait(PARENT_CHECK):
        if os.getppid() != supervisor:
            log.warning("the supervisor is gone")
            return


def _drain(worker: dramatiq.Worker, boot: Boot) -> None:
    """Lets jobs under way end for a while, gives back the others, and puts unread messages back."""
    timer = threading.Timer(DRAIN, lambda: on_loop(boot.executor.give_back_all()))
    timer.daemon = True
    timer.start()
    worker.stop(timeout=STOP)
    timer.cancel()


def main() -> None:
    """The command line of one worker process."""
    parser = argparse.ArgumentParser(description="Carries out the jobs of one queue.")
    parser.add_argument("queue", type=Queue)
    parser.add_argument("--handlers", default=HANDLERS_MODULE)
    parser.add_argument("--metrics-port", type=int)
    given = parser.parse_args()
    set_up_logs()
    run(given.queue, given.handlers, given.metrics_port)


if __name__ == "__main__":
    main()
