"""Who explains a difference: somebody of finance from the start, without a part in it; it is not left lying."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import Run, fetch, fetch_one, transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts.lifecycle import EXCEPTION_LIFECYCLE, EXPLAINERS
from domain.payouts.models import Payout, PayoutException
from domain.payouts.reading import PAYOUT_EXCEPTION
from domain.payouts.refusals import DutiesNotSeparate
from domain.payouts.rules import has_lain
from domain.payouts.terms import ExceptionAction, ExceptionState
from domain.service_levels.calendars import working_days
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff
from domain.staff.models import Staff

# Of those who have fewest, who joined first.
LEAST_LOADED = """
SELECT s.id FROM staff s LEFT JOIN payout_exception e ON e.owner_id = s.id AND e.state = 'OPEN'
WHERE s.active AND s.roles @> '["FINANCE"]' AND NOT EXISTS (
    SELECT FROM payout p WHERE p.id = $1::uuid AND (p.maker_id = s.id OR p.barred @> to_jsonb(s.id::text)))
GROUP BY s.id ORDER BY count(e.id), s.id LIMIT 1
"""


async def next_owner(payout_id: UUID | None) -> UUID | None:
    """Who of finance has fewest open differences and no part in the payout; None when there is nobody."""
    found = await fetch_one(LEAST_LOADED, payout_id)
    return UUID(str(found["id"])) if found else None


async def assign(exception_id: UUID, *, owner_id: UUID, expected_version: int, actor: Actor) -> PayoutException:
    """Says who explains a difference: anybody of finance takes one over, a finance approver gives it to anybody.

    Raises: NotFound, StaleVersion, IllegalStep; Forbidden for finance that means somebody else; Invalid for an owner
    who is not of finance; DutiesNotSeparate for who had a part in the payout.
    """
    async with transaction():
        found = await lock_visible(PayoutException, PAYOUT_EXCEPTION, exception_id, actor)
        expect_version(found, expected_version)
        EXCEPTION_LIFECYCLE.step(found.state, ExceptionAction.ASSIGN, actor)
        owner = await Staff.filter(id=owner_id, active=True).first()
        if owner is None or not set(owner.roles) & set(EXPLAINERS):
            raise Invalid("finance_staff", path=("input", "ownerId"))
        if owner_id != actor.staff_id and not actor.has(Role.FINANCE_APPROVER):
            raise Forbidden(permission="payout:assign_exception")
        await expect_no_part(found.payout_id, owner_id)
        before, found.owner_id = found.owner_id, owner_id
        await save_changes(found, "owner_id")
        await record(
            "payout:assign_exception",
            Subject(SubjectKind.PAYOUT, found.payout_id or found.id),
            actor,
            before={"exception_id": found.id, "owner_id": before},
            after={"owner_id": owner_id},
        )
    return found


async def expect_no_part(payout_id: UUID | None, staff_id: UUID | None) -> None:
    """Keeps who made a payout ready, decided it or said that it came back from explaining what is odd about it.

    Raises: DutiesNotSeparate.
    """
    payout = await Payout.get_or_none(id=payout_id) if payout_id and staff_id else None
    if payout is not None and (payout.maker_id == staff_id or str(staff_id) in payout.barred):
        raise DutiesNotSeparate


async def watch_exceptions(*, actor: Actor, run: Run | None = None) -> int:
    """Tells the owner and all finance approvers, once, of a difference that is open after a working day; how many."""
    async with transaction(run, finishing=True):
        is_working, today = await working_days(), clock.today()
        waiting = await PayoutException.filter(state=ExceptionState.OPEN, alarmed_at=None).order_by("id")
        late = [each for each in waiting if has_lain(clock.day_of(each.opened_at), today, is_working)]
        for each in late:
            await _tell(each, actor)
        marked = "UPDATE payout_exception SET alarmed_at = $2::timestamptz WHERE id = ANY($1::uuid[])"
        await fetch(f"{marked} RETURNING id", [each.id for each in late], clock.now())
    return len(late)


async def _tell(found: PayoutException, actor: Actor) -> None:
    people = await in_charge(None, Role.FINANCE_APPROVER)
    if found.owner_id is not None:
        people += await in_charge(found.owner_id, Role.FINANCE)
    await write_to_staff(
        people,
        template="PAYOUT_EXCEPTION_WAITS",
        parameters={"kind": found.kind, "reference": found.reference},
        subject=Subject(SubjectKind.PAYOUT, found.payout_id or found.id),
        actor=actor,
    )
