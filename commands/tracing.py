"""Gives a process its tracer where the environment names a collector of traces."""

from __future__ import annotations

import importlib
import logging

from domain.kernel.settings import settings, variable
from domain.kernel.tracing import use_tracer

log = logging.getLogger("aftercare")

GATEWAY = "gateways.telemetry"


def connect_tracer(service: str) -> None:
    """Sends this process's spans under the name of a service; the library is read only where it is needed."""
    if settings().traces_endpoint is None:
        return
    try:
        gateway = importlib.import_module(GATEWAY)
    except ModuleNotFoundError as missing:
        log.warning("%s is set, but %s is not installed: no traces", variable("traces_endpoint"), missing.name)
        return
    use_tracer(gateway.open_tracer(service))
