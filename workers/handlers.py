"""Brings the handlers of all rooms into this process: one module of workers for each room that has jobs."""

from __future__ import annotations

import importlib
import importlib.util

from domain.rooms import ORDER


def load() -> tuple[str, ...]:
    """Imports `workers.<room>` of every room that has one, which registers its handlers; their names."""
    found = tuple(room for room in ORDER if importlib.util.find_spec(f"workers.{room}") is not None)
    for room in found:
        importlib.import_module(f"workers.{room}")
    return found


LOADED = load()
