"""Named differences between the bank, the payouts and the ledger: opened once, open until they are explained."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import fetch, fetch_one, transaction
from domain.kernel.ids import new_id
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts.lifecycle import EXCEPTION_LIFECYCLE, HOLDERS
from domain.payouts.models import PayoutException
from domain.payouts.owning import expect_no_part, next_owner
from domain.payouts.reading import PAYOUT_EXCEPTION
from domain.payouts.refusals import NotYourException
from domain.payouts.terms import ExceptionAction, ExceptionKind, ExceptionState

OPEN = """
INSERT INTO payout_exception (id, kind, state, reference, payout_id, ours, theirs, day, opened_at, owner_id, version)
VALUES ($1::uuid, $2::text, 'OPEN', $3::text, $4::uuid, $5::text, $6::text, $7::date, $8::timestamptz, $9::uuid, 1)
ON CONFLICT (kind, reference) WHERE state = 'OPEN' DO NOTHING RETURNING id
"""
CLOSE = """
UPDATE payout_exception SET state = 'CLOSED', closed_at = $3::timestamptz, version = version + 1
WHERE state = 'OPEN' AND kind = $1::text AND reference = $2::text RETURNING id
"""
SIDE_LENGTH = 200


async def open_exception(
    kind: ExceptionKind, reference: str, *, payout_id: UUID | None, ours: str, theirs: str, actor: Actor
) -> None:
    """Opens a difference in the current transaction, unless the same one is open already; finance gets it."""
    owner_id = await next_owner(payout_id)
    found = await fetch_one(
        OPEN, new_id(), kind, reference[:160], payout_id, ours[:SIDE_LENGTH], theirs[:SIDE_LENGTH], clock.today(),
        clock.now(), owner_id,
    )  # fmt: skip
    if found is not None:
        exception_id = UUID(str(found["id"]))
        await record(
            "payout:open_exception",
            Subject(SubjectKind.PAYOUT, payout_id or exception_id),
            actor,
            after={"exception_id": exception_id, "kind": kind, "ours": ours, "theirs": theirs, "owner_id": owner_id},
        )


async def close_explained(kind: ExceptionKind, reference: str) -> None:
    """Closes a difference that what just happened explains."""
    await fetch(CLOSE, kind, reference, clock.now())


async def close_exception(
    exception_id: UUID, *, explanation: str, expected_version: int, actor: Actor
) -> PayoutException:
    """Closes a difference that somebody has explained; until then its payout is not sent.

    Finance explains what is its own, a finance approver, risk and compliance whatever there is.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; DutiesNotSeparate for who had a part in the payout;
    NotYourException.
    """
    async with transaction():
        found = await lock_visible(PayoutException, PAYOUT_EXCEPTION, exception_id, actor)
        expect_version(found, expected_version)
        found.state = EXCEPTION_LIFECYCLE.step(found.state, ExceptionAction.CLOSE, actor)
        await expect_no_part(found.payout_id, actor.staff_id)
        if not actor.has(Role.FINANCE_APPROVER, *HOLDERS) and found.owner_id != actor.staff_id:
            raise NotYourException
        found.owner_id = found.owner_id or actor.staff_id
        found.explanation, found.closed_at = explanation, clock.now()
        await save_changes(found, "state", "owner_id", "explanation", "closed_at")
        await record(
            "payout:close_exception",
            Subject(SubjectKind.PAYOUT, found.payout_id or found.id),
            actor,
            before={"exception_id": found.id, "kind": found.kind},
            after={"state": found.state},
            reason=explanation,
        )
    return found


async def has_open_exception(payout_id: UUID) -> bool:
    """Whether something about a payout is not explained yet."""
    return await PayoutException.filter(payout_id=payout_id, state=ExceptionState.OPEN).exists()
