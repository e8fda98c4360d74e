"""Showing a sealed field in plain: only for a reason, only so often, always audited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.audit.models import AuditEntry
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.customers.refusals import NothingSealed
from domain.customers.terms import SealedField
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.refusals import Forbidden, Invalid, TooManyAttempts
from domain.kernel.rows import get_visible
from domain.kernel.sealing import unseal
from domain.kernel.subject import Subject, SubjectKind

ACTION = "customer:reveal"
MAX_AN_HOUR = 30
HOUR = timedelta(hours=1)
REVEALERS = frozenset(
    {
        Role.CUSTOMER,
        Role.CUSTOMER_SERVICE,
        Role.CLAIMS_HANDLER,
        Role.CLAIMS_MANAGER,
        Role.RISK,
        Role.COMPLIANCE,
    }
)
BANK_REVEALERS = frozenset({Role.CUSTOMER, Role.FINANCE, Role.FINANCE_APPROVER})
ON_DUTY = frozenset({Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER})
"""Who reveals only of customers for whom there is work to do."""

WorksFor = Callable[[UUID, Actor], Awaitable[bool]]
"""Whether somebody has work to do for a customer; an upper room knows."""


async def reveal(
    customer_id: UUID, *, field: SealedField, reason: str, works_for: WorksFor, actor: Actor
) -> str:
    """The plain value of one sealed field; to whoever handles claims, of customers that he or she works for.

    Raises: Forbidden, NotFound, NothingSealed; Invalid without a reason; TooManyAttempts above 30 in an hour.
    Source: PIPL Art. 51; field masks of the back office.
    """
    allowed = BANK_REVEALERS if field is SealedField.BANK_ACCOUNT else REVEALERS
    if actor.roles.isdisjoint(allowed):
        raise Forbidden(permission=f"customer:reveal:{field.lower()}")
    needs_work = actor.roles & allowed <= ON_DUTY
    if not reason.strip():
        raise Invalid("required", path=("input", "reason"))
    async with transaction():
        row = await get_visible(Customer, CUSTOMER, customer_id, actor)
        if needs_work and not await works_for(row.id, actor):
            raise Forbidden(permission="customer:reveal:without_a_claim")
        return await reveal_within(row, field, reason, actor)


async def reveal_within(row: Customer, field: SealedField, reason: str, actor: Actor) -> str:
    """The same in the current transaction, for a room that has judged whether the actor may see it.

    Raises: NothingSealed; TooManyAttempts above 30 in an hour.
    """
    await take_turns(f"{ACTION}:{actor.label}")
    since = clock.now() - HOUR
    if await AuditEntry.filter(actor=actor.label, action=ACTION, at__gte=since).count() >= MAX_AN_HOUR:
        raise TooManyAttempts(retry_at=clock.now() + HOUR)
    column = field.lower()
    sealed: bytes | None = getattr(row, f"{column}_sealed")
    if sealed is None:
        raise NothingSealed
    await record(
        ACTION,
        Subject(SubjectKind.CUSTOMER, row.id),
        actor,
        after={"field": field, "mask": getattr(row, f"{column}_mask")},
        reason=reason,
    )
    return unseal(f"customer:{column}", row.id, sealed)
