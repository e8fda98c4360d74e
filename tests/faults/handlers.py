"""The handlers of all rooms with a bank that is waited for only briefly, so that a run of seconds sees the end of it.

Each worker's clock is wrong by some seconds of its own, and its memory has an end.

What is certain after two minutes elsewhere is certain after six seconds here: well over the longest wait, as there.
"""

from __future__ import annotations

import random
import resource
from datetime import datetime, timedelta

import httpx

from domain.kernel import clock
from domain.kernel.settings import settings
from domain.payouts import polling
from domain.payouts.bank import use_bank
from gateways.bank import HttpBank
from tests.faults import poison
from workers.handlers import LOADED

PATIENCE = httpx.Timeout(1.5)  # seconds
MEMORY = 4 << 30  # bytes of addresses
SKEW = timedelta(seconds=random.SystemRandom().choice((-20, 0, 20)))
right = clock.now


def skewed() -> datetime:
    """The present instant as a wrong clock tells it."""
    return right() + SKEW


clock.now = skewed

polling.SAFE_TIME = timedelta(seconds=6)  # type: ignore[attr-defined]  # imported there
use_bank(HttpBank(settings().bank_url, settings().bank_secret.get_secret_value(), PATIENCE))

resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

__all__ = ["LOADED", "poison"]
