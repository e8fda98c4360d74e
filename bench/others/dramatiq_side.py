"""Bare Dramatiq's side: the same effect, one row, sent straight to Redis.

`dramatiq_side.py fill N` sends N messages after their own commit, `dramatiq_side.py work` carries them out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import dramatiq
import psycopg
from dramatiq.brokers.redis import RedisBroker

EFFECT = "INSERT INTO bench_effect (id, at) VALUES (%s, clock_timestamp())"
PROCESSES, THREADS = 2, 8

dramatiq.set_broker(RedisBroker(url=os.environ["REDIS_URL"]))
_here = threading.local()


@dramatiq.actor(actor_name="effect", queue_name="bench")
def effect(key: str) -> None:
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    _here.connection.execute(EFFECT, (key,))


def fill(jobs: int) -> None:
    for _ in range(jobs):
        effect.send(str(uuid4()))


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        os.chdir(Path(__file__).parent)
        command = [sys.executable, "-m", "dramatiq", "dramatiq_side", "-p", str(PROCESSES), "-t", str(THREADS)]
        subprocess.run(command, check=False)
