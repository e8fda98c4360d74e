"""The rows of customers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.customers.terms import Language
from domain.kernel import clock, columns


class Customer(Model):
    """A customer in one partner's book. `<field>_sealed` is the ciphertext, `_mask` what is shown, `_blind` for search.

    `payee_changed_at` is when phone or account were changed, which starts the cool-down before money is paid out;
    `mail_since` is when the entry got its mail address, which decides between several entries of one address.
    """

    id: UUID = columns.key()
    partner: Any = columns.belongs_to("Partner")
    partner_id: UUID
    full_name: str = columns.text(100)
    language: Language = columns.choice(Language)
    phone_sealed: bytes = columns.sealed()
    phone_mask: str = columns.text(32)
    phone_blind: bytes = columns.sealed()
    mail_sealed: bytes = columns.sealed()
    mail_mask: str = columns.text(260)
    mail_blind: bytes = columns.sealed()
    mail_since: datetime = columns.instant(clock.now)
    identity_number_sealed: bytes | None = columns.maybe_sealed()
    identity_number_mask: str | None = columns.maybe_text(32)
    identity_number_blind: bytes | None = columns.maybe_sealed()
    bank_account_sealed: bytes | None = columns.maybe_sealed()
    bank_account_mask: str | None = columns.maybe_text(32)
    bank_account_blind: bytes | None = columns.maybe_sealed()
    address_sealed: bytes | None = columns.maybe_sealed()
    address_mask: str | None = columns.maybe_text(64)
    payee_changed_at: datetime | None = columns.maybe_instant()
    created_at: datetime = columns.instant(clock.now)
    version: int = columns.version()

    class Meta:
        table = "customer"
        constraints = (
            UniqueConstraint(fields=("partner_id", "phone_blind"), name="customer_phone_key"),
            CheckConstraint(
                check="(bank_account_sealed IS NULL) = (bank_account_mask IS NULL)", name="customer_bank_account_whole"
            ),
        )
        indexes = (
            Index(fields=("partner_id", "id"), name="customer_partner"),
            Index(fields=("phone_blind",), name="customer_phone"),
            Index(fields=("mail_blind",), name="customer_mail"),
            Index(fields=("identity_number_blind",), name="customer_identity_number"),
        )
