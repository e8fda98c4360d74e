"""What an underwriter makes of what was found: approves it, clears it as it does not hold, or rejects it for good."""

from __future__ import annotations

from uuid import UUID

from domain.applications.deciding import expect_underwriter
from domain.applications.lifecycle import FLAG_LIFECYCLE
from domain.applications.locks import subject_of, take
from domain.applications.models import Application, UnderwritingFlag
from domain.applications.reading import APPLICATION, UNDERWRITING_FLAG
from domain.applications.refusals import NotInsurableAtAll
from domain.applications.terms import ApplicationAction, FlagAction, FlagLevel
from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes


async def approve(flag_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> UnderwritingFlag:
    """Accepts a risk although the flag holds.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; OwnSale, AboveUnderwritingAuthority; NotInsurableAtAll.
    """
    return await _judge(flag_id, FlagAction.APPROVE, reason, expected_version, actor)


async def clear(flag_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> UnderwritingFlag:
    """Says that a flag does not hold.

    Raises: as `approve`.
    """
    return await _judge(flag_id, FlagAction.CLEAR, reason, expected_version, actor)


async def reject(flag_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> UnderwritingFlag:
    """Says that a flag holds and is not accepted: final, the application can only be declined.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; OwnSale, AboveUnderwritingAuthority.
    """
    return await _judge(flag_id, FlagAction.REJECT, reason, expected_version, actor)


async def _judge(
    flag_id: UUID, action: FlagAction, reason: str, expected_version: int, actor: Actor
) -> UnderwritingFlag:
    async with transaction():
        seen = await get_visible(UnderwritingFlag, UNDERWRITING_FLAG, flag_id, actor)
        application = await lock_visible(Application, APPLICATION, seen.application_id, actor)
        flag = await lock_visible(UnderwritingFlag, UNDERWRITING_FLAG, flag_id, actor)
        expect_version(flag, expected_version)
        await take(application.id, ApplicationAction.JUDGE_FLAG, expected_version=None, actor=actor)
        before = flag.state
        flag.state = FLAG_LIFECYCLE.step(before, action, actor)
        await expect_underwriter(application, actor)
        if flag.level is FlagLevel.REJECT and action is not FlagAction.REJECT:
            raise NotInsurableAtAll
        flag.judge_id, flag.judged_at, flag.reason = actor.staff_id, clock.now(), reason
        await save_changes(flag, "state", "judge_id", "judged_at", "reason")
        await record(
            f"underwriting_flag:{action.lower()}", subject_of(application), actor,
            before={"state": before}, after={"state": flag.state, "code": flag.code}, reason=reason,
        )  # fmt: skip
    return flag
