"""How verbs take hold of an inquiry."""

from __future__ import annotations

from uuid import UUID

from domain.inquiries.models import Inquiry
from domain.inquiries.reading import INQUIRY
from domain.inquiries.refusals import InHandsOfAnother
from domain.kernel.actor import Actor
from domain.kernel.rows import expect_version, lock_visible


async def lock_inquiry(inquiry_id: UUID, actor: Actor, expected_version: int | None) -> Inquiry:
    """The inquiry, locked, if the actor sees it and has read its present version.

    Raises: NotFound, StaleVersion.
    """
    inquiry = await lock_visible(Inquiry, INQUIRY, inquiry_id, actor)
    expect_version(inquiry, expected_version)
    return inquiry


def expect_in_hand(inquiry: Inquiry, actor: Actor) -> None:
    """Refuses whoever does not have the inquiry in hand.

    Raises: InHandsOfAnother.
    """
    if actor.staff_id is None or inquiry.assignee_id != actor.staff_id:
        raise InHandsOfAnother
