"""Celery's side: the same effect, one row, by prefork workers that acknowledge late.

`celery_side.py fill N` enqueues N tasks after their own commit, `celery_side.py work` carries them out.
"""

from __future__ import annotations

import os
import sys
from uuid import uuid4

import psycopg
from celery import Celery
from celery.signals import worker_process_init

EFFECT = "INSERT INTO bench_effect (id, at) VALUES (%s, clock_timestamp())"
PROCESSES = 2

app = Celery("bench", broker=os.environ["REDIS_URL"].replace("unix://", "redis+socket://"))
app.conf.update(task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=16)
_connections: list[psycopg.Connection] = []


@worker_process_init.connect
def connect(**_: object) -> None:
    _connections.append(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True))


@app.task(name="bench.effect")
def effect(key: str) -> None:
    _connections[0].execute(EFFECT, (key,))


def fill(jobs: int) -> None:
    with app.connection_or_acquire() as connection:
        for _ in range(jobs):
            effect.apply_async((str(uuid4()),), connection=connection)


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        quiet = ["--loglevel=ERROR", "--without-gossip", "--without-mingle"]
        app.worker_main(["worker", f"--concurrency={PROCESSES}", *quiet])
