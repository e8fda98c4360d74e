"""The insurer's side of a repair order: made for a claim in assessment, offered to a repairer, and cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.claims.locks import lock_work
from domain.claims.models import Claim
from domain.claims.terms import ClaimState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import next_number, transaction
from domain.kernel.refusals import Forbidden
from domain.kernel.rows import lock_visible
from domain.policies.models import Policy
from domain.repairs import limits, rules, watching
from domain.repairs.lifecycle import PAID_OFF, REPAIR_LIFECYCLE, STAFF
from domain.repairs.locks import subject_of, take_with_claim
from domain.repairs.models import Repairer, RepairOrder
from domain.repairs.notices import call_repairer
from domain.repairs.reading import REPAIRER
from domain.repairs.refusals import ClaimNotInAssessment, OrderOpen, RepairerFull, RepairerUnfit
from domain.repairs.terms import Misfit, RepairAction, RepairLimit, RepairState
from domain.service_levels import clocks

ASSESSABLE = (ClaimState.REGISTERED, ClaimState.ASSESSING)
PATH = ("input", "repairerId")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: in which city, and what the repairer should know."""

    city: str
    instructions: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What was repaired of the same device before."""

    repeat_of_id: UUID | None = None
    in_parts_warranty: bool = False


async def create(claim_id: UUID, *, wanted: Wanted, actor: Actor) -> RepairOrder:
    """Makes a repair order for the device of a claim; a repair of the same device shortly before is noted.

    Raises: Forbidden, NotFound, AssignedToAnother; ClaimNotInAssessment; OrderOpen while the claim has another.
    """
    if not actor.has(*STAFF):
        raise Forbidden(permission="repair_order:create")
    async with transaction():
        claim = await lock_work(claim_id, actor, None)
        if claim.state not in ASSESSABLE:
            raise ClaimNotInAssessment(state=claim.state)
        if (open_one := await RepairOrder.filter(claim_id=claim.id, closed_at=None).first()) is not None:
            raise OrderOpen(order_number=open_one.order_number)
        order = await _add(claim, wanted)
        after: dict[str, object] = {
            "state": order.state, "order_number": order.order_number, "claim_id": claim.id,
            "repeat_of_id": order.repeat_of_id,
        }  # fmt: skip
        await record("repair_order:create", subject_of(order), actor, after=after)
    return order


async def _add(claim: Claim, wanted: Wanted) -> RepairOrder:
    policy = await Policy.get(id=claim.policy_id)
    history = await _history(policy.serial_number)
    number = await next_number("repair_order_number_seq")
    return await RepairOrder.create(
        order_number=f"RO{clock.today():%Y}{number:07d}",
        claim_id=claim.id,
        customer_id=claim.customer_id,
        partner_id=claim.partner_id,
        repairer_id=None,
        state=REPAIR_LIFECYCLE.initial,
        category=policy.category,
        brand=policy.brand,
        model=policy.model,
        serial_number=policy.serial_number,
        city=wanted.city.strip(),
        instructions=wanted.instructions,
        repeat_of_id=history.repeat_of_id,
        in_parts_warranty=history.in_parts_warranty,
        currency=claim.currency,
    )


async def _history(serial_number: str) -> History:
    """The latest repair of the device that ended with its return, if it is not long ago."""
    returned = RepairOrder.filter(serial_number=serial_number, returned_at__isnull=False)
    latest = await returned.order_by("-returned_at").first()
    if latest is None or latest.returned_at is None:
        return History()
    now = clock.now()
    days = await limits.days(RepairLimit.REPEAT, clock.day_of(now))
    warranted = latest.parts_warranty_until is not None and clock.day_of(now) <= latest.parts_warranty_until
    return History(latest.id if rules.is_repeat(latest.returned_at, now, days) else None, warranted)


async def dispatch(order_id: UUID, *, repairer_id: UUID, expected_version: int, actor: Actor) -> RepairOrder:
    """Offers an order to a repairer that serves the city and the brand, and has room today; its time begins.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother; RepairerUnfit, RepairerFull.
    """
    async with transaction():
        repairer = await lock_visible(Repairer, REPAIRER, repairer_id, actor)
        claim, found = await take_with_claim(
            order_id, RepairAction.DISPATCH, expected_version=expected_version, actor=actor
        )
        order = found.order
        _expect_fit(repairer, order)
        await _expect_room(repairer)
        order.repairer_id, order.repairer_partner_id = repairer.id, repairer.partner_id
        order.dispatched_at, order.refusal_reason = clock.now(), None
        await found.write(
            "repairer_id", "repairer_partner_id", "dispatched_at", "refusal_reason", actor=actor,
            repairer_id=repairer.id,
        )  # fmt: skip
        await watching.begin(order, claim)
        await call_repairer(order, actor)
    return order


def _expect_fit(repairer: Repairer, order: RepairOrder) -> None:
    misfits = (
        (Misfit.INACTIVE, repairer.active),
        (Misfit.CITY, rules.serves(repairer.cities, order.city)),
        (Misfit.BRAND, rules.serves(repairer.brands, order.brand)),
    )
    for misfit, fits in misfits:
        if not fits:
            raise RepairerUnfit(what=misfit, path=PATH)


async def _expect_room(repairer: Repairer) -> None:
    """The repairer is locked, so that no two orders take its last place of the day."""
    today = RepairOrder.filter(repairer_id=repairer.id, dispatched_at__gte=clock.start_of(clock.today()))
    if await today.exclude(state__in=(RepairState.REFUSED, RepairState.CANCELLED)).count() >= repairer.daily_capacity:
        raise RepairerFull(capacity=repairer.daily_capacity, path=PATH)


async def has_live_order(claim_id: UUID) -> bool:
    """Whether a repair order of a claim is under way or its repairer unpaid, in the current transaction."""
    return await RepairOrder.filter(claim_id=claim_id).exclude(state__in=PAID_OFF).exists()


async def cancel(order_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> RepairOrder:
    """Cancels an order under which nothing was promised yet.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother.
    """
    async with transaction():
        _, found = await take_with_claim(
            order_id, RepairAction.CANCEL, expected_version=expected_version, actor=actor
        )
        await found.write(actor=actor, reason=reason)
        await clocks.drop(subject_of(found.order))
    return found.order
