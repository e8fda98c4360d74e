"""What callers say of policies."""

from __future__ import annotations

from datetime import date

import strawberry

from api import inputs
from api.scalars import MoneyInput
from domain.customers.terms import CustomerKind, Language
from domain.policies.selling import MAX_NAME, MAX_NUMBER
from domain.policies.terms import MAX_REF, OnError
from domain.products.terms import DeviceCategory, DeviceCondition


@strawberry.input(one_of=True, description="One of a policy's keys.")
class PolicyBy:
    """One of a policy's keys."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Its id.")
    number: strawberry.Maybe[str] = strawberry.field(description="Its number, such as `PL20260000001`.")


@strawberry.input(description="A device to insure.")
class DeviceInput:
    """A device to insure."""

    category: DeviceCategory = inputs.plain("Its kind.")
    brand: str = inputs.text("Its brand.", MAX_NAME)
    model: str = inputs.text("Its model.", MAX_NAME)
    serial_number: str = inputs.text(
        "Its serial number: letters A to Z, digits and / . _ + #; spaces and dashes do not count. 15 digits on a phone"
        " are an IMEI and checked.",
        MAX_NUMBER,
    )
    condition: strawberry.Maybe[DeviceCondition | None] = inputs.plain("What it was when it was bought; new.")
    purchased_on: date = inputs.plain("The day it was bought, not after today.")
    price: MoneyInput = inputs.plain("What it cost, in the product's currency.")
    invoice_number: strawberry.Maybe[str | None] = inputs.text("The number on its invoice.", MAX_NUMBER)
    warranty_until: strawberry.Maybe[date | None] = inputs.plain(
        "The day after the maker's warranty ends; needed where the cover starts on it."
    )


@strawberry.input(description="The person who takes the policy out; found again by the mobile number.")
class PolicyholderInput:
    """The person who takes the policy out."""

    full_name: str = inputs.text("The name.", 100)
    phone: str = inputs.text("The mobile number, 11 digits.", 32)
    mail: str = inputs.text("The mail address, in ASCII.", 254)
    language: strawberry.Maybe[Language | None] = inputs.plain("The language of letters; Chinese.")
    identity_number: strawberry.Maybe[str | None] = inputs.text("The identity number 身份证号.", 32)
    bank_account: strawberry.Maybe[str | None] = inputs.text("The card that claims are paid to.", 32)
    address: strawberry.Maybe[str | None] = inputs.text("The address.", 200)
    kind: strawberry.Maybe[CustomerKind | None] = inputs.plain(
        "A person or a company; a company where an organisation code is given, else a person."
    )
    organisation_code: strawberry.Maybe[str | None] = inputs.text("A company's code 统一社会信用代码.", 32)


@strawberry.input(description="A sale: which version, of which partner, on which device, to whom.")
class PolicyRegisterInput:
    """A sale."""

    product_version_id: strawberry.ID = inputs.plain("The version, which must be on sale.")
    partner_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("The seller; staff name it, partners need not.")
    device: DeviceInput = inputs.plain("The device.")
    customer: PolicyholderInput = inputs.plain("The policyholder.")


@strawberry.input(description="A policy to take back.")
class PolicyCancelInput:
    """A policy to take back."""

    policy_id: strawberry.ID = inputs.plain("The policy.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A lapsed policy to put in force again.")
class PolicyReinstateInput:
    """A lapsed policy to put in force again."""

    policy_id: strawberry.ID = inputs.plain("The policy.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="One sale of many.")
class PolicyRegisterRowInput:
    """One sale of many."""

    external_ref: str = inputs.text(
        "Your own name for the sale, of letters, digits, dots, dashes and underscores: by it the sale is made once.",
        MAX_REF,
    )
    product_version_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("The version, if not that of all rows.")
    device: DeviceInput = inputs.plain("The device.")
    customer: PolicyholderInput = inputs.plain("The policyholder.")


@strawberry.input(description="Many sales of one partner.")
class PolicyRegisterBulkInput:
    """Many sales of one partner."""

    product_version_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "The version of all rows that name none."
    )
    partner_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("The seller; staff name it, partners need not.")
    on_error: OnError = inputs.plain("What becomes of the good rows when there are bad ones.")
    rows: list[PolicyRegisterRowInput] = inputs.many("The sales.", apart=True)


@strawberry.input(description="A file of sales that was uploaded.")
class PolicyUploadRegisterInput:
    """A file of sales that was uploaded."""

    registration_id: strawberry.ID = inputs.plain("The file, as `POST /uploads/policies` named it.")
    product_version_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain(
        "The version of all rows that name none; needed where the file has no such column."
    )
