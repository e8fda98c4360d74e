"""What an advance payment means for its claim: how much of it counts, and what it keeps from happening."""

from __future__ import annotations

from domain.audit.entries import record
from domain.claims.lifecycle import ADVANCE_LIFECYCLE, OPEN_ADVANCES
from domain.claims.models import Advance, Claim
from domain.claims.notices import subject_of
from domain.claims.refusals import AdvanceGranted, AdvanceUnpaid
from domain.claims.terms import AdvanceAction, AdvanceState
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.rows import save_changes


def paid_before(claim: Claim) -> Money:
    """What earlier decisions paid on a claim, without what was advanced toward the present one."""
    return Money(claim.paid_minor + claim.advance_due_minor - claim.advanced_minor, claim.currency)


def committed(claim: Claim) -> Money:
    """What was paid on a claim, what is on its way as an advance, and what is promised to a repairer."""
    return Money(claim.paid_minor + claim.advance_due_minor + claim.repair_minor, claim.currency)


def spoken_for(claim: Claim) -> Money:
    """What of the next decision is spent already: advanced to the customer, or promised to a repairer."""
    return Money(claim.advanced_minor + claim.repair_minor, claim.currency)


def advanced_and_paid(claim: Claim) -> int:
    """What of the advance has arrived. Units: minor units of the claim's currency."""
    return claim.advanced_minor - claim.advance_due_minor


def count_repairs(claim: Claim) -> Money:
    """Counts what was promised to a repairer and not spared as paid on a claim; how much that is.

    The caller saves `paid_minor`, `repair_minor` and `spared_minor`.
    """
    found = Money(claim.repair_minor - claim.spared_minor, claim.currency)
    claim.paid_minor += found.minor
    claim.repair_minor = claim.spared_minor = 0
    return found


def refuse_advanced(claim: Claim) -> None:
    """Keeps a claim from ending with nothing while money was advanced toward it.

    Raises: AdvanceGranted.
    """
    if claim.advanced_minor > 0:
        raise AdvanceGranted


def refuse_unpaid(claim: Claim) -> None:
    """Keeps a claim from being closed while an advance is on its way.

    Raises: AdvanceUnpaid.
    """
    if claim.advance_due_minor > 0:
        raise AdvanceUnpaid


async def of_round(claim: Claim) -> Advance | None:
    """The advance toward the decision that a locked claim waits for, itself locked, if there is one."""
    mine = Advance.select_for_update(no_key=True).filter(claim_id=claim.id, round=claim.decision_no + 1)
    return await mine.exclude(state=AdvanceState.TAKEN_BACK).first()


async def lapse(claim: Claim, actor: Actor) -> None:
    """Ends an advance that nobody granted, before its locked claim is decided or taken back."""
    advance = await of_round(claim)
    if advance is not None and advance.state in OPEN_ADVANCES:
        await end(advance, AdvanceAction.LAPSE, claim, actor)


async def end(advance: Advance, action: AdvanceAction, claim: Claim, actor: Actor) -> None:
    """Ends a locked advance with what becomes of its claim: by the machine, whoever decides about that.

    Raises: IllegalStep.
    """
    before = advance.state
    advance.state = ADVANCE_LIFECYCLE.step(before, action, Actor.system("claims.end_advance", actor.party))
    await save_changes(advance, "state")
    await record(
        f"advance:{action.lower()}", subject_of(claim), actor, before={"advance": before},
        after={"advance": advance.state},
    )  # fmt: skip
