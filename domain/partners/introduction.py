"""Taking a partner on, and suspending it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.models import Partner
from domain.partners.reading import PARTNER
from domain.partners.terms import PartnerKind


async def introduce(*, code: str, name: str, kind: PartnerKind, commission_rate: Decimal, actor: Actor) -> UUID:
    """Takes a partner on. Units: `commission_rate` 0 to 1.

    Raises: Forbidden; Invalid; AlreadyExists for a known code.
    """
    if not actor.has(Role.SALES, Role.ADMIN, Role.SYSTEM):
        raise Forbidden(permission="partner:introduce")
    if not 0 <= commission_rate <= 1:
        raise Invalid("between", "0 and 1", path=("input", "commissionRate"))
    code, name = code.strip(), name.strip()
    async with transaction():
        await take_turns(f"partner:code:{code}")
        if await Partner.filter(code=code).exists():
            raise AlreadyExists("A partner of this code", path=("input", "code"))
        row = await Partner.create(code=code, name=name, kind=kind, commission_rate=commission_rate)
        await record("partner:introduce", Subject(SubjectKind.PARTNER, row.id), actor, after={"code": code})
    return row.id


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
