"""What rooms above still have under way for a claim, such as a repair: said by them, and ended before the claim is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from domain.claims.models import Claim
from domain.claims.refusals import WorkOpen

OpenWork: TypeAlias = Callable[[UUID], Awaitable[bool]]
"""Whether something is under way for the claim of an id, which is locked; asked in the current transaction."""


async def refuse_open_work(claim: Claim, open_work: OpenWork) -> None:
    """Raises: WorkOpen while something is under way for a locked claim."""
    if await open_work(claim.id):
        raise WorkOpen
