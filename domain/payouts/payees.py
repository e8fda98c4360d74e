"""Whom a payout goes to: a customer or a partner, as their own rooms keep name and account."""

from __future__ import annotations

from typing import TypeAlias
from uuid import UUID

from domain.customers import payee as customers
from domain.partners.payee import PartnerPayee, partner_payee
from domain.payouts.models import Payout

Payee: TypeAlias = customers.Payee | PartnerPayee


async def payee_of(payout: Payout) -> Payee | None:
    """The receiver of a payout with the present account, or None without one."""
    if payout.payee_partner_id is not None:
        return await partner_payee(payout.payee_partner_id)
    return await customers.payee_of(payout.customer_id)


def set_by(payee: Payee | None) -> UUID | None:
    """Who of the staff said where a partner's money goes, and has no other part in paying it."""
    return payee.changed_by if isinstance(payee, PartnerPayee) else None
