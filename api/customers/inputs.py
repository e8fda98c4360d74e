"""What callers say of customers."""

from __future__ import annotations

import strawberry

from api import inputs
from domain.customers.terms import SealedField


@strawberry.input(description="New contact details; what is not given stays as it is.")
class CustomerChangeContactInput:
    """New contact details."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    phone: strawberry.Maybe[str | None] = inputs.text("The mobile number, 11 digits.", 32)
    mail: strawberry.Maybe[str | None] = inputs.text("The mail address, in ASCII.", 254)
    expected_version: int = inputs.version()


@strawberry.input(description="A new account that claims are paid to.")
class CustomerChangeBankAccountInput:
    """A new account that claims are paid to."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    bank_account: str = inputs.text("The card number, 12 to 19 digits, with its check digit.", 32)
    expected_version: int = inputs.version()


@strawberry.input(description="One sealed field to be shown in plain.")
class CustomerRevealInput:
    """One sealed field to be shown in plain."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    field: SealedField = inputs.plain("The field.")
    reason: str = inputs.reason("Why it must be seen; kept in the audit.")
