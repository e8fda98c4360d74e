"""How verbs take hold of a payout, and the duties that one person may not hold together.

Locks are taken in this order: jobs, then the source of a payout, then the payout. Payouts locks no source itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias
from uuid import UUID

from domain.customers.payee import is_member_of_staff
from domain.kernel.actor import Actor
from domain.kernel.rows import expect_version, lock_visible
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.payouts.models import Payout
from domain.payouts.reading import PAYOUT
from domain.payouts.refusals import DutiesNotSeparate
from domain.payouts.terms import HoldReason

Doubt: TypeAlias = Callable[[Payout], Awaitable[HoldReason | None]]
"""Locks what a payout is for, and tells why it is in doubt, if it is. Said by the rooms above."""


async def lock_payout(payout_id: UUID, actor: Actor, expected_version: int | None) -> Payout:
    """The payout, locked, if it is in sight and unchanged since it was read.

    Raises: NotFound; StaleVersion.
    """
    payout = await lock_visible(Payout, PAYOUT, payout_id, actor)
    expect_version(payout, expected_version)
    return payout


async def expect_independent(payout: Payout, actor: Actor, *, others: Collection[UUID | None] = ()) -> None:
    """Keeps away who decided the source, who receives the money, and `others` with a duty of their own in it.

    Raises: DutiesNotSeparate.
    """
    if str(actor.staff_id) in payout.barred or (actor.staff_id is not None and actor.staff_id in others):
        raise DutiesNotSeparate
    if await is_member_of_staff(payout.customer_id, actor.staff_id):
        raise DutiesNotSeparate


def subject_of(payout: Payout) -> Subject:
    """The payout as other rows name it."""
    return Subject(SubjectKind.PAYOUT, payout.id)


def scope_of(payout: Payout) -> Scope:
    """Whom the payout concerns: who receives it; the partner of the source has no part in it."""
    return Scope(customer_id=payout.customer_id, partner_id=payout.payee_partner_id)
