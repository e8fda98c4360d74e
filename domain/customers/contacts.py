"""How a customer is written to."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.customers.models import Customer
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.terms import Channel, Recipient

MAIL_PLACE = "customer:mail"


async def recipient_of(customer_id: UUID) -> Recipient:
    """The customer's mail address, sealed as it is stored, and language."""
    row = await Customer.get(id=customer_id)
    return recipient(row)


async def recipients_of(customer_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    """The same of many customers, by their ids."""
    rows = await Customer.filter(id__in=sorted(set(customer_ids)))
    return {row.id: recipient(row) for row in rows}


def recipient(row: Customer) -> Recipient:
    """The same of a row that was read already."""
    return Recipient(
        party=Subject(SubjectKind.CUSTOMER, row.id),
        channel=Channel.MAIL,
        address_sealed=row.mail_sealed,
        address_place=MAIL_PLACE,
        language=row.language,
        address_mask=row.mail_mask,
    )
