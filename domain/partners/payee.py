"""Whom money is paid to: a partner's name and bank account, sealed, for the room that pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.kernel.sealing import unseal
from domain.partners.models import Partner

ACCOUNT_PLACE = "partner:bank_account"


@dataclass(frozen=True, slots=True, repr=False)
class PartnerPayee:
    """A partner as the receiver of money, with when and by whom of the staff the account was set."""

    partner_id: UUID
    name: str
    account_sealed: bytes
    account_mask: str
    account_blind: bytes
    changed_at: datetime | None
    changed_by: UUID | None

    def account(self) -> str:
        """The plain account; only for sealing it anew in another place."""
        return unseal(ACCOUNT_PLACE, self.partner_id, self.account_sealed)


async def partner_payee(partner_id: UUID) -> PartnerPayee | None:
    """The partner as payee, or None without a bank account."""
    row = await Partner.get(id=partner_id)
    if row.bank_account_sealed is None or row.bank_account_mask is None or row.bank_account_blind is None:
        return None
    return PartnerPayee(
        partner_id=row.id,
        name=row.name,
        account_sealed=bytes(row.bank_account_sealed),
        account_mask=row.bank_account_mask,
        account_blind=bytes(row.bank_account_blind),
        changed_at=row.bank_account_set_at,
        changed_by=row.bank_account_set_by,
    )
