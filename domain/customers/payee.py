"""Whom money is paid to: a customer's name and bank account, sealed, for the room that pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.customers.models import Customer
from domain.kernel.database import fetch_one
from domain.kernel.sealing import blind_index, unseal


@dataclass(frozen=True, slots=True, repr=False)
class Payee:
    """A customer as the receiver of money. `changed_at` is when the account was last changed, None when never."""

    customer_id: UUID
    name: str
    account_sealed: bytes
    account_mask: str
    account_blind: bytes
    mail_blind: bytes
    changed_at: datetime | None

    def account(self) -> str:
        """The plain account; only for sealing it anew in another place."""
        return unseal("customer:bank_account", self.customer_id, self.account_sealed)


async def payee_of(customer_id: UUID | None) -> Payee | None:
    """The customer as payee, or None without a bank account."""
    row = await Customer.filter(id=customer_id).first() if customer_id else None
    if row is None or row.bank_account_sealed is None or row.bank_account_mask is None:
        return None
    if row.bank_account_blind is None:
        return None
    return Payee(
        customer_id=row.id,
        name=row.full_name,
        account_sealed=bytes(row.bank_account_sealed),
        account_mask=row.bank_account_mask,
        account_blind=bytes(row.bank_account_blind),
        mail_blind=bytes(row.mail_blind),
        changed_at=row.payee_changed_at,
    )


async def is_member_of_staff(customer_id: UUID | None, staff_id: UUID | None) -> bool:
    """Whether a customer and a member of staff are one person, by the same mail address."""
    statement = "SELECT s.email, c.mail_blind FROM staff s, customer c WHERE s.id = $1 AND c.id = $2"
    row = await fetch_one(statement, staff_id, customer_id)
    return row is not None and blind_index("mail", row["email"]) == bytes(row["mail_blind"])
