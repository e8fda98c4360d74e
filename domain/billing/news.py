"""What upper rooms are told of an invoice: what it is for."""

from __future__ import annotations

from uuid import UUID

from domain.billing.models import Invoice
from domain.kernel.subject import Subject


async def subject_of_invoice(invoice_id: UUID) -> Subject:
    """The row that an invoice is for now."""
    row = await Invoice.get(id=invoice_id)
    return Subject(row.subject_kind, row.subject_id)
