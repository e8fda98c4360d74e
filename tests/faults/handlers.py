"""The handlers of all rooms with a bank that is waited for only briefly, so that a run of seconds sees the end of it.

What is certain after two minutes elsewhere is certain after six seconds here: well over the longest wait, as there.
"""

from __future__ import annotations

from datetime import timedelta

import httpx

from domain.kernel.settings import settings
from domain.payouts import polling
from domain.payouts.bank import use_bank
from gateways.bank import HttpBank
from workers.handlers import LOADED

PATIENCE = httpx.Timeout(1.5)  # seconds

polling.SAFE_TIME = timedelta(seconds=6)  # type: ignore[attr-defined]  # imported there
use_bank(HttpBank(settings().bank_url, settings().bank_secret.get_secret_value(), PATIENCE))

__all__ = ["LOADED"]
