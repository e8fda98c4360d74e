"""Instants of a journey, as its customer reads them."""

from __future__ import annotations

from datetime import datetime

from tests.journeys.people import Cast


async def due_and_paused(cast: Cast, claim: str) -> tuple[datetime, datetime | None]:
    """By when a claim is decided, and since when its clock stands still."""
    found = await cast.world.read(cast.customer, claim, "decisionDueAt pausedAt")
    paused = found["pausedAt"]
    return datetime.fromisoformat(found["decisionDueAt"]), datetime.fromisoformat(paused) if paused else None


async def delivered_at(cast: Cast, claim: str, template: str) -> datetime:
    """When the mail server took a letter about a claim."""
    told = (await cast.world.read(cast.customer, claim, "notifications { template sentAt }"))["notifications"]
    (found,) = [each["sentAt"] for each in told if each["template"] == template]
    return datetime.fromisoformat(found)


async def received_at(cast: Cast, file: str) -> datetime:
    """When a file came in."""
    return datetime.fromisoformat((await cast.world.read(cast.customer, file, "receivedAt"))["receivedAt"])
