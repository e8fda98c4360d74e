"""What operators watch, for Prometheus, on 127.0.0.1 only: each process has a port of its own."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from domain.jobs.execution import JobRun
from domain.jobs.measuring import Depth
from domain.payouts.measuring import UnderWay

HOST = "127.0.0.1"

JOBS = Gauge("aftercare_jobs", "Jobs by queue and state", ["queue", "state"])
OLDEST = Gauge(
    "aftercare_job_oldest_seconds",
    "Age of the oldest job in its state; of available ones since due",
    ["queue", "state"],
)
DISPATCHED = Counter("aftercare_jobs_dispatched_total", "Jobs sent to workers", ["queue"])
UNSENT = Counter("aftercare_jobs_unsent_total", "Dispatches taken back because the broker was out of reach", ["queue"])
LAPSED = Counter("aftercare_job_lapses_total", "Dispatches that never arrived")
CRASHED = Counter("aftercare_job_crashes_total", "Jobs whose worker fell silent")
RELAY_SEEN = Gauge("aftercare_relay_seen_timestamp_seconds", "When the relay last finished a round")
DELIVERIES = Counter(
    "aftercare_deliveries_total", "Messages by what became of them; STALE ones were dropped", ["ending"]
)
SECONDS = Histogram(
    "aftercare_delivery_seconds",
    "Time from a message to its end",
    ["queue"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)

ATTEMPTS = Histogram(
    "aftercare_job_attempts", "Attempts by their number, from 1", ["queue"], buckets=(1, 2, 3, 5, 8, 13, 20)
)
PAYOUTS = Gauge("aftercare_payouts_under_way", "Payouts sent to the bank and not settled", ["state"])
UNKNOWN_AGE = Gauge("aftercare_payout_unknown_age_seconds", "Time since the oldest of unknown outcome was sent")
NOTICE_OLDEST = Gauge("aftercare_notice_oldest_seconds", "Age of the oldest notice that is not sent")


def serve_metrics(port: int | None) -> None:
    """Serves this process's metrics on 127.0.0.1; nothing without a port."""
    if port is not None:
        start_http_server(port, addr=HOST)


def show_depths(found: Iterable[Depth]) -> None:
    """Sets the gauges to what was counted; states without jobs read as none."""
    JOBS.clear()
    OLDEST.clear()
    for each in found:
        JOBS.labels(each.queue, each.state).set(each.jobs)
        OLDEST.labels(each.queue, each.state).set(each.oldest)


def show_payouts(found: Iterable[UnderWay]) -> None:
    """Sets the gauges of payouts to what was counted."""
    for each in found:
        PAYOUTS.labels(each.state).set(each.payouts)
        if each.state == "UNKNOWN":
            UNKNOWN_AGE.set(each.oldest)


def count_attempt(run: JobRun) -> None:
    """Counts one attempt at a job."""
    ATTEMPTS.labels(run.kind.queue).observe(run.attempt)
