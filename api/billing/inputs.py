"""What callers say of billing."""

from __future__ import annotations

import strawberry

from api import inputs
from api.scalars import MoneyInput


@strawberry.input(description="Money that the bank's statement shows.")
class PremiumRecordPaymentInput:
    """Money that the bank's statement shows."""

    reference: str = inputs.text("The bank's number of it: letters, digits, dots, dashes and underscores.", 64)
    invoice_number: str = inputs.text("The invoice number that the payer named.", 64)
    amount: MoneyInput = inputs.plain("What came in.")


@strawberry.input(description="An exception that is explained.")
class PremiumSettleExceptionInput:
    """An exception that is explained."""

    premium_exception_id: strawberry.ID = inputs.plain("The exception.")
    explanation: str = inputs.reason("What the money was and what was done about it.")
    expected_version: int = inputs.version()


@strawberry.input(description="An invoice to take back.")
class InvoiceVoidInput:
    """An invoice to take back."""

    invoice_id: strawberry.ID = inputs.plain("The invoice.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
