"""How verbs take hold of a repair order: alone for its repairer, behind its claim for whoever decides."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.claims import rules as claim_rules
from domain.claims.locks import lock_work, lock_work_with_policy, refuse_own_claim
from domain.claims.models import Claim
from domain.claims.refusals import AboveAuthority
from domain.claims.usage import usage_of
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.models import Policy
from domain.repairs.lifecycle import OVER, REPAIR_LIFECYCLE
from domain.repairs.models import RepairOrder
from domain.repairs.reading import REPAIR_ORDER
from domain.repairs.terms import RepairAction, RepairState
from domain.staff.authority import AuthorityKind, authority


@dataclass
class Move:
    """A repair order that is locked and moved, but not written yet, and the state that it leaves."""

    order: RepairOrder
    action: RepairAction
    before: RepairState

    async def write(self, *columns: str, actor: Actor, reason: str | None = None, **after: object) -> None:
        """Writes the state and these columns, and records it; the audit says `after` beside the state."""
        if self.order.state in OVER and self.order.closed_at is None:
            self.order.closed_at = clock.now()
        await save_changes(self.order, "state", "closed_at", *columns)
        await record(
            f"repair_order:{self.action.lower()}",
            subject_of(self.order),
            actor,
            before={"state": self.before},
            after={"state": self.order.state, **after},
            reason=reason,
        )


async def take(order_id: UUID, action: RepairAction, *, expected_version: int, actor: Actor) -> Move:
    """Locks an order that the actor sees, and moves it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    order = await lock_visible(RepairOrder, REPAIR_ORDER, order_id, actor)
    expect_version(order, expected_version)
    before = order.state
    order.state = REPAIR_LIFECYCLE.step(before, action, actor)
    return Move(order, action, before)


async def take_with_claim(
    order_id: UUID, action: RepairAction, *, expected_version: int, actor: Actor
) -> tuple[Claim, Move]:
    """The same behind the lock of its claim, for the handler whose claim it is, and for managers.

    Raises: as `take`; AssignedToAnother.
    """
    seen = await get_visible(RepairOrder, REPAIR_ORDER, order_id, actor)
    claim = await lock_work(seen.claim_id, _worker(actor), None)
    return claim, await take(order_id, action, expected_version=expected_version, actor=actor)


async def take_with_policy(
    order_id: UUID, action: RepairAction, *, expected_version: int, actor: Actor
) -> tuple[Policy, Claim, Move]:
    """The same behind the locks of its policy and its claim, where an amount is at stake.

    Raises: as `take_with_claim`.
    """
    seen = await get_visible(RepairOrder, REPAIR_ORDER, order_id, actor)
    policy, claim = await lock_work_with_policy(seen.claim_id, _worker(actor), None)
    return policy, claim, await take(order_id, action, expected_version=expected_version, actor=actor)


def _worker(actor: Actor) -> Actor:
    """Who locks the claim: whoever sees no claims does it as the system, and is judged by the step of the order."""
    is_staff = actor.has(Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER)
    return actor if is_staff else Actor.system("repairs.judge", actor.party)


async def expect_decider(policy: Policy, claim: Claim, amount: Money, actor: Actor) -> None:
    """Lets decide who has no interest in the claim, within the authority to decide claims.

    All that was decided for the same loss counts toward the limit; the policy is locked.

    Raises: OwnClaim, AboveAuthority.
    """
    if actor.staff_id != claim.handler_id:
        await refuse_own_claim(claim, actor.staff_id)
    amount += Money(claim.repair_minor, claim.currency)  # promised to a repairer before
    limit = await authority(actor.staff_id, AuthorityKind.CLAIM_DECISION, clock.now())
    usage = await usage_of(claim, policy)
    if claim_rules.counts_toward_authority(amount, usage.same_loss) > limit:
        raise AboveAuthority(limit=limit)


def subject_of(order: RepairOrder) -> Subject:
    """The repair order as other rooms name it."""
    return Subject(SubjectKind.REPAIR_ORDER, order.id)
