"""Whose child a process of the workers is, so that none outlives its supervisor."""

from __future__ import annotations

import os

VARIABLE = "AFTERCARE_SUPERVISOR"


def named_parent() -> dict[str, str]:
    """What a child is told: its parent's process id. By the time it could ask, the parent may be gone already."""
    return {VARIABLE: str(os.getpid())}


def parent() -> int:
    """The process that must live: the supervisor that named itself, else whoever is the parent now."""
    return int(os.environ.get(VARIABLE) or os.getppid())
