"""A first notice of a loss 报案 in steps: begun, left, found again on another device, and submitted as a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.claims import limits
from domain.claims.intake import REPORTERS, Loss, take_down
from domain.claims.lifecycle import FIRST_NOTICE_LIFECYCLE
from domain.claims.models import Claim, FirstNotice
from domain.claims.reading import FIRST_NOTICE
from domain.claims.refusals import LossInFuture, SeveralPolicies, TooManyDrafts
from domain.claims.terms import ClaimLimit, ClaimState, Emergency, FirstNoticeAction, FirstNoticeState, ReporterKind
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import Forbidden, Invalid, NotFound, Refusal, refuse_all
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.finding import insured_as
from domain.policies.models import Policy
from domain.policies.reading import POLICY
from domain.policies.rules import serial_form
from domain.products.terms import Peril

PARTS = ("input", "parts")
MOST_DRAFTS = 5
"""First notices that one reporter may have begun under one policy."""
SWEEP = 500
"""Drafts that one look gives up at most; the next one goes on."""
FILLED = ("loss_on", "cause", "place", "description", "emergency", "claimed_minor")
COLUMNS = (*FILLED, "duplicate_of_id", "expires_on", "changed_at")


@dataclass(frozen=True, slots=True)
class Parts:
    """What is filled in; None leaves what stands. `loss_on` is the insurer's day, `claimed` what is asked for."""

    loss_on: date | None = None
    cause: Peril | None = None
    place: str | None = None
    description: str | None = None
    claimed: Money | None = None
    emergency: Emergency | None = None


async def begin(
    *, policy_id: UUID | None = None, serial_number: str | None = None, parts: Parts, actor: Actor
) -> FirstNotice:
    """Begins a first notice under a policy, or under the one that insures the device with a serial number.

    Raises: Forbidden; NotFound for a policy missing or out of sight; Invalid where neither is named; SeveralPolicies;
    TooManyDrafts; as `fill`.
    """
    if not actor.has(*REPORTERS):
        raise Forbidden(permission="claim:report")
    async with transaction():
        policy = await lock_visible(Policy, POLICY, policy_id or await _insured(serial_number, actor), actor)
        reporter_id = actor.partner_id or policy.customer_id
        open_ones = FirstNotice.filter(policy_id=policy.id, reporter_id=reporter_id, state=FirstNoticeState.DRAFT)
        if await open_ones.count() >= MOST_DRAFTS:
            raise TooManyDrafts(limit=MOST_DRAFTS)
        notice = FirstNotice(
            policy_id=policy.id, customer_id=policy.customer_id, partner_id=policy.partner_id,
            reporter_kind=ReporterKind.PARTNER if actor.partner_id else ReporterKind.CUSTOMER,
            reporter_id=reporter_id, state=FIRST_NOTICE_LIFECYCLE.initial, currency=policy.currency,
            told_serial_number=serial_form(serial_number) if serial_number else None,
        )  # fmt: skip
        await _fill(notice, parts)
        await notice.save(force_create=True)
        after: dict[str, object] = {"state": notice.state, "policy_id": policy.id, "filled": _filled(notice)}
        await record("first_notice:begin", subject_of(notice), actor, after=after)
    return notice


async def _insured(serial_number: str | None, actor: Actor) -> UUID:
    """The policy that a serial number means to whoever tells it: the only one in sight, or in force."""
    if serial_number is None:
        raise Invalid("required", path=("input", "policyId"))
    found = await insured_as(serial_number, actor)
    in_force = [each for each in found if each.is_in_force] or found
    if not in_force:
        raise NotFound(kind=POLICY.name)
    if len(in_force) > 1:
        raise SeveralPolicies(tuple(each.policy_number for each in in_force), path=("input", "serialNumber"))
    return in_force[0].id


async def fill(notice_id: UUID, *, parts: Parts, expected_version: int, actor: Actor) -> FirstNotice:
    """Fills in parts of a first notice, and looks whether the loss was reported before.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Refusals with LossInFuture, and Invalid for an amount not
    above zero or in another currency.
    """
    async with transaction():
        notice, before = await _take(notice_id, FirstNoticeAction.FILL, expected_version, actor)
        await _fill(notice, parts)
        await save_changes(notice, *COLUMNS)
        await record(
            "first_notice:fill", subject_of(notice), actor, before={"state": before},
            after={"state": notice.state, "filled": _filled(notice), "duplicate_of": notice.duplicate_of_id},
        )  # fmt: skip
    return notice


async def submit(
    notice_id: UUID, *, parts: Parts, expected_version: int, actor: Actor
) -> tuple[FirstNotice, Claim]:
    """Reports the loss of a first notice, with the last parts of it; what is still missing is told all at once.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Refusals as `fill`, and Invalid for each part that is
    missing; DuplicateReport when the same reporter reported this loss before.
    """
    async with transaction():
        notice, before = await _take(notice_id, FirstNoticeAction.SUBMIT, expected_version, actor)
        await _fill(notice, parts)
        claim = await take_down(notice.policy_id, loss=_loss(notice), actor=actor)
        notice.claim_id, notice.duplicate_of_id = claim.id, None
        notice.closed_at, notice.expires_on = clock.now(), None
        await save_changes(notice, "state", "claim_id", "closed_at", *COLUMNS)
        await record(
            "first_notice:submit", subject_of(notice), actor, before={"state": before},
            after={"state": notice.state, "claim_id": claim.id, "claim_number": claim.claim_number},
        )  # fmt: skip
    return notice, claim


async def abandon(notice_id: UUID, *, expected_version: int, actor: Actor) -> FirstNotice:
    """Gives a first notice up; nothing was reported by it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        notice, before = await _take(notice_id, FirstNoticeAction.ABANDON, expected_version, actor)
        await _give_up(notice, before, actor)
    return notice


async def give_up_stale(*, actor: Actor, run: Run | None = None) -> int:
    """Gives up first notices that nobody has gone on with in time; how many."""
    async with transaction(run, finishing=True):
        stale = FirstNotice.select_for_update(no_key=True, skip_locked=True).filter(
            state=FirstNoticeState.DRAFT, expires_on__lt=clock.today()
        )
        found = await stale.order_by("expires_on", "id").limit(SWEEP)
        for notice in found:
            before = notice.state
            notice.state = FIRST_NOTICE_LIFECYCLE.step(before, FirstNoticeAction.ABANDON, actor)
            await _give_up(notice, before, actor)
    return len(found)


async def _give_up(notice: FirstNotice, before: FirstNoticeState, actor: Actor) -> None:
    notice.closed_at, notice.expires_on = clock.now(), None
    await save_changes(notice, "state", "closed_at", "expires_on")
    await record(
        "first_notice:abandon", subject_of(notice), actor, before={"state": before}, after={"state": notice.state}
    )


async def _take(
    notice_id: UUID, action: FirstNoticeAction, expected_version: int, actor: Actor
) -> tuple[FirstNotice, FirstNoticeState]:
    """The first notice, locked and moved, and the state that it leaves."""
    notice = await lock_visible(FirstNotice, FIRST_NOTICE, notice_id, actor)
    expect_version(notice, expected_version)
    before = notice.state
    notice.state = FIRST_NOTICE_LIFECYCLE.step(before, action, actor)
    return notice, before


async def _fill(notice: FirstNotice, parts: Parts) -> None:
    """Puts parts into a notice that is not saved yet; from now on there is the whole time again to go on with it."""
    refuse_all(_faults(parts, notice.currency))
    for name in ("loss_on", "cause", "place", "description", "emergency"):
        if (given := getattr(parts, name)) is not None:
            setattr(notice, name, given)
    if parts.claimed is not None:
        notice.claimed_minor = parts.claimed.minor
    notice.duplicate_of_id = await _reported(notice)
    notice.changed_at, today = clock.now(), clock.today()
    notice.expires_on = today + timedelta(days=await limits.days(ClaimLimit.FIRST_NOTICE, today))


def _faults(parts: Parts, currency: Currency) -> list[Refusal]:
    found: list[Refusal] = []
    if parts.loss_on is not None and parts.loss_on > clock.today():
        found.append(LossInFuture(today=clock.today(), path=(*PARTS, "lossOn")))
    if parts.claimed is not None and parts.claimed.currency is not currency:
        found.append(Invalid("currency", currency, path=(*PARTS, "claimed")))
    elif parts.claimed is not None and parts.claimed.minor <= 0:
        found.append(Invalid("min", "0.01", path=(*PARTS, "claimed")))
    return found


async def _reported(notice: FirstNotice) -> UUID | None:
    """A claim for the same loss under the policy, the reporter's own before others: papers are added to that one."""
    if notice.loss_on is None or notice.cause is None:
        return None
    same = Claim.filter(policy_id=notice.policy_id, loss_on=notice.loss_on, cause=notice.cause)
    found = await same.exclude(state=ClaimState.WITHDRAWN).order_by("id")
    return min(found, key=lambda each: each.reporter_id != notice.reporter_id).id if found else None


def _loss(notice: FirstNotice) -> Loss:
    """The loss that a notice tells of.

    Raises: Refusals with Invalid for each part that is missing.
    """
    on, cause, place, description = notice.loss_on, notice.cause, notice.place, notice.description
    if on is None or cause is None or place is None or description is None or notice.claimed_minor is None:
        told = {"lossOn": on, "cause": cause, "place": place, "description": description}
        missing = [name for name, value in (told | {"claimed": notice.claimed_minor}).items() if value is None]
        refuse_all([Invalid("required", path=(*PARTS, name)) for name in missing])
        raise Invalid("required", path=PARTS)
    return Loss(
        on=on, cause=cause, place=place, description=description,
        claimed=Money(notice.claimed_minor, notice.currency), emergency=notice.emergency,
        told_serial_number=notice.told_serial_number,
    )  # fmt: skip


def _filled(notice: FirstNotice) -> list[str]:
    """Which parts stand, for the audit, which holds nothing of what was said."""
    return [name for name in FILLED if getattr(notice, name) is not None]


def subject_of(notice: FirstNotice) -> Subject:
    """The first notice as other rooms name it."""
    return Subject(SubjectKind.FIRST_NOTICE, notice.id)
