"""Devices and policyholders as callers write them, as the values that the rooms take."""

from __future__ import annotations

from api.inputs import value_of
from api.policies.inputs import DeviceInput, PolicyholderInput
from domain.customers.details import CustomerDetails
from domain.customers.terms import Language
from domain.policies.selling import Device
from domain.products.terms import DeviceCondition


def device_of(given: DeviceInput, *path: str) -> Device:
    """A device; `path` is where it stands in the input.

    Raises: Invalid for a price that is no amount of its currency.
    """
    return Device(
        category=given.category,
        brand=given.brand,
        model=given.model,
        serial_number=given.serial_number,
        purchased_on=given.purchased_on,
        price=given.price.money(*path, "price"),
        condition=value_of(given.condition) or DeviceCondition.NEW,
        invoice_number=value_of(given.invoice_number),
        warranty_until=value_of(given.warranty_until),
    )


def policyholder_of(given: PolicyholderInput) -> CustomerDetails:
    """A person who takes a policy out."""
    return CustomerDetails(
        full_name=given.full_name,
        phone=given.phone,
        mail=given.mail,
        language=value_of(given.language) or Language.ZH,
        identity_number=value_of(given.identity_number),
        bank_account=value_of(given.bank_account),
        address=value_of(given.address),
        kind=value_of(given.kind),
        organisation_code=value_of(given.organisation_code),
    )
