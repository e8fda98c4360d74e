"""Reads the rows of a file of sales: their columns, and what is wrong with a value as it is written. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from domain.customers.details import CustomerDetails
from domain.customers.terms import Language
from domain.kernel.ids import own_id
from domain.kernel.money import AMOUNT_PATTERN, Currency, Money
from domain.kernel.refusals import Invalid, Refusal
from domain.policies.cutting import FILE
from domain.policies.offers import Offer
from domain.policies.selling import Device
from domain.products.terms import DeviceCategory, DeviceCondition

E = TypeVar("E", bound=StrEnum)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "external_ref": ("externalRef",),
    "product_version_id": ("productVersionId",),
    "category": ("device", "category"),
    "brand": ("device", "brand"),
    "model": ("device", "model"),
    "serial_number": ("device", "serialNumber"),
    "condition": ("device", "condition"),
    "purchased_on": ("device", "purchasedOn"),
    "price": ("device", "price"),
    "currency": ("device", "price", "currency"),
    "invoice_number": ("device", "invoiceNumber"),
    "warranty_until": ("device", "warrantyUntil"),
    "full_name": ("customer", "fullName"),
    "phone": ("customer", "phone"),
    "mail": ("customer", "mail"),
    "language": ("customer", "language"),
    "identity_number": ("customer", "identityNumber"),
    "bank_account": ("customer", "bankAccount"),
    "address": ("customer", "address"),
}
"""The columns, each with the place of the same value in a request."""
REQUIRED = (
    "external_ref", "category", "brand", "model", "serial_number", "purchased_on", "price", "full_name", "phone",
    "mail",
)  # fmt: skip
VERSION = "product_version_id"
VERSION_PREFIX = "pvn"
NO_VERSION = UUID(int=0)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls of terminals and of the direction of writing."""


def read_header(row: bytes) -> tuple[str, ...]:
    """The columns that the first row names.

    Raises: Invalid for names that are unknown, come twice or are missing, and for what is no CSV in UTF-8.
    """
    names = tuple(each.strip().lower() for each in _fields(_text(row)))
    if len(set(names)) < len(names) or not set(REQUIRED) <= set(names) <= set(COLUMNS):
        raise Invalid("csv_columns", ", ".join(REQUIRED), path=FILE)
    return names


def _text(row: bytes) -> str:
    try:
        return row.decode()
    except UnicodeDecodeError:
        raise Invalid("csv_text", path=FILE) from None


def _fields(row: str) -> list[str]:
    """The fields of one row; none of one that is no CSV, as with a carriage return in the middle of a line."""
    try:
        return [value for line in csv.reader([row]) for value in line]
    except csv.Error:
        return []


def read_offer(row: bytes, header: Sequence[str], version_id: UUID | None) -> Offer:
    """One row as an offer; `version_id` counts where the row names no version. What cannot be read is told in it."""
    fields = _fields(row.decode())
    values = {name: value.strip() for name, value in zip(header, fields, strict=False)}
    ref = values.get("external_ref", "")
    if len(fields) != len(header):
        return Offer(ref, version_id or NO_VERSION, None, None, (Invalid("csv_fields", str(len(header))),))
    reading = _Reading(values)
    device, customer = reading.device(), reading.customer()
    asked = values.get(VERSION)
    chosen = (own_id(VERSION_PREFIX, asked) or NO_VERSION) if asked else version_id
    return Offer(ref, chosen, device, customer, tuple(reading.faults))


def place(column: str) -> tuple[str, ...]:
    """Where what stands in a column stands in the input of one sale."""
    return ("input", *COLUMNS[column])


@dataclass(slots=True)
class _Reading:
    """The values of one row, and what is wrong with them."""

    values: Mapping[str, str]
    faults: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if UNFIT.search(value):
                self.faults.append(Invalid("characters", path=place(name)))
            elif not value and name in REQUIRED:
                self.faults.append(Invalid("required", path=place(name)))

    def maybe(self, column: str) -> str | None:
        """An optional text."""
        return self.values.get(column) or None

    def one_of(self, column: str, kind: type[E], usual: E) -> E:
        """A value of a closed set."""
        value = self.values.get(column, "").upper()
        if not value:
            return usual
        if value not in kind.__members__:
            self.faults.append(Invalid("one_of", ", ".join(kind.__members__), path=place(column)))
            return usual
        return kind[value]

    def day(self, column: str) -> date | None:
        """A day, where one stands."""
        value = self.values.get(column, "")
        if not value:
            return None
        try:
            return date.fromisoformat(value if DAY.fullmatch(value) else "")
        except ValueError:
            self.faults.append(Invalid("day_form", path=place(column)))
            return None

    def amount(self) -> Money:
        """The price."""
        currency, value = self.one_of("currency", Currency, Currency.CNY), self.values["price"]
        if value and not AMOUNT_PATTERN.fullmatch(value):
            self.faults.append(Invalid("amount_form", path=place("price")))
        elif value:
            try:
                return Money.of(value, currency)
            except ValueError:
                self.faults.append(Invalid("scale", str(currency.scale), path=place("price")))
        return Money(0, currency)

    def device(self) -> Device:
        """The device, as far as it can be read."""
        values = self.values
        return Device(
            category=self.one_of("category", DeviceCategory, DeviceCategory.PHONE),
            brand=values["brand"],
            model=values["model"],
            serial_number=values["serial_number"],
            purchased_on=self.day("purchased_on") or date.min,
            price=self.amount(),
            condition=self.one_of("condition", DeviceCondition, DeviceCondition.NEW),
            invoice_number=self.maybe("invoice_number"),
            warranty_until=self.day("warranty_until"),
        )

    def customer(self) -> CustomerDetails:
        """The customer."""
        values = self.values
        return CustomerDetails(
            full_name=values["full_name"],
            phone=values["phone"],
            mail=values["mail"],
            language=self.one_of("language", Language, Language.ZH),
            identity_number=self.maybe("identity_number"),
            bank_account=self.maybe("bank_account"),
            address=self.maybe("address"),
        )
