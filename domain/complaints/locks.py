"""How verbs take hold of a complaint."""

from __future__ import annotations

from uuid import UUID

from domain.complaints.models import Complaint
from domain.complaints.reading import COMPLAINT
from domain.kernel.actor import Actor
from domain.kernel.rows import expect_version, lock_visible


async def lock_complaint(complaint_id: UUID, actor: Actor, expected_version: int | None) -> Complaint:
    """The complaint, locked, if the actor sees it and has read its present version.

    Raises: NotFound, StaleVersion.
    """
    complaint = await lock_visible(Complaint, COMPLAINT, complaint_id, actor)
    expect_version(complaint, expected_version)
    return complaint
