"""Taking a partner on, recording its licence, and suspending it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from domain.partners.terms import PartnerKind

MAX_LICENSE = 40
LICENSERS = (Role.SALES, Role.COMPLIANCE)
"""Who records a licence: sales, who ask for it when they take a partner on, and compliance, who watch over it."""


@dataclass(frozen=True, slots=True)
class License:
    """A licence as an insurance agent or broker 保险中介许可证, valid up to and including its last day."""

    number: str
    until: date


async def introduce(
    *,
    code: str,
    name: str,
    kind: PartnerKind,
    commission_rate: Decimal,
    licence: License | None = None,
    actor: Actor,
) -> UUID:
    """Takes a partner on, with a licence or without; without one it sells and earns nothing until it has one.

    Units: `commission_rate` 0 to 1. Raises: Forbidden; Invalid; AlreadyExists for a known code.
    """
    if not actor.has(Role.SALES, Role.ADMIN, Role.SYSTEM):
        raise Forbidden(permission="partner:introduce")
    if not 0 <= commission_rate <= 1:
        raise Invalid("between", "0 and 1", path=("input", "commissionRate"))
    if licence is not None:
        _check_license(licence)
    code, name = code.strip(), name.strip()
    async with transaction():
        await take_turns(f"partner:code:{code}")
        if await Partner.filter(code=code).exists():
            raise AlreadyExists("A partner of this code", path=("input", "code"))
        row = await Partner.create(
            code=code, name=name, kind=kind, commission_rate=commission_rate,
            license_number=licence.number.strip() if licence else None,
            licensed_until=licence.until if licence else None,
        )  # fmt: skip
        after: dict[str, object] = {"code": code}
        if licence is not None:
            after |= {"license_number": row.license_number, "licensed_until": row.licensed_until}
        await record("partner:introduce", Subject(SubjectKind.PARTNER, row.id), actor, after=after)
    return row.id


async def set_license(
    partner_id: UUID,
    *,
    licence: License,
    reason: str,
    expected_version: int,
    actor: Actor,
) -> None:
    """Records a partner's licence, the first or a renewed one; what it sells from now on is judged by it.

    Raises: Forbidden, NotFound, StaleVersion; Invalid for a licence without a number, or one that is over.
    Source: Insurance Law Art. 130.
    """
    if not actor.has(*LICENSERS):
        raise Forbidden(permission="partner:set_license")
    _check_license(licence)
    async with transaction():
        row = await lock_visible(Partner, PARTNER, partner_id, actor)
        expect_version(row, expected_version)
        before: dict[str, object] = {"license_number": row.license_number, "licensed_until": row.licensed_until}
        row.license_number, row.licensed_until = licence.number.strip(), licence.until
        await save_changes(row, "license_number", "licensed_until")
        after: dict[str, object] = {"license_number": row.license_number, "licensed_until": row.licensed_until}
        subject = Subject(SubjectKind.PARTNER, row.id)
        await record("partner:set_license", subject, actor, before=before, after=after, reason=reason)


def _check_license(licence: License) -> None:
    if not 0 < len(licence.number.strip()) <= MAX_LICENSE:
        raise Invalid("length", str(MAX_LICENSE), path=("input", "licenseNumber"))
    if licence.until < (today := clock.today()):
        raise Invalid("min", today.isoformat(), path=("input", "licensedUntil"))


async def suspend(partner_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Stops a partner from selling.

    Raises: Forbidden, NotFound, StaleVersion; IllegalStep for one that is suspended already.
    """
    if not actor.has(Role.ADMIN, Role.COMPLIANCE):
        raise Forbidden(permission="partner:suspend")
    async with transaction():
        row = await lock_visible(Partner, PARTNER, partner_id, actor)
        expect_version(row, expected_version)
        if not row.active:
            raise IllegalStep(action="SUSPEND", from_state="SUSPENDED", allowed=())
        row.active = False
        await save_changes(row, "active")
        subject = Subject(SubjectKind.PARTNER, row.id)
        await record("partner:suspend", subject, actor, after={"active": False}, reason=reason)
