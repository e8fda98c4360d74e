"""The repair network 维修网点: taking a repairer on, changing what it serves, and suspending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from domain.partners.terms import PartnerKind
from domain.repairs.models import Repairer
from domain.repairs.reading import REPAIRER

KEEPERS = (Role.CLAIMS_MANAGER,)
"""Who keeps the network and its prices."""
MOST_ORDERS = 10_000


@dataclass(frozen=True, slots=True)
class Service:
    """What a repairer serves. Units: `daily_capacity` in orders a day."""

    name: str
    cities: Sequence[str]
    brands: Sequence[str]
    daily_capacity: int


async def add(partner_id: UUID, *, service: Service, actor: Actor) -> Repairer:
    """Takes a repairer on, whose system is that of a partner.

    Raises: Forbidden; NotFound; Invalid for a partner that does not repair, or a service that breaks the rules of form;
    AlreadyExists for a partner that is a repairer already.
    """
    _expect_keeper(actor, "add")
    _check(service)
    async with transaction():
        await take_turns(f"repairer:{partner_id}")
        partner = await get_visible(Partner, PARTNER, partner_id, actor)
        if partner.kind is not PartnerKind.REPAIRER:
            raise Invalid("repairer_partner", path=("input", "partnerId"))
        if await Repairer.filter(partner_id=partner.id).exists():
            raise AlreadyExists("Repairer", path=("input", "partnerId"))
        row = await Repairer.create(partner_id=partner.id, **_columns(service))
        await record("repairer:add", subject_of(row), actor, after=_columns(service))
    return row


async def change(
    repairer_id: UUID, *, service: Service, reason: str, expected_version: int, actor: Actor
) -> Repairer:
    """Changes what a repairer serves; orders that it has stay with it.

    Raises: Forbidden, NotFound, StaleVersion; Invalid.
    """
    _expect_keeper(actor, "change")
    _check(service)
    async with transaction():
        row = await _lock(repairer_id, expected_version, actor)
        after = _columns(service)
        before = {name: getattr(row, name) for name in after}
        row.update_from_dict(after)
        await save_changes(row, *after)
        await record("repairer:change", subject_of(row), actor, before=before, after=after, reason=reason)
    return row


async def suspend(repairer_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Repairer:
    """Sends no more orders to a repairer; those that it has stay with it.

    Raises: Forbidden, NotFound, StaleVersion; IllegalStep for one that is suspended already.
    """
    return await _set_active(repairer_id, "SUSPEND", reason, expected_version, actor)


async def resume(repairer_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Repairer:
    """Sends orders to a repairer again.

    Raises: Forbidden, NotFound, StaleVersion; IllegalStep for one that is active.
    """
    return await _set_active(repairer_id, "RESUME", reason, expected_version, actor)


async def _set_active(
    repairer_id: UUID, action: str, reason: str, expected_version: int, actor: Actor
) -> Repairer:
    _expect_keeper(actor, action.lower())
    async with transaction():
        row = await _lock(repairer_id, expected_version, actor)
        wanted = action == "RESUME"
        if row.active is wanted:
            raise IllegalStep(action=action, from_state="ACTIVE" if wanted else "SUSPENDED", allowed=())
        row.active = wanted
        await save_changes(row, "active")
        await record(f"repairer:{action.lower()}", subject_of(row), actor, after={"active": wanted}, reason=reason)
    return row


async def _lock(repairer_id: UUID, expected_version: int, actor: Actor) -> Repairer:
    row = await lock_visible(Repairer, REPAIRER, repairer_id, actor)
    expect_version(row, expected_version)
    return row


def _expect_keeper(actor: Actor, verb: str) -> None:
    if not actor.has(*KEEPERS):
        raise Forbidden(permission=f"repairer:{verb}")


def _check(service: Service) -> None:
    for name, given in (("cities", service.cities), ("brands", service.brands)):
        if not given:
            raise Invalid("required", path=("input", "service", name))
        if len({each.strip().casefold() for each in given}) < len(given):
            raise Invalid("unique", path=("input", "service", name))
    if not 1 <= service.daily_capacity <= MOST_ORDERS:
        raise Invalid("between", f"1 and {MOST_ORDERS}", path=("input", "service", "dailyCapacity"))


def _columns(service: Service) -> dict[str, Any]:
    return {
        "name": service.name.strip(),
        "cities": [each.strip() for each in service.cities],
        "brands": [each.strip() for each in service.brands],
        "daily_capacity": service.daily_capacity,
    }


def subject_of(repairer: Repairer) -> Subject:
    """The repairer as other rooms name it."""
    return Subject(SubjectKind.REPAIRER, repairer.id)
