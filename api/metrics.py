"""What operators watch of the API, for Prometheus, on 127.0.0.1 only: each process has a port of its own.

Requests are counted here in plain numbers, which costs a fraction of the library's counters, and told when asked for.
"""

from __future__ import annotations

import errno
import logging
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import REGISTRY, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

log = logging.getLogger("aftercare.api")

HOST = "127.0.0.1"
PORTS = 64  # are tried for one that no other process of the API has taken
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds
EDGES = (*map(str, BOUNDS), "+Inf")
LABELS = ["operation", "kind"]


@dataclass(slots=True)
class Tally:
    """What was counted of the requests of one operation. Units: `times` in seconds; `lengths` by `BOUNDS`."""

    outcomes: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    lengths: list[int] = field(default_factory=lambda: [0] * len(EDGES))
    time: float = 0.0
    statements: int = 0
    sql_time: float = 0.0
    size: int = 0

    def add(self, outcome: str, statements: int, sql_time: float, size: int) -> None:
        """Counts one operation. Units: `sql_time` in seconds, `size` in bytes."""
        self.outcomes[outcome] += 1
        self.statements += statements
        self.sql_time += sql_time
        self.size += size

    def took(self, time: float) -> None:
        """Counts how long one took. Units: seconds."""
        self.lengths[bisect_left(BOUNDS, time)] += 1
        self.time += time


class Requests(Collector):
    """The requests of this process, by operation and kind."""

    def __init__(self) -> None:
        self.tallies: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)

    def collect(self) -> Iterator[Metric]:
        """What was counted so far, as Prometheus reads it."""
        requests = CounterMetricFamily(
            "aftercare_requests", "Requests by their first error or refusal", labels=[*LABELS, "outcome"]
        )
        seconds = HistogramMetricFamily(
            "aftercare_request_seconds", "Time from a request to its answer", labels=LABELS
        )
        statements = CounterMetricFamily(
            "aftercare_statements", "Compiled reads and transactions of requests", labels=LABELS
        )
        sql = CounterMetricFamily("aftercare_sql_seconds", "Time of compiled reads and transactions", labels=LABELS)
        size = CounterMetricFamily("aftercare_answer_bytes", "Bytes of answers", labels=LABELS)
        for labels, tally in list(self.tallies.items()):
            for outcome, count in list(tally.outcomes.items()):
                requests.add_metric([*labels, outcome], count)
            seconds.add_metric(labels, list(zip(EDGES, accumulate(tally.lengths), strict=True)), tally.time)
            statements.add_metric(labels, tally.statements)
            sql.add_metric(labels, tally.sql_time)
            size.add_metric(labels, tally.size)
        yield from (requests, seconds, statements, sql, size)


class Followed(Collector):
    """The subscriptions of this process: how many are open now, and what they have told."""

    def __init__(self) -> None:
        self.open: defaultdict[str, int] = defaultdict(int)
        self.events: defaultdict[str, int] = defaultdict(int)

    def collect(self) -> Iterator[Metric]:
        """What is so now, as Prometheus reads it."""
        is_open = GaugeMetricFamily("aftercare_subscriptions_open", "Subscriptions open now", labels=["operation"])
        events = CounterMetricFamily("aftercare_subscription_events", "Events of subscriptions", labels=["operation"])
        for family, counts in ((is_open, self.open), (events, self.events)):
            for label, count in list(counts.items()):
                family.add_metric([label], count)
        yield from (is_open, events)


REQUESTS, FOLLOWED = Requests(), Followed()
REGISTRY.register(REQUESTS)
REGISTRY.register(FOLLOWED)


@contextmanager
def served_metrics(first: int | None) -> Iterator[None]:
    """Serves this process's metrics while the block runs, on the first free port of 127.0.0.1 from this one on."""
    found = None if first is None else _open(first)
    yield
    if found is not None:
        server, thread = found
        server.shutdown()
        server.server_close()
        thread.join()


def _open(first: int) -> tuple[WSGIServer, Thread] | None:
    for port in range(first, min(first + PORTS, 65_536)):
        try:
            found = start_http_server(port, addr=HOST)
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE:
                raise
        else:
            log.info("metrics are served at %s:%s", HOST, port)
            return found
    log.warning("no port is free for metrics from %s on", first)
    return None
