"""What callers say of customers."""

from __future__ import annotations

import strawberry

from api import inputs
from domain.customers.terms import ConsentChannel, ConsentPurpose, Language, SealedField


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


@strawberry.input(description="The number by which a register knows the customer: one of the two.")
class CustomerIdentifyInput:
    """The number by which a register knows the customer."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    identity_number: strawberry.Maybe[str | None] = inputs.text("A person's identity number 身份证号.", 32)
    organisation_code: strawberry.Maybe[str | None] = inputs.text("A company's code 统一社会信用代码.", 32)
    reason: strawberry.Maybe[str | None] = inputs.reason("Why a known number is corrected; only customer service may.")
    expected_version: int = inputs.version()


@strawberry.input(description="A customer whose identity is to be checked.")
class CustomerCheckIdentityInput:
    """A customer whose identity is to be checked."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    expected_version: strawberry.Maybe[int | None] = inputs.version()


@strawberry.input(description="One purpose that the customer consents to, and the text that was shown.")
class ConsentInput:
    """One purpose that the customer consents to."""

    purpose: ConsentPurpose = inputs.plain("The purpose.")
    text_version: int = inputs.number(
        "The version of the text that was shown; see `Customer.consentTexts`.", 1, 1_000_000
    )


@strawberry.input(description="What a customer consents to.")
class ConsentGiveInput:
    """What a customer consents to."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    consents: list[ConsentInput] = inputs.many("The purposes, each with the text that was shown.", "purpose")
    channel: ConsentChannel = inputs.plain("How it was given; APP for a customer alone, and for nobody else.")
    language: strawberry.Maybe[Language | None] = inputs.plain("The language of the texts; that of the letters.")


@strawberry.input(description="A consent to take back.")
class ConsentWithdrawInput:
    """A consent to take back."""

    customer_id: strawberry.ID = inputs.plain("The customer.")
    purpose: ConsentPurpose = inputs.plain("The purpose.")
    reason: strawberry.Maybe[str | None] = inputs.reason("Why, if the customer wants to say so; nobody need.")
