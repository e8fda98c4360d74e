"""What the room of claims tells of a policy: that a loss was reported, after which it is not taken back."""

from __future__ import annotations

from domain.kernel.rows import save_changes
from domain.policies.models import Policy


async def note_loss(policy: Policy) -> None:
    """Marks a locked policy as one under which a loss was reported."""
    if not policy.loss_reported:
        policy.loss_reported = True
        await save_changes(policy, "loss_reported")
