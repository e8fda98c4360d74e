"""How a customer is written to."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.customers.models import Customer
from domain.customers.terms import Language
from domain.kernel.database import fetch_one
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.terms import Channel, Recipient

MAIL_PLACE = "customer:mail"


async def recipient_of(customer_id: UUID) -> Recipient:
    """The customer's mail address, sealed as it is stored, and language, in the current transaction."""
    row = await fetch_one("SELECT mail_sealed, mail_mask, language FROM customer WHERE id = $1", customer_id)
    if row is None:
        raise LookupError("a row names a customer that is not there")
    return _recipient(customer_id, row["mail_sealed"], row["mail_mask"], Language(row["language"]))


async def recipients_of(customer_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    """The same of many customers, by their ids."""
    rows = await Customer.filter(id__in=sorted(set(customer_ids)))
    return {row.id: recipient(row) for row in rows}


def recipient(row: Customer) -> Recipient:
    """The same of a row that was read already."""
    return _recipient(row.id, row.mail_sealed, row.mail_mask, row.language)


def _recipient(customer_id: UUID, mail_sealed: bytes, mail_mask: str, language: Language) -> Recipient:
    return Recipient(
        party=Subject(SubjectKind.CUSTOMER, customer_id),
        channel=Channel.MAIL,
        address_sealed=mail_sealed,
        address_place=MAIL_PLACE,
        language=language,
        address_mask=mail_mask,
    )
