"""First notice of a loss (报案), and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.audit.entries import record
from domain.claims import green_channel, limits, rules
from domain.claims.advances import count_repairs, lapse, refuse_advanced
from domain.claims.advice import papers_for
from domain.claims.clearing import drop
from domain.claims.jobs import ScreenClaim
from domain.claims.lifecycle import CLAIM_LIFECYCLE, REFERRAL_LIFECYCLE
from domain.claims.locks import lock_work
from domain.claims.models import Claim
from domain.claims.notices import subject_of, tell_customer
from domain.claims.refusals import DuplicateReport, LossInFuture
from domain.claims.reserving import hold
from domain.claims.terms import ClaimAction, ClaimLimit, ClaimState, Emergency, ReporterKind, ReserveReason
from domain.claims.under_way import OpenWork, refuse_open_work
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import next_number, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import lock_visible, save_changes
from domain.kernel.subject import Scope
from domain.policies.losses import note_loss
from domain.policies.models import Policy
from domain.policies.reading import POLICY
from domain.products.terms import Peril

REPORTERS = (Role.CUSTOMER, Role.PARTNER, Role.CUSTOMER_SERVICE)


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss as it is reported. `on` is the insurer's day; `claimed` is what the reporter asks for.

    An `emergency` leads into the green channel. `told_serial_number` is what the reporter said of the device, if asked.
    """

    on: date
    cause: Peril
    place: str
    description: str
    claimed: Money
    emergency: Emergency | None = None
    told_serial_number: str | None = None


async def report(policy_id: UUID, *, loss: Loss, actor: Actor) -> Claim:
    """Takes down a loss under a policy that the reporter sees; the clock of the decision starts.

    What service staff take down counts as the customer's own report. A loss outside the cover is taken down too, for
    only a decision with reasons may decline it.

    Raises: Forbidden; NotFound for a policy missing or out of sight; LossInFuture; Invalid for an amount not above
    zero or in another currency; DuplicateReport when the same reporter reported this loss before.
    """
    async with transaction():
        return await take_down(policy_id, loss=loss, actor=actor)


async def take_down(policy_id: UUID, *, loss: Loss, actor: Actor) -> Claim:
    """The same in the current transaction, for a room that turns something else into a claim."""
    if not actor.has(*REPORTERS):
        raise Forbidden(permission="claim:report")
    policy = await lock_visible(Policy, POLICY, policy_id, actor)
    _check(loss, policy)
    reporter_id = actor.partner_id or policy.customer_id
    await _refuse_duplicate(policy, loss, reporter_id)
    claim = await _add_claim(policy, loss, reporter_id, actor)
    await note_loss(policy)
    await record(
        "claim:report",
        subject_of(claim),
        actor,
        after={"state": claim.state, "claim_number": claim.claim_number, "loss_on": loss.on, "cause": loss.cause},
    )
    papers = papers_for(loss.cause, Money(policy.price_minor, policy.currency))
    await tell_customer(claim, "CLAIM_RECEIVED", actor, documents=", ".join(papers))
    if claim.emergency is not None:
        await green_channel.tell_in_charge(claim, actor)
    await enqueue(
        ScreenClaim(claim_id=claim.id), subject=subject_of(claim), scope=Scope(), actor=actor,
        unique_key=str(claim.id),
    )  # fmt: skip
    return claim


def _check(loss: Loss, policy: Policy) -> None:
    today = clock.today()
    if loss.on > today:
        raise LossInFuture(today=today, path=("input", "lossOn"))
    if loss.claimed.currency is not policy.currency:
        raise Invalid(constraint="currency", limit=policy.currency, path=("input", "claimed"))
    if loss.claimed.minor <= 0:
        raise Invalid(constraint="min", limit="0.01", path=("input", "claimed"))


async def _refuse_duplicate(policy: Policy, loss: Loss, reporter_id: UUID) -> None:
    """The policy is locked, so that no second report can pass between this look and the new row."""
    same = Claim.filter(policy_id=policy.id, loss_on=loss.on, cause=loss.cause, reporter_id=reporter_id)
    found = await same.exclude(state=ClaimState.WITHDRAWN).first()
    if found is not None:
        raise DuplicateReport(claim_id=found.id, claim_number=found.claim_number)


async def _add_claim(policy: Policy, loss: Loss, reporter_id: UUID, actor: Actor) -> Claim:
    now, told = clock.now(), loss.told_serial_number
    number = await next_number("claim_number_seq")
    decision_days = await limits.days(ClaimLimit.DECISION, clock.day_of(now))
    return await Claim.create(
        claim_number=f"CL{clock.day_of(now):%Y}{number:07d}",
        policy_id=policy.id,
        customer_id=policy.customer_id,
        partner_id=policy.partner_id,
        handler_id=await green_channel.handler_for(policy.customer_id) if loss.emergency else None,
        reporter_kind=ReporterKind.PARTNER if actor.partner_id else ReporterKind.CUSTOMER,
        reporter_id=reporter_id,
        loss_on=loss.on,
        reported_at=now,
        cause=loss.cause,
        place=loss.place,
        description=loss.description,
        other_serial_number=None if told == policy.serial_number else told,
        emergency=loss.emergency,
        lane=0 if loss.emergency else 1,
        state=CLAIM_LIFECYCLE.initial,
        referral=REFERRAL_LIFECYCLE.initial,
        currency=policy.currency,
        claimed_minor=loss.claimed.minor,
        decision_due_at=rules.due(now, decision_days),
    )


async def withdraw(claim_id: UUID, *, reason: str, open_work: OpenWork, expected_version: int, actor: Actor) -> Claim:
    """Takes a claim back before it is decided; its reserve is released, and what a repairer was paid stays paid.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother; WorkOpen, AdvanceGranted.
    """
    async with transaction():
        claim = await lock_work(claim_id, actor, expected_version)
        before = claim.state
        claim.state = CLAIM_LIFECYCLE.step(claim.state, ClaimAction.WITHDRAW, actor)
        await refuse_open_work(claim, open_work)
        refuse_advanced(claim)
        await lapse(claim, actor)
        await drop(claim, actor)
        count_repairs(claim)
        await hold(claim, 0, ReserveReason.WITHDRAWN, actor)
        claim.closed_at = clock.now()
        await save_changes(
            claim, "state", "reserve_minor", "closed_at", "paid_minor", "repair_minor", "spared_minor"
        )
        await record(
            "claim:withdraw",
            subject_of(claim),
            actor,
            before={"state": before},
            after={"state": claim.state},
            reason=reason,
        )
        await tell_customer(claim, "CLAIM_WITHDRAWN", actor)
    return claim
